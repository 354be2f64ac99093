#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "duration.h"
#include "keyword.h"
#include "memory.h"
#include "message.h"
#include "words.h"

struct config *config_new(void)
{
	struct config *config = memory_new(1, sizeof *config);

	config->base_delay = 10 * 1000;
	config->inter_delay = 60 * 1000;
	config->max_delay = 600 * 1000;
	config->poll_period = 86400 * 1000;
	config->resume_after = 60 * 1000;
	config->hook_timeout = 60 * 1000;
	config->max_pending = 10000;
	return config;
}

static void command_free(char **command)
{
	for (char **word = command; word != NULL && *word != NULL; word++)
		free(*word);
	free(command);
}

void config_free(struct config *config)
{
	if (config == NULL)
		return;
	for (size_t i = 0; i < config->delay_count; i++)
		free(config->delays[i].mailbox);
	for (size_t i = 0; i < config->ignored_count; i++)
		free(config->ignored[i]);
	for (size_t i = 0; i < config->store_count; i++) {
		free(config->stores[i].name);
		command_free(config->stores[i].watch);
	}
	for (size_t i = 0; i < config->statement_count; i++)
		words_free(&config->statements[i].words);
	free(config->statements);
	free(config->delays);
	free(config->ignored);
	free(config->stores);
	command_free(config->sync);
	command_free(config->on_success);
	command_free(config->on_failure);
	free(config->prefix);
	free(config->separator);
	free(config->unspeakable);
	free(config);
}

/* --- questions --- */

static int compare_delay(const void *mailbox, const void *delay)
{
	return strcmp(mailbox, ((const struct config_delay *)delay)->mailbox);
}

static int compare_name(const void *mailbox, const void *name)
{
	return strcmp(mailbox, *(char *const *)name);
}

clock_ms config_inter_delay(const struct config *config, const char *mailbox)
{
	const struct config_delay *found = NULL;

	if (config->delay_count > 0)
		found = bsearch(mailbox, config->delays, config->delay_count,
		                sizeof *config->delays, compare_delay);
	return found != NULL ? found->delay : config->inter_delay;
}

bool config_ignores(const struct config *config, const char *mailbox)
{
	return config->ignored_count > 0 &&
	       bsearch(mailbox, config->ignored, config->ignored_count, sizeof *config->ignored,
	               compare_name) != NULL;
}

static bool command_is_ssh(char *const *command)
{
	const char *slash = strrchr(command[0], '/');

	return strcmp(slash != NULL ? slash + 1 : command[0], "ssh") == 0;
}

bool config_is_remote(const struct config_store *store)
{
	return store->remote == CONFIG_REMOTE_GUESS ? command_is_ssh(store->watch)
	                                            : store->remote == CONFIG_REMOTE_YES;
}

/* --- as text --- */

static void write_word(FILE *out, const char *text)
{
	putc(' ', out);
	if (!word_is_special(text) && !keyword_is_reserved(text)) {
		fputs(text, out);
		return;
	}
	putc('"', out);
	for (; *text != '\0'; text++) {
		if (*text == '"' || *text == '\\')
			putc('\\', out);
		putc(*text, out);
	}
	putc('"', out);
}

static void write_keyword(FILE *out, enum keyword keyword)
{
	fputs(keyword_name(keyword), out);
}

static void write_time(FILE *out, enum keyword keyword, clock_ms time)
{
	char room[DURATION_ROOM];

	write_keyword(out, keyword);
	fprintf(out, " %s", duration_setting(time, room));
}

static void write_time_line(FILE *out, enum keyword keyword, clock_ms time)
{
	write_time(out, keyword, time);
	putc('\n', out);
}

/* A setting that is not set has no words: it is shown as a comment. */
static void write_words(FILE *out, enum keyword keyword, char *const *words)
{
	if (words == NULL)
		fputs("# no ", out);
	write_keyword(out, keyword);
	for (; words != NULL && *words != NULL; words++)
		write_word(out, *words);
	putc('\n', out);
}

static void write_names(FILE *out, const struct config *config)
{
	char *const prefix[] = { config->prefix, config->separator, NULL };
	char *const unspeakable[] = { config->unspeakable, NULL };

	if (config->ignored_count == 0)
		write_words(out, KEYWORD_IGNORE, NULL);
	else
		write_keyword(out, KEYWORD_IGNORE);
	for (size_t i = 0; i < config->ignored_count; i++)
		write_word(out, config->ignored[i]);
	if (config->ignored_count > 0)
		putc('\n', out);
	write_words(out, KEYWORD_MAILBOX_PREFIX, config->prefix != NULL ? prefix : NULL);
	write_words(out, KEYWORD_UNSPEAKABLE, unspeakable);
}

static void write_times(FILE *out, const struct config *config)
{
	write_time_line(out, KEYWORD_BASE_DELAY, config->base_delay);
	write_time_line(out, KEYWORD_INTER_DELAY, config->inter_delay);
	for (size_t i = 0; i < config->delay_count; i++) {
		write_time(out, KEYWORD_INTER_DELAY, config->delays[i].delay);
		write_word(out, config->delays[i].mailbox);
		putc('\n', out);
	}
	write_time_line(out, KEYWORD_MAX_DELAY, config->max_delay);
	write_time_line(out, KEYWORD_POLL_PERIOD, config->poll_period);
	write_time_line(out, KEYWORD_RESUME_AFTER, config->resume_after);
	write_keyword(out, KEYWORD_MAX_PENDING);
	fprintf(out, " %zu\n", config->max_pending);
}

static void write_store(FILE *out, const struct config_store *store)
{
	write_keyword(out, KEYWORD_STORE);
	write_word(out, store->name);
	fputs(" {\n\t", out);
	write_words(out, KEYWORD_WATCH, store->watch);
	fprintf(out, "\t%s%s%s%s\n", store->remote == CONFIG_REMOTE_GUESS ? "# " : "",
	        keyword_name(KEYWORD_REMOTE), config_is_remote(store) ? "" : " no",
	        store->remote == CONFIG_REMOTE_GUESS ? ", by its command" : "");
	fprintf(out, "\t%s%s\n", keyword_name(KEYWORD_REQUIRED), store->required ? "" : " no");
	putc('\t', out);
	write_time_line(out, KEYWORD_HEARTBEAT, store->heartbeat);
	fputs("}\n", out);
}

char *config_format(const struct config *config)
{
	char *text = NULL;
	size_t length;
	FILE *out = open_memstream(&text, &length);

	if (out == NULL)
		message_fatal(1, "out of memory");
	write_times(out, config);
	write_names(out, config);
	write_words(out, KEYWORD_SYNC, config->sync);
	write_words(out, KEYWORD_ON_SUCCESS, config->on_success);
	write_words(out, KEYWORD_ON_FAILURE, config->on_failure);
	write_time_line(out, KEYWORD_HOOK_TIMEOUT, config->hook_timeout);
	for (size_t i = 0; i < config->store_count; i++)
		write_store(out, &config->stores[i]);
	if (ferror(out) || fclose(out) != 0)
		message_fatal(1, "out of memory");
	return text;
}
