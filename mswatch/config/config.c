#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "invocation.h"
#include "memory.h"
#include "wildcard.h"

/* The other one is a name, or begins with it, as a delay does. */
static int compare_mailboxes(const void *mailbox, const void *other)
{
	return strcmp(mailbox, *(char *const *)other);
}

const struct config_delay *config_delay(const struct config *config, const char *mailbox)
{
	if (config->delay_count == 0)
		return NULL;
	return bsearch(mailbox, config->delays, config->delay_count, sizeof *config->delays,
	               compare_mailboxes);
}

const struct config_delay *config_wild_delay(const struct config *config, const char *mailbox,
                                             const char *other)
{
	const struct config_delay *list = config->wild_delays;

	for (size_t i = 0; i < config->wild_delay_count; i++)
		if (wildcard_equals(list[i].mailbox, mailbox) ||
		    wildcard_equals(list[i].mailbox, other))
			return &list[i];
	for (size_t i = 0; i < config->wild_delay_count; i++)
		if (wildcard_matches(list[i].mailbox, mailbox) ||
		    wildcard_matches(list[i].mailbox, other))
			return &list[i];
	return NULL;
}

clock_ms config_inter_delay(const struct config *config, const char *mailbox)
{
	const struct config_delay *found = config_delay(config, mailbox);

	if (found == NULL && *mailbox != '\0')
		found = config_wild_delay(config, mailbox, mailbox);
	return found != NULL ? found->delay : config->inter_delay;
}

bool config_ignores(const struct config *config, const char *mailbox)
{
	if (config->ignored_count > 0 &&
	    bsearch(mailbox, config->ignored, config->ignored_count, sizeof *config->ignored,
	            compare_mailboxes) != NULL)
		return true;
	for (size_t i = 0; *mailbox != '\0' && i < config->wild_ignored_count; i++)
		if (wildcard_matches(config->wild_ignored[i], mailbox))
			return true;
	return false;
}

const char *config_all(const struct config *config)
{
	if (config->channel != NULL)
		return config->channel;
	return config->prefix != NULL ? config->prefix : "";
}

bool config_ends_options(const struct config *config)
{
	char **word = config->sync;

	while (*word != NULL && word[1] != NULL)
		word++;
	return *word != NULL && strcmp(*word, "--") == 0;
}

bool config_is_remote(const struct config_store *store)
{
	const char *name = invocation_name(store->watch[0]);

	if (store->remote == CONFIG_REMOTE_GUESS)
		return strcmp(name, "ssh") == 0 || strcmp(name, "watch_imap") == 0;
	return store->remote == CONFIG_REMOTE_YES;
}

static char **copy_words(char **words)
{
	size_t count = 0;
	char **copy;

	while (words[count] != NULL)
		count++;
	copy = memory_new(count + 1, sizeof *copy);
	while (count-- > 0)
		copy[count] = memory_copy(words[count]);
	return copy;
}

struct config_store *config_store_copy(const struct config_store *store)
{
	struct config_store *copy = memory_new(1, sizeof *copy);

	*copy = *store;
	copy->name = memory_copy(store->name);
	copy->watch = copy_words(store->watch);
	copy->side_store = store->side_store != NULL ? memory_copy(store->side_store) : NULL;
	return copy;
}

void config_store_free(struct config_store *copy)
{
	void *name;

	if (copy == NULL)
		return;
	/* it is const in other stores, whose words have it */
	memcpy(&name, &copy->name, sizeof name);
	for (char **word = copy->watch; *word != NULL; word++)
		free(*word);
	free(copy->watch);
	free(copy->side_store);
	free(name);
	free(copy);
}

bool config_store_is_same(const struct config_store *one, const struct config_store *other)
{
	char **word = one->watch, **its = other->watch;

	while (*word != NULL && *its != NULL && strcmp(*word, *its) == 0) {
		word++;
		its++;
	}
	return *word == NULL && *its == NULL && strcmp(one->name, other->name) == 0 &&
	       config_is_remote(one) == config_is_remote(other);
}
