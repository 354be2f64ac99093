#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config.h"
#include "errors.h"
#include "list.h"
#include "memory.h"
#include "value.h"

#define STORE "store NAME { watch PROGRAM ARGS... }"
#define STUCK "{ is a word of its own: put a space on both sides of it"

enum place {
	OUTSIDE,                /* of any store */
	HEADER,                 /* behind store NAME, before its brace */
	INSIDE                  /* a store's block */
};

/* A configuration while it is read. */
struct parse {
	const char *name;       /* the file's, for errors */
	unsigned line;
	enum place place;
	bool muted;             /* the rest of this line follows from an error that was told */
	bool broken;            /* so may the rest of this store */
	unsigned *set;          /* for each row of the table, in which line; 0: not yet */
	struct config *config;
	struct errors errors;
};

/* Notes an error of a line, unless they are muted. */
__attribute__((format(printf, 3, 4)))
static void complain(struct parse *parse, unsigned line, const char *format, ...)
{
	char text[512];
	va_list list;

	if (parse->muted)
		return;
	va_start(list, format);
	vsnprintf(text, sizeof text, format, list);
	va_end(list);
	errors_add(&parse->errors, line,
	           line != 0 ? memory_format("%s:%u: %s", parse->name, line, text)
	                     : memory_format("%s: %s", parse->name, text));
}

/* The brace that the word is, or 0. */
static char brace_of(const struct word *word)
{
	char c = word->text[0];

	if (!word->plain || (c != '{' && c != '}') || word->text[1] != '\0')
		return '\0';
	return c;
}

/* Whether a brace sticks to the word that should be a name or a keyword. */
static bool has_stuck_brace(const struct word *word)
{
	size_t length = strlen(word->text);

	return word->plain && length > 1 &&
	       (word->text[0] == '{' || word->text[length - 1] == '{');
}

/* --- stores --- */

/* The store whose block is being read. */
static struct config_store *current_store(const struct parse *parse)
{
	return &parse->config->stores[parse->config->store_count - 1];
}

static void complain_store(struct parse *parse, const char *what)
{
	const struct config_store *store = current_store(parse);

	complain(parse, store->line, "store %.80s: %s", store->name, what);
}

static void complain_missing(struct parse *parse, enum setting_scope scope)
{
	for (const struct setting *row = settings; row->name != NULL; row++) {
		char text[200];

		if (row->scope != scope || !row->needed || parse->set[row - settings] != 0)
			continue;
		snprintf(text, sizeof text, "%s is missing: add %s %s", row->name, row->name,
		         row->example);
		if (scope == SCOPE_STORE)
			complain_store(parse, text);
		else
			complain(parse, 0, "%s", text);
	}
}

static void store_new(struct parse *parse, const char *name)
{
	struct config *config = parse->config;
	struct config_store store = { .name = name, .line = parse->line };

	values_start(config, SCOPE_STORE, &store);
	config->stores = list_add(config->stores, &config->store_count, &store, sizeof store);
	for (size_t i = 0; i < setting_count; i++)
		if (settings[i].scope == SCOPE_STORE)
			parse->set[i] = 0;
	parse->place = HEADER;
	parse->broken = parse->muted;
}

static void check_name_is_new(struct parse *parse)
{
	const struct config_store *one = parse->config->stores, *last = current_store(parse);

	while (strcmp(one->name, last->name) != 0)
		one++;
	if (one != last)
		complain(parse, parse->line, "store %.80s: a store of this name is in line %u "
		         "already: give each a name of its own", one->name, one->line);
}

/* The words between store and its brace; what is wrong with them, or NULL. */
static const char *header_fault(const struct words *words)
{
	for (size_t i = 0; i < words->count; i++)
		if (has_stuck_brace(&words->list[i]))
			return STUCK;
	if (words->count == 0)
		return "the name is missing: " STORE;
	if (words->count > 1)
		return "the name is one word: store NAME {, or store \"A NAME\" {";
	if (words->list[0].text[0] == '\0')
		return "the name is empty: " STORE;
	if (words->list[0].plain && setting_is_reserved(words->list[0].text))
		return "the name is a keyword: choose another one, or put it in double quotes";
	return NULL;
}

/* Reads what is behind the keyword store, up to the brace; returns how much. */
static size_t read_header(struct parse *parse, const struct setting *setting,
                          const struct word *words, size_t count)
{
	const struct words *header;
	size_t length = 0;
	const char *fault;

	while (length < count && brace_of(&words[length]) == '\0')
		length++;
	header = &statement_new(parse->config, setting, parse->line, words, length)->words;
	fault = header_fault(header);
	parse->set[setting - settings] = parse->line;
	store_new(parse, length > 0 ? header->list[0].text : "");
	if (fault == NULL) {
		check_name_is_new(parse);
	} else {
		complain(parse, parse->line, "store: %s", fault);
		parse->broken = true;
	}
	if (length == count || brace_of(&words[length]) != '{')
		return length;
	parse->place = INSIDE;
	return length + 1;
}

/* The first word behind a header must be the brace. */
static size_t read_brace(struct parse *parse, const struct word *word)
{
	parse->place = INSIDE;
	if (brace_of(word) == '{')
		return 1;
	if (!parse->broken)
		complain_store(parse, has_stuck_brace(word) ? STUCK : "{ is missing: " STORE);
	if (!has_stuck_brace(word))
		return 0;
	parse->muted = parse->broken = true;
	return 1;
}

static void store_close(struct parse *parse)
{
	parse->place = OUTSIDE;
	if (!parse->broken)
		complain_missing(parse, SCOPE_STORE);
}

/* The next statement, or the end, has come before the closing brace. */
static void store_cut_off(struct parse *parse)
{
	if (!parse->broken)
		complain_store(parse, parse->place == HEADER
		                      ? "{ is missing: " STORE
		                      : "} is missing: add it as a word of its own");
	parse->place = OUTSIDE;
}

/* --- statements --- */

static void complain_unknown(struct parse *parse, const char *keyword)
{
	char names[200] = "";

	for (const struct setting *row = settings; row->name != NULL; row++)
		if (parse->place == INSIDE && row->scope == SCOPE_STORE)
			snprintf(names + strlen(names), sizeof names - strlen(names), "%s%s",
			         names[0] != '\0' ? ", " : "", row->name);
	complain(parse, parse->line, "unknown keyword %.80s: expected %s%s", keyword, names,
	         parse->place == INSIDE ? " or }" : "a setting such as base_delay, sync or store");
}

/*
 * The keyword that starts a statement.  A near miss is told and taken for
 * what it was probably meant to be, so that nothing else is said to be missing.
 */
static const struct setting *read_keyword(struct parse *parse, const struct word *word)
{
	const struct setting *setting = setting_find(word->text);

	if (word->plain && setting != NULL)
		return setting;
	if (!word->plain)
		complain(parse, parse->line, "%.80s: a statement begins with a keyword, without "
		         "quotes and backslashes", word->text);
	else if ((setting = setting_guess(word->text)) != NULL)
		complain(parse, parse->line, "unknown keyword %.80s: did you mean %s?", word->text,
		         setting->name);
	else
		complain_unknown(parse, word->text);
	parse->muted = true;
	return setting;
}

/* Whether no argument is a brace or a keyword that was not meant as a word. */
static bool arguments_are_words(struct parse *parse, const struct config_statement *statement)
{
	const char *name = statement->setting->name;

	for (size_t i = 0; i < statement->words.count; i++) {
		const struct word *word = &statement->words.list[i];

		if (brace_of(word) != '\0')
			complain(parse, parse->line, "%s: a stray %s: put it in double quotes if "
			         "it is meant as a word", name, word->text);
		else if (word->plain && setting_is_reserved(word->text))
			complain(parse, parse->line, "%s: %s is a keyword: begin a new line, or "
			         "put it in double quotes if it is meant as a word", name,
			         word->text);
		else
			continue;
		return false;
	}
	return true;
}

/* Whether it is not set yet; notes that it is.  Mailboxes may be named again. */
static bool is_first(struct parse *parse, const struct config_statement *statement)
{
	const struct setting *setting = statement->setting;
	unsigned *set = &parse->set[setting - settings];

	if (setting->kind == KIND_MAILBOXES ||
	    (setting->kind == KIND_DELAY && statement->words.count > 1))
		return true;
	if (*set == 0) {
		*set = parse->line;
		return true;
	}
	if (setting->scope == SCOPE_STORE && setting->needed)
		complain(parse, parse->line, "%s: this store has one in line %u already: "
		         "give each watcher a store of its own", setting->name, *set);
	else
		complain(parse, parse->line, "%s: set in line %u already: keep one of the two",
		         setting->name, *set);
	return false;
}

static void read_setting(struct parse *parse, const struct setting *setting,
                         const struct word *words, size_t count)
{
	const struct config_statement *statement =
		statement_new(parse->config, setting, parse->line, words, count);
	bool muted = parse->muted;
	char *fault = NULL;

	if (!arguments_are_words(parse, statement))
		parse->muted = true;
	if (is_first(parse, statement))
		fault = value_read(statement, setting->scope == SCOPE_STORE
		                              ? (void *)current_store(parse) : parse->config);
	if (fault != NULL)
		complain(parse, parse->line, "%s", fault);
	free(fault);
	parse->muted = muted;
}

/* Reads a brace where a statement may begin; returns how many words are done with. */
static size_t read_stray(struct parse *parse, const struct word *words, size_t count)
{
	if (parse->place == OUTSIDE) {
		complain(parse, parse->line, "a stray %s: braces enclose what belongs to a store: "
		         STORE, words[0].text);
		return 1;
	}
	if (brace_of(&words[0]) == '{') {
		complain(parse, parse->line, "a stray {: one opens the store, } closes it");
		return 1;
	}
	store_close(parse);
	if (count > 1)
		complain(parse, parse->line, "%.80s behind }: begin a new line", words[1].text);
	return count;
}

/* Reads a statement, or a brace; returns how many words it has. */
static size_t read_statement(struct parse *parse, const struct word *words, size_t count)
{
	const bool inside = parse->place == INSIDE;
	const struct setting *setting;
	size_t length = 1;

	if (brace_of(&words[0]) != '\0')
		return read_stray(parse, words, count);
	setting = read_keyword(parse, &words[0]);
	if (setting != NULL && setting->kind == KIND_STORES) {
		if (inside)
			store_cut_off(parse);
		return 1 + read_header(parse, setting, words + 1, count - 1);
	}
	while (length < count && !(inside && brace_of(&words[length]) == '}'))
		length++;
	if (setting == NULL)
		return length;
	if (!inside && setting->scope == SCOPE_STORE) {
		complain(parse, parse->line, "%s: belongs in a store: " STORE, setting->name);
		return length;
	}
	if (inside && setting->scope == SCOPE_FILE)
		complain(parse, parse->line,
		         "%s: does not belong in a store: close store %.80s of line %u before it "
		         "with }", setting->name, current_store(parse)->name,
		         current_store(parse)->line);
	read_setting(parse, setting, words + 1, length - 1);
	return length;
}

/* --- lines --- */

static void read_line(struct parse *parse, struct words *words, const char *line, size_t length)
{
	char *fault = words_cut(words, line, length);
	size_t i = 0;

	parse->line++;
	if (fault != NULL) {
		complain(parse, parse->line, "%s", fault);
		free(fault);
		parse->muted = parse->broken = true;
	}
	while (i < words->count) {
		const struct word *rest = words->list + i;

		i += parse->place == HEADER ? read_brace(parse, rest)
		                            : read_statement(parse, rest, words->count - i);
	}
	parse->muted = false;
}

static void read_text(struct parse *parse, const char *text, size_t length)
{
	static const char mark[] = "\xef\xbb\xbf"; /* RFC 3629, section 6 */
	const char *end = text + length, *newline;
	struct words words = { 0 };

	if (length >= 3 && memcmp(text, mark, 3) == 0)
		text += 3;
	while (text < end) {
		newline = memchr(text, '\n', (size_t)(end - text));
		if (newline == NULL)
			newline = end;
		read_line(parse, &words, text, (size_t)(newline - text));
		text = newline + (newline < end);
	}
	words_free(&words);
}

/* --- the whole --- */

static int compare_delays(const void *one, const void *other)
{
	const struct config_delay *a = one, *b = other;
	int order = strcmp(a->mailbox, b->mailbox);

	return order != 0 ? order : a->place < b->place ? -1 : a->place > b->place;
}

static int compare_places(const void *one, const void *other)
{
	const struct config_delay *a = one, *b = other;

	return a->place < b->place ? -1 : a->place > b->place;
}

static int compare_names(const void *one, const void *other)
{
	return strcmp(*(char *const *)one, *(char *const *)other);
}

/* Sorts so many delays; each mailbox, or pattern, is left once.  Returns how many are left. */
static size_t finish_delays(struct parse *parse, struct config_delay *delays, size_t count)
{
	struct config_delay *first = delays;

	if (count == 0)
		return 0;
	qsort(delays, count, sizeof *delays, compare_delays);
	for (size_t i = 1; i < count; i++) {
		if (strcmp(first->mailbox, delays[i].mailbox) != 0)
			*++first = delays[i];
		else if (first->delay != delays[i].delay)
			complain(parse, delays[i].line, "inter_delay: %.80s has another one in "
			         "line %u: keep one of the two", delays[i].mailbox, first->line);
	}
	return (size_t)(first - delays) + 1;
}

static void finish_all_delays(struct parse *parse)
{
	struct config *config = parse->config;

	config->delay_count = finish_delays(parse, config->delays, config->delay_count);
	config->wild_delay_count =
		finish_delays(parse, config->wild_delays, config->wild_delay_count);
	if (config->wild_delay_count > 0)
		qsort(config->wild_delays, config->wild_delay_count, sizeof *config->wild_delays,
		      compare_places);
}

/* Sorts so many names; each is left once.  Returns how many are left. */
static size_t finish_ignored(char **names, size_t count)
{
	char **last = names;

	if (count == 0)
		return 0;
	qsort(names, count, sizeof *names, compare_names);
	for (size_t i = 1; i < count; i++)
		if (strcmp(*last, names[i]) != 0)
			*++last = names[i];
	last[1] = NULL;
	return (size_t)(last - names) + 1;
}

static void finish_all_ignored(struct config *config)
{
	config->ignored_count = finish_ignored(config->ignored, config->ignored_count);
	config->wild_ignored_count =
		finish_ignored(config->wild_ignored, config->wild_ignored_count);
}

/* No blanks where MSWATCH_STORES lists the names; without hooks any name is one. */
static void finish_names(struct parse *parse)
{
	const struct config *config = parse->config;

	if (config->on_success == NULL && config->on_failure == NULL)
		return;
	for (size_t i = 0; i < config->store_count; i++)
		if (strpbrk(config->stores[i].name, " \t") != NULL)
			complain(parse, config->stores[i].line,
			         "store %.80s: a blank in the name, and hooks get the names with "
			         "blanks between them: write - in its place",
			         config->stores[i].name);
}

static void finish_sides(struct parse *parse)
{
	const struct config *config = parse->config;

	for (size_t i = 0; i < config->store_count; i++)
		if (config->stores[i].side_line != 0)
			complain(parse, config->stores[i].side_line,
			         "side: it says which store of a channel this is: add channel NAME "
			         "outside of the stores, or leave it out");
}

/* What sides and channel say together. */
static void finish_channel(struct parse *parse)
{
	const struct config *config = parse->config;
	unsigned prefix = parse->set[setting_find("mailbox_prefix") - settings];

	if (parse->set[setting_find("channel") - settings] == 0)
		finish_sides(parse);
	if (config->channel == NULL)
		return;
	if (prefix != 0)
		complain(parse, config->channel_line > prefix ? config->channel_line : prefix,
		         "channel and mailbox_prefix: both say how mailboxes are called for sync: "
		         "keep channel for mbsync, mailbox_prefix for others");
	if (config->channel[0] == '-' && config->sync != NULL && !config_ends_options(config))
		complain(parse, config->channel_line,
		         "channel %.80s: mbsync takes it for an option: end sync with --",
		         config->channel);
}

struct config *config_parse(const char *name, const char *text, size_t length,
                            config_complain *tell, void *context)
{
	struct parse parse = { .name = name, .config = config_new(),
		               .set = memory_new(setting_count, sizeof(unsigned)) };

	if (length > 0)
		read_text(&parse, text, length);
	if (parse.place != OUTSIDE)
		store_cut_off(&parse);
	complain_missing(&parse, SCOPE_FILE);
	finish_all_delays(&parse);
	finish_all_ignored(parse.config);
	finish_names(&parse);
	finish_channel(&parse);
	errors_tell(&parse.errors, tell, context);
	free(parse.set);
	if (parse.errors.count == 0)
		return parse.config;
	config_free(parse.config);
	return NULL;
}
