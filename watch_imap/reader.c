#include "reader.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "memory.h"

/* What a response's bytes, and tokens, may grow to before they are given back. */
#define KEEP 4096

void reader_start(struct reader *reader, reader_show *show, void *context)
{
	*reader = (struct reader){ .show = show, .show_context = context };
}

/* Gives the memory back. */
static void release(struct reader *reader)
{
	free(reader->bytes);
	reader->bytes = NULL;
	reader->room = 0;
	free(reader->response.token);
	reader->response.token = NULL;
	reader->response.room = 0;
}

void reader_end(struct reader *reader)
{
	release(reader);
}

/* Forgets the response. */
static void reset(struct reader *reader)
{
	struct token *token = reader->response.token;
	size_t room = reader->response.room;

	reader->used = reader->line = reader->outside = reader->literal_left = reader->depth = 0;
	reader->begun = reader->in_code = false;
	reader->response = (struct response){ .token = token, .room = room };
	if (reader->room > KEEP || room > KEEP)
		release(reader);
}

static void keep(struct reader *reader, const char *bytes, size_t count)
{
	if (count == 0)
		return;
	reader->bytes = memory_grow(reader->bytes, &reader->room, reader->used + count, 1);
	memcpy(reader->bytes + reader->used, bytes, count);
	reader->used += count;
}

static void add_token(struct reader *reader, enum token_kind kind, size_t start, size_t length)
{
	struct response *response = &reader->response;

	response->token = memory_grow(response->token, &response->room, response->count + 1,
	                              sizeof *response->token);
	response->token[response->count++] = (struct token){ kind, start, length };
}

/* --- one line: a part of the bytes, from at to end --- */

struct line {
	size_t at, end;
};

static char peek(const struct reader *reader, const struct line *line)
{
	if (line->at < line->end)
		return reader->bytes[line->at];
	return '\0';
}

static void skip_blanks(const struct reader *reader, struct line *line)
{
	while (peek(reader, line) == ' ')
		line->at++;
}

/* The string behind the quote; its escapes are taken out in place. */
static const char *read_quoted(struct reader *reader, struct line *line)
{
	size_t start = ++line->at, out = start;

	for (; line->at < line->end && reader->bytes[line->at] != '"'; line->at++) {
		if (reader->bytes[line->at] == '\\' && ++line->at == line->end)
			break;
		reader->bytes[out++] = reader->bytes[line->at];
	}
	if (line->at >= line->end)
		return "a quoted string that does not end";
	line->at++;
	add_token(reader, TOKEN_STRING, start, out - start);
	return NULL;
}

/* Whether what is left of the line is {n}, {n+} or ~{n}: n, where a literal follows. */
static bool read_literal(const struct reader *reader, struct line *line, size_t *length)
{
	size_t at = line->at, number = 0, digits = 0;

	if (at < line->end && reader->bytes[at] == '~')
		at++;
	if (at >= line->end || reader->bytes[at++] != '{')
		return false;
	for (; at < line->end && reader->bytes[at] >= '0' && reader->bytes[at] <= '9'; at++) {
		if (number <= READER_LITERALS)
			number = number * 10 + (size_t)(reader->bytes[at] - '0');
		digits++;
	}
	if (at < line->end && reader->bytes[at] == '+')
		at++;
	if (digits == 0 || at + 1 != line->end || reader->bytes[at] != '}')
		return false;
	line->at = line->end;
	*length = number;
	return true;
}

static const char *read_parenthesis(struct reader *reader, struct line *line)
{
	bool opens = reader->bytes[line->at++] == '(';

	if (opens && reader->depth == RESPONSE_DEPTH)
		return "lists nested too deeply";
	if (!opens && reader->depth == 0)
		return "a ) without its (";
	reader->depth += opens ? 1 : (size_t)-1;
	add_token(reader, opens ? TOKEN_OPEN : TOKEN_CLOSE, line->at - 1, 1);
	return NULL;
}

static bool ends_code(const struct reader *reader, char c)
{
	return reader->in_code && reader->depth == 0 && c == ']';
}

static void read_atom(struct reader *reader, struct line *line)
{
	size_t start = line->at;

	while (line->at < line->end && strchr(" ()", reader->bytes[line->at]) == NULL &&
	       !ends_code(reader, reader->bytes[line->at]))
		line->at++;
	add_token(reader, TOKEN_ATOM, start, line->at - start);
}

/*
 * Reads tokens up to the end of the line, of the code, or in front of a
 * literal, whose length is left in *literal, which is SIZE_MAX otherwise.
 */
static const char *read_tokens(struct reader *reader, struct line *line, size_t *literal)
{
	const char *why = NULL;

	*literal = SIZE_MAX;
	while (why == NULL && *literal == SIZE_MAX) {
		char c;

		skip_blanks(reader, line);
		if (line->at == line->end)
			break;
		c = peek(reader, line);
		if (ends_code(reader, c))
			break;
		if (c == '"')
			why = read_quoted(reader, line);
		else if (c == '(' || c == ')')
			why = read_parenthesis(reader, line);
		else if (!read_literal(reader, line, literal))
			read_atom(reader, line);
	}
	return why;
}

static void set_text(struct reader *reader, size_t start, size_t end)
{
	reader->response.text = start;
	reader->response.text_length = end - start;
}

/* A code, or the rest of one behind a literal, and the text. */
static void read_code(struct reader *reader, struct line *line, size_t *literal)
{
	size_t start = line->at;
	const char *why;

	if (!reader->in_code) {
		reader->in_code = true;
		line->at++;
	}
	why = read_tokens(reader, line, literal);
	if (why == NULL && *literal != SIZE_MAX)
		return;
	reader->in_code = false;
	if (why != NULL || peek(reader, line) != ']') {
		reader->response.count = reader->depth = 0;
		*literal = SIZE_MAX;
		set_text(reader, start, line->end);
		return;
	}
	line->at++;
	skip_blanks(reader, line);
	set_text(reader, line->at, line->end);
}

static void read_status(struct reader *reader, struct line *line, size_t *literal)
{
	skip_blanks(reader, line);
	*literal = SIZE_MAX;
	if (peek(reader, line) == '[')
		read_code(reader, line, literal);
	else
		set_text(reader, line->at, line->end);
}

/* The word at the beginning of the line, and whether a blank or the end follows it. */
static size_t word_length(const struct reader *reader, const struct line *line)
{
	size_t at = line->at;

	while (at < line->end && reader->bytes[at] != ' ')
		at++;
	return at - line->at;
}

static enum response_status find_status(const char *word, size_t length)
{
	static const char *const names[] = { "", "OK", "NO", "BAD", "PREAUTH", "BYE" };

	for (size_t i = 1; i < sizeof names / sizeof *names; i++) {
		if (strlen(names[i]) == length && strncasecmp(word, names[i], length) == 0)
			return (enum response_status)i;
	}
	return STATUS_NONE;
}

/* The first line of a response. */
static const char *read_first(struct reader *reader, struct line *line, size_t *literal)
{
	struct response *response = &reader->response;
	size_t length = word_length(reader, line);
	const char *word = reader->bytes + line->at;

	*literal = SIZE_MAX;
	if (length == 0)
		return "a line that begins with a blank";
	response->kind = length > 1 || *word != '*' ? RESPONSE_TAGGED : RESPONSE_UNTAGGED;
	if (length == 1 && *word == '+')
		response->kind = RESPONSE_CONTINUE;
	response->tag = line->at;
	response->tag_length = length;
	line->at += length;
	skip_blanks(reader, line);
	if (response->kind == RESPONSE_CONTINUE) {
		set_text(reader, line->at, line->end);
		return NULL;
	}
	length = word_length(reader, line);
	response->status = find_status(reader->bytes + line->at, length);
	if (response->status == STATUS_NONE)
		return response->kind == RESPONSE_TAGGED ? "a line that is no response"
		                                         : read_tokens(reader, line, literal);
	line->at += length;
	read_status(reader, line, literal);
	return NULL;
}

/* --- lines and literals to responses --- */

static const char *begin_literal(struct reader *reader, size_t length)
{
	size_t inside = reader->used - reader->outside;

	if (length > READER_LITERALS || inside + length > READER_LITERALS)
		return "more than 64 KiB in literals";
	add_token(reader, TOKEN_STRING, reader->used, length);
	reader->literal_left = length;
	reader->line = reader->used + length;
	return NULL;
}

/* The line under way is whole: its end is the end of the bytes. */
static const char *finish_line(struct reader *reader, reader_take *take, void *context)
{
	struct line line = { reader->line, reader->used };
	const char *why = NULL;
	size_t literal = SIZE_MAX;

	if (line.end > line.at && reader->bytes[line.end - 1] == '\r')
		line.end--;
	if (reader->show != NULL)
		reader->show(reader->show_context, reader->used > 0 ? reader->bytes + line.at : "",
		             line.end - line.at);
	if (line.end > line.at && memchr(reader->bytes + line.at, '\0', line.end - line.at) != NULL)
		return "a NUL in a line";
	if (!reader->begun && line.at == line.end) {
		reset(reader);
		return NULL;
	}
	if (!reader->begun)
		why = read_first(reader, &line, &literal);
	else if (reader->in_code)
		read_code(reader, &line, &literal);
	else
		why = read_tokens(reader, &line, &literal);
	reader->begun = true;
	if (why != NULL)
		return why;
	if (literal != SIZE_MAX)
		return begin_literal(reader, literal);
	if (reader->depth > 0)
		return "a ( without its )";
	reader->response.bytes = reader->bytes;
	take(context, &reader->response);
	reset(reader);
	return NULL;
}

static size_t least(size_t one, size_t other)
{
	return one < other ? one : other;
}

const char *reader_feed(struct reader *reader, const char *bytes, size_t count, reader_take *take,
                        void *context)
{
	const char *newline, *why = NULL;
	size_t length;

	while (count > 0 && why == NULL) {
		if (reader->literal_left > 0) {
			length = least(count, reader->literal_left);
			keep(reader, bytes, length);
			reader->literal_left -= length;
			bytes += length;
			count -= length;
			continue;
		}
		newline = memchr(bytes, '\n', count);
		length = newline != NULL ? (size_t)(newline - bytes) : count;
		if (length > READER_LINE - reader->outside)
			return "a line of more than 64 KiB";
		keep(reader, bytes, length);
		reader->outside += length;
		if (newline != NULL) {
			why = finish_line(reader, take, context);
			length++;
		}
		bytes += length;
		count -= length;
	}
	return why;
}
