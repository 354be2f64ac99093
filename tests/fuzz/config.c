/* The configuration: what is accepted is written so that it means the same again. */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mswatch/config/config.h"

static void complain(void *context, const char *message)
{
	size_t *errors = context;

	if (message[0] == '\0')
		abort();
	++*errors;
}

static const char *find(void *context, const char *program, char buffer[EXECUTABLE_ROOM])
{
	(void)context;
	if (strlen(program) % 2 == 0)
		return NULL;
	snprintf(buffer, EXECUTABLE_ROOM, "%s: nowhere", program);
	return buffer;
}

static bool same_text(const char *one, const char *other)
{
	return one == NULL || other == NULL ? one == other : strcmp(one, other) == 0;
}

static bool same_list(char *const *one, char *const *other)
{
	if (one == NULL || other == NULL)
		return one == other;
	for (; *one != NULL && same_text(*one, *other); one++, other++)
		;
	return *one == NULL && *other == NULL;
}

static bool same_mailboxes(const struct config *one, const struct config *other)
{
	bool same = one->delay_count == other->delay_count &&
	            one->ignored_count == other->ignored_count;

	for (size_t i = 0; same && i < one->delay_count; i++)
		same = one->delays[i].delay == other->delays[i].delay &&
		       same_text(one->delays[i].mailbox, other->delays[i].mailbox);
	return same && same_list(one->ignored, other->ignored);
}

static bool same_wildcards(const struct config *one, const struct config *other)
{
	bool same = one->wild_delay_count == other->wild_delay_count;

	for (size_t i = 0; same && i < one->wild_delay_count; i++)
		same = one->wild_delays[i].delay == other->wild_delays[i].delay &&
		       same_text(one->wild_delays[i].mailbox, other->wild_delays[i].mailbox);
	return same && same_list(one->wild_ignored, other->wild_ignored);
}

static bool same_stores(const struct config *one, const struct config *other)
{
	bool same = one->store_count == other->store_count;

	for (size_t i = 0; same && i < one->store_count; i++)
		same = same_text(one->stores[i].name, other->stores[i].name) &&
		       same_list(one->stores[i].watch, other->stores[i].watch) &&
		       one->stores[i].remote == other->stores[i].remote &&
		       one->stores[i].required == other->stores[i].required &&
		       one->stores[i].heartbeat == other->stores[i].heartbeat;
	return same;
}

static bool same_words(const struct config *one, const struct config *other)
{
	return same_list(one->sync, other->sync) && same_list(one->on_success, other->on_success) &&
	       same_list(one->on_failure, other->on_failure) &&
	       same_text(one->prefix, other->prefix) &&
	       same_text(one->separator, other->separator) &&
	       same_text(one->unspeakable, other->unspeakable) && same_mailboxes(one, other) &&
	       same_wildcards(one, other) && same_stores(one, other);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count)
{
	size_t errors = 0, warnings = 0;
	struct config *config = config_parse("rc", (const char *)bytes, count, complain, &errors);
	struct config *again;
	char *text, *text_again;

	if ((config == NULL) != (errors > 0))
		abort();
	if (config == NULL)
		return 0;
	config_check(config, "rc", find, complain, &warnings);
	text = config_format(config);
	again = config_parse("formatted", text, strlen(text), complain, &errors);
	if (again == NULL)
		abort();
	text_again = config_format(again);
	if (strcmp(text, text_again) != 0 || !same_words(config, again))
		abort();
	free(text);
	free(text_again);
	config_free(config);
	config_free(again);
	return 0;
}
