#include "parse.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"

static void add_error(struct parse *parse, unsigned line, char *message)
{
	parse->errors = memory_grow(parse->errors, &parse->error_room, parse->error_count + 1,
	                            sizeof *parse->errors);
	parse->errors[parse->error_count] = (struct parse_error){
		.line = line, .order = parse->error_count, .message = message
	};
	parse->error_count++;
}

void parse_complain(struct parse *parse, unsigned line, const char *format, ...)
{
	va_list list;
	char text[512];

	if (parse->muted)
		return;
	va_start(list, format);
	vsnprintf(text, sizeof text, format, list);
	va_end(list);
	if (line != 0)
		add_error(parse, line, memory_format("%s:%u: %s", parse->name, line, text));
	else
		add_error(parse, line, memory_format("%s: %s", parse->name, text));
}

struct config_store *parse_store(const struct parse *parse)
{
	return &parse->config->stores[parse->config->store_count - 1];
}

static bool is_brace(const struct word *word, char brace)
{
	return word->plain && word->text[0] == brace && word->text[1] == '\0';
}

/* Whether a brace sticks to the word that should be a name or a keyword. */
static bool has_stuck_brace(const struct word *word)
{
	size_t length = strlen(word->text);

	return word->plain && length > 1 &&
	       (word->text[0] == '{' || word->text[length - 1] == '{');
}

/* Notes the statement's words as they were written; mailboxes need no check. */
static void add_statement(struct parse *parse, enum keyword keyword, const struct word *words,
                          size_t count)
{
	struct config *config = parse->config;
	struct config_statement *statement;

	if (keyword == KEYWORD_IGNORE || keyword == KEYWORD_INTER_DELAY)
		return;
	config->statements = memory_grow(config->statements, &parse->statement_room,
	                                 config->statement_count + 1,
	                                 sizeof *config->statements);
	statement = &config->statements[config->statement_count++];
	*statement = (struct config_statement){ .keyword = keyword, .line = parse->line };
	words_copy(&statement->words, words, count);
}

/* --- stores --- */

static void complain_store(struct parse *parse, const char *what)
{
	const struct config_store *store = parse_store(parse);

	parse_complain(parse, store->line, "store %.80s: %s", store->name, what);
}

static void store_new(struct parse *parse, const char *name)
{
	struct config *config = parse->config;

	config->stores = memory_grow(config->stores, &parse->store_room, config->store_count + 1,
	                             sizeof *config->stores);
	config->stores[config->store_count++] =
		(struct config_store){ .name = memory_copy(name), .line = parse->line };
	parse->set[KEYWORD_STORE] = parse->line;
	for (int k = KEYWORD_NONE; k < KEYWORD_COUNT; k++)
		if (keyword_is_inner((enum keyword)k))
			parse->set[k] = 0;
	parse->place = PARSE_HEADER;
	parse->broken = parse->muted;
}

static void check_name_is_new(struct parse *parse)
{
	const struct config *config = parse->config;
	const char *name = parse_store(parse)->name;

	for (size_t i = 0; i + 1 < config->store_count; i++) {
		if (strcmp(config->stores[i].name, name) == 0) {
			parse_complain(parse, parse->line,
			               "store %.80s: a store of this name is in line %u already: "
			               "give each a name of its own", name, config->stores[i].line);
			return;
		}
	}
}

/* The words between store and its brace; what is wrong with them, or NULL. */
static const char *header_fault(const struct word *words, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (has_stuck_brace(&words[i]))
			return "{ is a word of its own: put a space on both sides of it";
	if (count == 0)
		return "the name is missing: store NAME { watch PROGRAM ARGS... }";
	if (count > 1)
		return "the name is one word: store NAME {, or store \"A NAME\" {";
	if (words[0].text[0] == '\0')
		return "the name is empty: store NAME { watch PROGRAM ARGS... }";
	if (words[0].plain && keyword_is_reserved(words[0].text))
		return "the name is a keyword: choose another one, or put it in double quotes";
	return NULL;
}

/* Reads what is behind the keyword store, up to the brace; returns how much. */
static size_t read_header(struct parse *parse, const struct word *words, size_t count)
{
	size_t length = 0;
	const char *fault;

	while (length < count && !is_brace(&words[length], '{') && !is_brace(&words[length], '}'))
		length++;
	fault = header_fault(words, length);
	store_new(parse, length > 0 ? words[0].text : "");
	add_statement(parse, KEYWORD_STORE, words, length);
	if (fault == NULL) {
		check_name_is_new(parse);
	} else {
		parse_complain(parse, parse->line, "store: %s", fault);
		parse->broken = true;
	}
	if (length < count && is_brace(&words[length], '{')) {
		parse->place = PARSE_INSIDE;
		length++;
	}
	return length;
}

/* The first word behind a header must be the brace. */
static size_t read_brace(struct parse *parse, const struct word *words)
{
	parse->place = PARSE_INSIDE;
	if (is_brace(&words[0], '{'))
		return 1;
	if (!parse->broken)
		complain_store(parse, has_stuck_brace(&words[0])
		                      ? "{ is a word of its own: put a space on both sides of it"
		                      : "{ is missing: store NAME { watch PROGRAM ARGS... }");
	if (!has_stuck_brace(&words[0]))
		return 0;
	parse->muted = parse->broken = true;
	return 1;
}

static void store_close(struct parse *parse)
{
	parse->place = PARSE_OUTSIDE;
	if (parse->set[KEYWORD_WATCH] == 0 && !parse->broken)
		complain_store(parse, "watch is missing: add watch PROGRAM ARGS...");
}

/* The next statement, or the end, has come before the closing brace. */
static void store_cut_off(struct parse *parse)
{
	if (!parse->broken)
		complain_store(parse, parse->place == PARSE_HEADER
		                      ? "{ is missing: store NAME { watch PROGRAM ARGS... }"
		                      : "} is missing: add it as a word of its own");
	parse->place = PARSE_OUTSIDE;
}

/* --- statements --- */

/*
 * The keyword that starts a statement.  A near miss is told and taken for
 * what it was probably meant to be, so that nothing else is said to be missing.
 */
static enum keyword read_keyword(struct parse *parse, const struct word *word)
{
	enum keyword keyword = keyword_find(word->text);

	if (!word->plain) {
		parse_complain(parse, parse->line,
		               "%.80s: a statement begins with a keyword, without quotes and "
		               "backslashes", word->text);
	} else if (keyword != KEYWORD_NONE) {
		return keyword;
	} else if ((keyword = keyword_guess(word->text)) != KEYWORD_NONE) {
		parse_complain(parse, parse->line, "unknown keyword %.80s: did you mean %s?",
		               word->text, keyword_name(keyword));
	} else {
		parse_complain(parse, parse->line, "unknown keyword %.80s: expected %s",
		               word->text, parse->place == PARSE_INSIDE
		               ? "watch, remote, required, heartbeat or }"
		               : "a setting such as base_delay, sync or store");
	}
	parse->muted = true;
	return keyword;
}

/* Whether no argument is a brace or a keyword that was not meant as a word. */
static bool arguments_are_words(struct parse *parse, enum keyword keyword,
                                const struct word *words, size_t count)
{
	const char *name = keyword_name(keyword);

	for (size_t i = 0; i < count; i++) {
		const char *text = words[i].text;

		if (is_brace(&words[i], '{') || is_brace(&words[i], '}'))
			parse_complain(parse, parse->line,
			               "%s: a stray %s: put it in double quotes if it is meant as "
			               "a word", name, text);
		else if (words[i].plain && keyword_is_reserved(text))
			parse_complain(parse, parse->line,
			               "%s: %s is a keyword: begin a new line, or put it in double "
			               "quotes if it is meant as a word", name, text);
		else
			continue;
		return false;
	}
	return true;
}

static void read_setting(struct parse *parse, enum keyword keyword, const struct word *words,
                         size_t count)
{
	bool muted = parse->muted;

	if (!arguments_are_words(parse, keyword, words, count))
		parse->muted = true;
	setting_read(parse, keyword, words, count);
	add_statement(parse, keyword, words, count);
	parse->muted = muted;
}

static size_t read_outside(struct parse *parse, const struct word *words, size_t count)
{
	enum keyword keyword;

	if (is_brace(&words[0], '{') || is_brace(&words[0], '}')) {
		parse_complain(parse, parse->line,
		               "a stray %s: braces enclose what belongs to a store: "
		               "store NAME { watch PROGRAM ARGS... }", words[0].text);
		return 1;
	}
	keyword = read_keyword(parse, &words[0]);
	if (keyword == KEYWORD_STORE)
		return 1 + read_header(parse, words + 1, count - 1);
	if (keyword_is_inner(keyword))
		parse_complain(parse, parse->line,
		               "%s: belongs in a store: store NAME { watch PROGRAM ARGS... }",
		               keyword_name(keyword));
	else if (keyword != KEYWORD_NONE)
		read_setting(parse, keyword, words + 1, count - 1);
	return count;
}

/* Reads one statement of a store's block or its closing brace. */
static size_t read_inside(struct parse *parse, const struct word *words, size_t count)
{
	enum keyword keyword;
	size_t length = 1;

	if (is_brace(&words[0], '}')) {
		store_close(parse);
		if (count > 1)
			parse_complain(parse, parse->line,
			               "%.80s behind }: begin a new line", words[1].text);
		return count;
	}
	if (is_brace(&words[0], '{')) {
		parse_complain(parse, parse->line, "a stray {: one opens the store, } closes it");
		return 1;
	}
	keyword = read_keyword(parse, &words[0]);
	if (keyword == KEYWORD_STORE) {
		store_cut_off(parse);
		return 1 + read_header(parse, words + 1, count - 1);
	}
	while (length < count && !is_brace(&words[length], '}'))
		length++;
	if (keyword == KEYWORD_NONE)
		return length;
	if (!keyword_is_inner(keyword))
		parse_complain(parse, parse->line,
		               "%s: does not belong in a store: close store %.80s of line %u "
		               "before it with }", keyword_name(keyword), parse_store(parse)->name,
		               parse_store(parse)->line);
	read_setting(parse, keyword, words + 1, length - 1);
	return length;
}

/* --- lines --- */

static void complain_words(struct parse *parse, enum words_problem problem,
                           unsigned char control)
{
	switch (problem) {
	case WORDS_FINE:
		return;
	case WORDS_NUL:
		parse_complain(parse, parse->line, "a NUL byte: a configuration is plain text");
		break;
	case WORDS_CONTROL:
		parse_complain(parse, parse->line,
		               "a control character (0x%02x): leave it out", control);
		break;
	case WORDS_QUOTE:
		parse_complain(parse, parse->line,
		               "a double quote that is not closed: close it in the same line, "
		               "or write \\\" for the character");
		break;
	case WORDS_BACKSLASH:
		parse_complain(parse, parse->line,
		               "a backslash at the end of the line: a statement ends with its "
		               "line; write \\\\ for the character");
		break;
	}
	parse->muted = true;
	parse->broken = true;
}

static void read_line(struct parse *parse, struct words *words, const char *line, size_t length)
{
	unsigned char control = 0;
	enum words_problem problem = words_cut(words, line, length, &control);
	size_t i = 0;

	parse->line++;
	complain_words(parse, problem, control);
	while (i < words->count) {
		const struct word *rest = words->list + i;

		switch (parse->place) {
		case PARSE_OUTSIDE:
			i += read_outside(parse, rest, words->count - i);
			break;
		case PARSE_HEADER:
			i += read_brace(parse, rest);
			break;
		case PARSE_INSIDE:
			i += read_inside(parse, rest, words->count - i);
			break;
		}
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

static int compare_errors(const void *one, const void *other)
{
	const struct parse_error *a = one, *b = other;

	if (a->line != b->line)
		return b->line == 0 || (a->line != 0 && a->line < b->line) ? -1 : 1;
	return a->order < b->order ? -1 : 1;
}

static int compare_delays(const void *one, const void *other)
{
	const struct parse_delay *a = one, *b = other;
	int order = strcmp(a->delay.mailbox, b->delay.mailbox);

	return order != 0 ? order : a->order < b->order ? -1 : 1;
}

static int compare_names(const void *one, const void *other)
{
	return strcmp(*(char *const *)one, *(char *const *)other);
}

/* Moves the delays to the configuration, sorted, each mailbox once. */
static void finish_delays(struct parse *parse)
{
	struct config *config = parse->config;
	const struct parse_delay *first = NULL;

	if (parse->delay_count == 0)
		return;
	qsort(parse->delays, parse->delay_count, sizeof *parse->delays, compare_delays);
	config->delays = memory_new(parse->delay_count, sizeof *config->delays);
	for (size_t i = 0; i < parse->delay_count; i++) {
		struct parse_delay *one = &parse->delays[i];

		if (first == NULL || strcmp(first->delay.mailbox, one->delay.mailbox) != 0) {
			first = one;
			config->delays[config->delay_count++] = one->delay;
			continue;
		}
		if (first->delay.delay != one->delay.delay)
			parse_complain(parse, one->line,
			               "inter_delay: %.80s has another one in line %u: "
			               "keep one of the two", one->delay.mailbox, first->line);
		free(one->delay.mailbox);
	}
}

static void finish_ignored(struct config *config)
{
	size_t kept = 0;

	if (config->ignored_count == 0)
		return;
	qsort(config->ignored, config->ignored_count, sizeof *config->ignored, compare_names);
	for (size_t i = 1; i < config->ignored_count; i++) {
		if (strcmp(config->ignored[kept], config->ignored[i]) == 0)
			free(config->ignored[i]);
		else
			config->ignored[++kept] = config->ignored[i];
	}
	config->ignored_count = kept + 1;
}

static void finish(struct parse *parse)
{
	struct config *config = parse->config;

	if (parse->place != PARSE_OUTSIDE)
		store_cut_off(parse);
	if (parse->set[KEYWORD_SYNC] == 0)
		parse_complain(parse, 0, "sync is missing: add sync PROGRAM ARGS...");
	if (config->store_count == 0)
		parse_complain(parse, 0,
		               "store is missing: add store NAME { watch PROGRAM ARGS... }");
	finish_delays(parse);
	finish_ignored(config);
	if (config->unspeakable == NULL)
		config->unspeakable = memory_copy("");
}

static void tell_errors(struct parse *parse, config_complain *complain, void *context)
{
	if (parse->error_count > 0)
		qsort(parse->errors, parse->error_count, sizeof *parse->errors, compare_errors);
	for (size_t i = 0; i < parse->error_count; i++) {
		complain(context, parse->errors[i].message);
		free(parse->errors[i].message);
	}
	free(parse->errors);
}

struct config *config_parse(const char *name, const char *text, size_t length,
                            config_complain *complain, void *context)
{
	struct parse parse = { .name = name, .config = config_new() };

	if (length > 0)
		read_text(&parse, text, length);
	finish(&parse);
	free(parse.delays);
	tell_errors(&parse, complain, context);
	if (parse.error_count > 0) {
		config_free(parse.config);
		parse.config = NULL;
	}
	return parse.config;
}
