#include <stdio.h>
#include <stdlib.h>

#include "config.h"
#include "duration.h"
#include "message.h"
#include "setting.h"
#include "words.h"

void config_write_word(FILE *out, const char *text)
{
	if (!word_is_special(text) && !setting_is_reserved(text)) {
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

static void write_word(FILE *out, const char *text)
{
	putc(' ', out);
	config_write_word(out, text);
}

/* The words end with NULL.  A setting that is not set has none: it is shown as a comment. */
static void write_words(FILE *out, const char *name, char *const *words)
{
	fprintf(out, "%s%s", words == NULL || *words == NULL ? "# no " : "", name);
	for (; words != NULL && *words != NULL; words++)
		write_word(out, *words);
	putc('\n', out);
}

/* Mailbox NULL: of all. */
static void write_time(FILE *out, const char *name, clock_ms time, char *mailbox)
{
	char room[DURATION_ROOM];

	duration_setting(time, room);
	write_words(out, name, (char *const[]){ room, mailbox, NULL });
}

static void write_delays(FILE *out, const char *name, const struct config *config)
{
	for (size_t i = 0; i < config->delay_count; i++)
		write_time(out, name, config->delays[i].delay, config->delays[i].mailbox);
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
	case KIND_TIME: write_time(out, name, *(const clock_ms *)value, NULL); break;
	case KIND_DELAY:
		write_time(out, name, *(const clock_ms *)value, NULL);
		write_delays(out, name, owner);
		break;
	case KIND_COUNT: fprintf(out, "%s %zu\n", name, *(const size_t *)value); break;
	case KIND_SIDE: write_side(out, name, owner); break;
	case KIND_CHANNEL:
	case KIND_PAIR: write_words(out, name, (char *const[]){ *text, *second, NULL }); break;
	case KIND_CHARACTERS: write_words(out, name, (char *const[]){ *text, NULL }); break;
	case KIND_MAILBOXES:
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
