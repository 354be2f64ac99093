#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config.h"
#include "duration.h"
#include "message.h"
#include "setting.h"
#include "words.h"

/* In quotes, with a backslash before each of these characters. */
static void write_quoted(FILE *out, const char *text, const char *escaped)
{
	putc('"', out);
	for (; *text != '\0'; text++) {
		if (strchr(escaped, *text) != NULL)
			putc('\\', out);
		putc(*text, out);
	}
	putc('"', out);
}

void config_write_word(FILE *out, const char *text)
{
	if (!word_is_special(text) && !setting_is_reserved(text))
		fputs(text, out);
	else
		write_quoted(out, text, "\"\\");
}

static void write_word(FILE *out, const char *text)
{
	putc(' ', out);
	config_write_word(out, text);
}

/* A mailbox by its name, which holds no wildcard. */
static void write_name(FILE *out, const char *name)
{
	putc(' ', out);
	if (strpbrk(name, "*?") != NULL)
		write_quoted(out, name, "\"\\*?");
	else
		config_write_word(out, name);
}

/* A pattern has its own backslashes where a word needs them. */
static void write_pattern(FILE *out, const char *pattern)
{
	putc(' ', out);
	if (strpbrk(pattern, " \t#\"") != NULL)
		write_quoted(out, pattern, "\"");
	else
		fputs(pattern, out);
}

static void write_ignored(FILE *out, const char *name, const struct config *config)
{
	bool some = config->ignored_count + config->wild_ignored_count > 0;

	fprintf(out, "%s%s", some ? "" : "# no ", name);
	for (size_t i = 0; i < config->ignored_count; i++)
		write_name(out, config->ignored[i]);
	for (size_t i = 0; i < config->wild_ignored_count; i++)
		write_pattern(out, config->wild_ignored[i]);
	putc('\n', out);
}

/* The words end with NULL.  A setting that is not set has none: it is shown as a comment. */
static void write_words(FILE *out, const char *name, char *const *words)
{
	fprintf(out, "%s%s", words == NULL || *words == NULL ? "# no " : "", name);
	for (; words != NULL && *words != NULL; words++)
		write_word(out, *words);
	putc('\n', out);
}

static void write_time(FILE *out, const char *name, clock_ms time)
{
	char room[DURATION_ROOM];

	duration_setting(time, room);
	write_words(out, name, (char *const[]){ room, NULL });
}

/* Of one mailbox each. */
static void write_delays(FILE *out, const char *name, const struct config_delay *delays,
                         size_t count, void write_mailbox(FILE *out, const char *mailbox))
{
	char room[DURATION_ROOM];

	for (size_t i = 0; i < count; i++) {
		duration_setting(delays[i].delay, room);
		fprintf(out, "%s %s", name, room);
		write_mailbox(out, delays[i].mailbox);
		putc('\n', out);
	}
}

static void write_all_delays(FILE *out, const char *name, const struct config *config)
{
	write_time(out, name, config->inter_delay);
	write_delays(out, name, config->delays, config->delay_count, write_name);
	write_delays(out, name, config->wild_delays, config->wild_delay_count, write_pattern);
}

static void write_remote(FILE *out, const char *name, const struct config_store *store)
{
	bool guess = store->remote == CONFIG_REMOTE_GUESS;

	fprintf(out, "%s%s%s%s\n", guess ? "# " : "", name, config_is_remote(store) ? "" : " no",
	        guess ? ", by its command" : "");
}

static void write_side(FILE *out, const char *name, const struct config_store *store)
{
	static char near[] = "near", far[] = "far";
	char *word = store->side == CONFIG_SIDE_NEAR ? near : far;

	write_words(out, name,
	            store->side == CONFIG_SIDE_GUESS
	                    ? NULL
	                    : (char *const[]){ word, store->side_store, NULL });
}

static void write_values(FILE *out, enum setting_scope scope, const void *owner);

static void write_stores(FILE *out, const char *name, const struct config *config)
{
	for (size_t i = 0; i < config->store_count; i++) {
		fputs(name, out);
		write_word(out, config->stores[i].name);
		fputs(" {\n", out);
		write_values(out, SCOPE_STORE, &config->stores[i]);
		fputs("}\n", out);
	}
}

static void write_value(FILE *out, const struct setting *setting, const void *owner)
{
	const void *value = (const char *)owner + setting->place;
	const void *other = (const char *)owner + setting->second;
	char *const *text = value, *const *second = other;
	const char *name = setting->name;

	switch (setting->kind) {
	case KIND_TIME: write_time(out, name, *(const clock_ms *)value); break;
	case KIND_DELAY: write_all_delays(out, name, owner); break;
	case KIND_COUNT: fprintf(out, "%s %zu\n", name, *(const size_t *)value); break;
	case KIND_SIDE: write_side(out, name, owner); break;
	case KIND_CHANNEL:
	case KIND_PAIR: write_words(out, name, (char *const[]){ *text, *second, NULL }); break;
	case KIND_CHARACTERS: write_words(out, name, (char *const[]){ *text, NULL }); break;
	case KIND_MAILBOXES: write_ignored(out, name, owner); break;
	case KIND_COMMAND: write_words(out, name, *(char *const *const *)value); break;
	case KIND_ANSWER: fprintf(out, "%s%s\n", name, *(const bool *)value ? "" : " no"); break;
	case KIND_REMOTE: write_remote(out, name, owner); break;
	case KIND_STORES: write_stores(out, name, owner); break;
	}
}

static void write_values(FILE *out, enum setting_scope scope, const void *owner)
{
	for (const struct setting *row = settings; row->name != NULL; row++) {
		if (row->scope != scope)
			continue;
		if (scope == SCOPE_STORE)
			putc('\t', out);
		write_value(out, row, owner);
	}
}

char *config_format(const struct config *config)
{
	char *text = NULL;
	size_t length;
	FILE *out = open_memstream(&text, &length);

	if (out != NULL)
		write_values(out, SCOPE_FILE, config);
	if (out == NULL || ferror(out) || fclose(out) != 0)
		message_fatal(1, "out of memory");
	return text;
}
