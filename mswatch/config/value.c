#include "value.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config.h"
#include "duration.h"
#include "list.h"
#include "memory.h"

/* Room for a hint in which a setting is named. */
#define HINT_ROOM 120

static char *refuse(const struct setting *row, const char *text, const char *why)
{
	return memory_format("%s %.80s: %s", row->name, text[0] != '\0' ? text : "\"\"", why);
}

static char *ask_for(const struct setting *row, const char *what)
{
	return memory_format("%s: %s: for example %s %s", row->name, what, row->name, row->example);
}

static char *read_span(const struct setting *row, const char *text, clock_ms *span)
{
	clock_ms read = 0;
	const char *why = duration_parse(text, &read);

	if (why == NULL && read < row->least)
		why = row->too_little;
	if (why != NULL)
		return refuse(row, text, why);
	*span = read;
	return NULL;
}

static char *read_time(const struct setting *row, const struct words *words, clock_ms *time)
{
	char what[HINT_ROOM];

	if (words->count == 1)
		return read_span(row, words->list[0].text, time);
	if (words->count == 0)
		return ask_for(row, "a time is missing");
	snprintf(what, sizeof what, "%zu words, one time is expected", words->count);
	return ask_for(row, what);
}

/* What to tell of a mailbox without a name, among the words from first on. */
static char *refuse_nameless(const struct setting *row, const struct words *words, size_t first)
{
	for (size_t i = first; i < words->count; i++)
		if (words->list[i].text[0] == '\0')
			return memory_format("%s: an empty mailbox name: give a name, such as "
			                     "INBOX", row->name);
	return NULL;
}

static void add_delay(struct config_delay **list, size_t *count, char *mailbox,
                      struct config_delay one)
{
	one.mailbox = mailbox;
	one.place = *count;
	*list = list_add(*list, count, &one, sizeof one);
}

static char *read_delay(const struct config_statement *statement, struct config *config)
{
	const struct words *words = &statement->words;
	struct config_delay one = { .line = statement->line };
	char *fault = read_span(statement->setting, words->list[0].text, &one.delay);

	for (size_t i = 1; fault == NULL && i < words->count; i++) {
		const struct word *word = &words->list[i];

		if (word->pattern != NULL)
			add_delay(&config->wild_delays, &config->wild_delay_count, word->pattern,
			          one);
		else if (word->text[0] != '\0')
			add_delay(&config->delays, &config->delay_count, word->text, one);
	}
	return fault != NULL ? fault : refuse_nameless(statement->setting, words, 1);
}

static void add_text(char ***list, size_t *count, char *text)
{
	*list = list_add(*list, count, &text, sizeof text);
}

static char *read_ignored(const struct setting *row, const struct words *words,
                          struct config *config)
{
	for (size_t i = 0; i < words->count; i++) {
		const struct word *word = &words->list[i];

		if (word->pattern != NULL)
			add_text(&config->wild_ignored, &config->wild_ignored_count,
			         word->pattern);
		else
			add_text(&config->ignored, &config->ignored_count, word->text);
	}
	return words->count == 0 ? ask_for(row, "a mailbox is missing")
	                         : refuse_nameless(row, words, 0);
}

static char *read_count(const struct setting *row, const struct words *words, size_t *count)
{
	const char *text = words->count == 1 ? words->list[0].text : "", *digit = text;
	char why[HINT_ROOM];
	long long number = 0;

	if (words->count != 1)
		return ask_for(row, "one number is expected");
	for (; *digit >= '0' && *digit <= '9' && number <= row->most; digit++)
		number = number * 10 + *digit - '0';
	snprintf(why, sizeof why, "not a whole number from %lld to %lld", row->least, row->most);
	if (*digit != '\0' || digit == text || number < row->least || number > row->most)
		return refuse(row, text, why);
	*count = (size_t)number;
	return NULL;
}

static char *read_pair(const struct setting *row, const struct words *words, char **prefix,
                       char **separator)
{
	if (words->count != 2)
		return ask_for(row, "PREFIX and SEPARATOR are expected, two words");
	*prefix = words->list[0].text;
	*separator = words->list[1].text;
	return NULL;
}

/* mbsync ends a channel's name at the first colon. */
static char *read_channel(const struct config_statement *statement, struct config *config)
{
	const struct words *words = &statement->words;
	char *name = words->count > 0 ? words->list[0].text : NULL;

	if (name == NULL || *name == '\0' || words->count > 2)
		return ask_for(statement->setting, "NAME is expected, or NAME and FILE");
	if (strchr(name, ':') != NULL)
		return refuse(statement->setting, name,
		              "mbsync takes what follows a colon for a mailbox: give the name of "
		              "a channel or group alone");
	if (words->count > 1 && words->list[1].text[0] == '\0')
		return memory_format("%s: the FILE is empty: leave it out for ~/.mbsyncrc",
		                     statement->setting->name);
	config->channel = name;
	config->channel_file = words->count > 1 ? words->list[1].text : NULL;
	config->channel_line = statement->line;
	return NULL;
}

static char *read_side(const struct config_statement *statement, struct config_store *store)
{
	const struct words *words = &statement->words;
	const char *side = words->count > 0 ? words->list[0].text : "";

	if (words->count > 2 || (strcmp(side, "near") != 0 && strcmp(side, "far") != 0))
		return ask_for(statement->setting, "near or far is expected, or that and a STORE");
	store->side = *side == 'n' ? CONFIG_SIDE_NEAR : CONFIG_SIDE_FAR;
	store->side_store = words->count > 1 ? words->list[1].text : NULL;
	store->side_line = statement->line;
	return NULL;
}

static char *read_characters(const struct setting *row, const struct words *words,
                             char **characters)
{
	if (words->count != 1)
		return ask_for(row, "all characters are expected in one word");
	*characters = words->list[0].text;
	for (const char *c = *characters; *c != '\0'; c++)
		if (*c & 0x80)
			return refuse(row, *characters, "only ASCII characters can be given");
	return NULL;
}

static char *read_command(const struct setting *row, const struct words *words, char ***command)
{
	size_t count = 0;

	if (words->count == 0 || words->list[0].text[0] == '\0')
		return memory_format("%s: the program is missing: %s %s", row->name, row->name,
		                     row->example);
	for (size_t i = 0; i < words->count; i++)
		add_text(command, &count, words->list[i].text);
	return NULL;
}

/* NAME, NAME yes or NAME no */
static char *read_answer(const struct setting *row, const struct words *words, bool *answer)
{
	const char *text = words->count == 0 ? "yes" : words->list[0].text;
	char hint[HINT_ROOM];

	*answer = strcmp(text, "yes") == 0;
	if (words->count <= 1 && (*answer || strcmp(text, "no") == 0))
		return NULL;
	snprintf(hint, sizeof hint, "write %s or %s no, on a line of its own", row->name,
	         row->name);
	return refuse(row, text, hint);
}

static char *read_remote(const struct setting *row, const struct words *words,
                         enum config_remote *remote)
{
	bool answer;
	char *fault = read_answer(row, words, &answer);

	*remote = answer ? CONFIG_REMOTE_YES : CONFIG_REMOTE_NO;
	return fault;
}

const struct config_statement *statement_new(struct config *config, const struct setting *setting,
                                             unsigned line, const struct word *list, size_t count)
{
	const struct config_statement one = { setting, line, words_copy(list, count) };

	config->statements = list_add(config->statements, &config->statement_count, &one,
	                              sizeof one);
	return &config->statements[config->statement_count - 1];
}

char *value_read(const struct config_statement *statement, void *owner)
{
	const struct setting *setting = statement->setting;
	const struct words *words = &statement->words;
	void *value = (char *)owner + setting->place, *second = (char *)owner + setting->second;

	switch (setting->kind) {
	case KIND_TIME: return read_time(setting, words, value);
	case KIND_DELAY:
		return words->count > 1 ? read_delay(statement, owner)
		                        : read_time(setting, words, value);
	case KIND_COUNT: return read_count(setting, words, value);
	case KIND_MAILBOXES: return read_ignored(setting, words, owner);
	case KIND_CHANNEL: return read_channel(statement, owner);
	case KIND_SIDE: return read_side(statement, owner);
	case KIND_PAIR: return read_pair(setting, words, value, second);
	case KIND_CHARACTERS: return read_characters(setting, words, value);
	case KIND_COMMAND: return read_command(setting, words, value);
	case KIND_ANSWER: return read_answer(setting, words, value);
	case KIND_REMOTE: return read_remote(setting, words, value);
	case KIND_STORES: break;
	}
	return NULL;
}

void values_start(struct config *config, enum setting_scope scope, void *owner)
{
	struct words words = { 0 };

	for (const struct setting *row = settings; row->name != NULL; row++) {
		if (row->scope != scope || row->standard == NULL)
			continue;
		free(words_cut(&words, row->standard, strlen(row->standard)));
		free(value_read(statement_new(config, row, 0, words.list, words.count), owner));
	}
	words_free(&words);
}

struct config *config_new(void)
{
	struct config *config = memory_new(1, sizeof *config);

	values_start(config, SCOPE_FILE, config);
	return config;
}

static void values_free(enum setting_scope scope, void *owner)
{
	for (const struct setting *row = settings; row->name != NULL; row++) {
		void *value = (char *)owner + row->place;

		if (row->scope == scope && row->kind == KIND_COMMAND)
			free(*(char ***)value);
	}
}

void config_free(struct config *config)
{
	if (config == NULL)
		return;
	values_free(SCOPE_FILE, config);
	for (size_t i = 0; i < config->store_count; i++)
		values_free(SCOPE_STORE, &config->stores[i]);
	for (size_t i = 0; i < config->statement_count; i++)
		words_free(&config->statements[i].words);
	free(config->statements);
	free(config->stores);
	free(config->ignored);
	free(config->wild_ignored);
	free(config->delays);
	free(config->wild_delays);
	free(config);
}
