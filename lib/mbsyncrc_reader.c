#include "mbsyncrc_reader.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "memory.h"

/* --- what is told --- */

__attribute__((format(printf, 4, 0))) static void tell(struct mbsyncrc_reader *reader,
                                                       enum mbsyncrc_problem problem, unsigned line,
                                                       const char *format, va_list arguments)
{
	/* a line's words are the longest that a message can hold */
	char what[2 * MBSYNCRC_LINE + 256], *message;

	vsnprintf(what, sizeof what, format, arguments);
	message = memory_format("%s:%u: %s", reader->place->file, line, what);
	if (problem != MBSYNCRC_ADVICE)
		reader->rc->refused = true;
	if (reader->complain != NULL)
		reader->complain(reader->context, problem, line, message);
	free(message);
}

void mbsyncrc_refuse(struct mbsyncrc_reader *reader, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	tell(reader, MBSYNCRC_REFUSED_LINE, reader->line, format, arguments);
	va_end(arguments);
}

void mbsyncrc_refuse_section(struct mbsyncrc_reader *reader, unsigned line, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	tell(reader, MBSYNCRC_REFUSED_SECTION, line, format, arguments);
	va_end(arguments);
}

void mbsyncrc_advise(struct mbsyncrc_reader *reader, unsigned line, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	tell(reader, MBSYNCRC_ADVICE, line, format, arguments);
	va_end(arguments);
}

/* --- lines and words --- */

static bool is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* A backslash waits in front of control characters, and of bytes that are negative as char. */
static bool ends_escape(char c)
{
	return (unsigned char)c >= ' ' && (unsigned char)c < 0x80;
}

/* Takes the quotes and backslashes out of the word at *at, which goes on behind it. */
static void unquote(char **at, bool *escaped, bool *quoted)
{
	char *in = *at, *out = *at, c;

	*escaped = *quoted = false;
	while ((c = *in) != '\0') {
		in++;
		if (*escaped && ends_escape(c)) {
			*escaped = false;
			*out++ = c;
		} else if (c == '\\') {
			*escaped = true;
		} else if (c == '"') {
			*quoted = !*quoted;
		} else if (!*quoted && is_blank(c)) {
			break;
		} else {
			*out++ = c;
		}
	}
	*out = '\0';
	*at = in;
}

/* The next word; *comment where a comment starts in its place.  A broken one is told. */
static char *cut_word(struct mbsyncrc_reader *reader, bool *comment, bool *broken)
{
	char *word = reader->rest;
	bool escaped, quoted;

	*comment = *broken = false;
	if (word == NULL)
		return NULL;
	while (is_blank(*word))
		word++;
	if (*word == '\0' || *word == '#') {
		*comment = *word == '#';
		reader->rest = NULL;
		return NULL;
	}
	reader->rest = word;
	unquote(&reader->rest, &escaped, &quoted);
	if (escaped)
		mbsyncrc_refuse(reader, "a \\ with nothing behind it that it could keep");
	if (quoted)
		mbsyncrc_refuse(reader, "a \" that is not closed");
	*broken = escaped || quoted;
	return *broken ? NULL : word;
}

char *mbsyncrc_word(struct mbsyncrc_reader *reader)
{
	bool comment, broken;

	return cut_word(reader, &comment, &broken);
}

void mbsyncrc_skip_words(struct mbsyncrc_reader *reader)
{
	reader->rest = NULL;
}

/* The next line, or what of it is one for mbsync. */
static bool take_line(struct mbsyncrc_reader *reader)
{
	size_t left = (size_t)(reader->end - reader->at), length;
	const char *newline;

	if (left == 0)
		return false;
	if (left > MBSYNCRC_LINE)
		left = MBSYNCRC_LINE;
	newline = memchr(reader->at, '\n', left);
	length = newline != NULL ? (size_t)(newline + 1 - reader->at) : left;
	memcpy(reader->buffer, reader->at, length);
	reader->buffer[length] = '\0';
	reader->at += length;
	reader->line++;
	reader->rest = reader->buffer;
	if (newline == NULL && reader->at < reader->end && !reader->cut)
		mbsyncrc_advise(reader, reader->line,
		                "over %d bytes: for mbsync the rest is a line of "
		                "its own",
		                MBSYNCRC_LINE);
	reader->cut = newline == NULL;
	return true;
}

static void refuse_left_over(struct mbsyncrc_reader *reader)
{
	/* not the word itself, which may be half of a password */
	if (mbsyncrc_word(reader) != NULL)
		mbsyncrc_refuse(reader, "a word too many behind %s: what holds blanks wants quotes",
		                reader->keyword);
}

bool mbsyncrc_next(struct mbsyncrc_reader *reader)
{
	bool comment, broken;

	refuse_left_over(reader);
	while (take_line(reader)) {
		reader->keyword = cut_word(reader, &comment, &broken);
		if (reader->keyword == NULL) {
			if (comment || broken)
				continue;
			return true;
		}
		reader->value = cut_word(reader, &comment, &broken);
		if (reader->value != NULL)
			return true;
		if (!broken)
			mbsyncrc_refuse(reader, "nothing behind %s", reader->keyword);
	}
	return false;
}

bool mbsyncrc_next_inner(struct mbsyncrc_reader *reader)
{
	return mbsyncrc_next(reader) && reader->keyword != NULL;
}

bool mbsyncrc_keyword(const struct mbsyncrc_reader *reader, const char *keyword)
{
	return strcasecmp(reader->keyword, keyword) == 0;
}

bool mbsyncrc_value(const struct mbsyncrc_reader *reader, const char *value)
{
	return strcasecmp(reader->value, value) == 0;
}

/* Whether another kind of section begins with the line's keyword, or often has it. */
static bool is_known_elsewhere(const struct mbsyncrc_reader *reader)
{
	static const char *const keywords[] = {
		"IMAPAccount", "IMAPStore", "MaildirStore", "Channel",   "Group",    "Account",
		"Host",        "User",      "PassCmd",      "Path",      "Inbox",    "SubFolders",
		"Far",         "Near",      "Patterns",     "SyncState", "Channels", "Sync",
		"Create",      "Remove",    "Expunge",
	};

	for (size_t i = 0; i < sizeof keywords / sizeof *keywords; i++) {
		if (mbsyncrc_keyword(reader, keywords[i]))
			return true;
	}
	return false;
}

void mbsyncrc_refuse_keyword(struct mbsyncrc_reader *reader, const char *section)
{
	mbsyncrc_refuse(reader, "no keyword of %s: %s%s", section, reader->keyword,
	                is_known_elsewhere(reader) ? ": an empty line ends a section" : "");
	mbsyncrc_skip_words(reader);
}

/* --- values --- */

bool mbsyncrc_read_bool(struct mbsyncrc_reader *reader)
{
	static const char *const words[] = { "no", "yes", "false", "true", "off", "on", "0", "1" };

	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		if (mbsyncrc_value(reader, words[i]))
			return i % 2 == 1;
	}
	mbsyncrc_refuse(reader, "%s is neither yes nor no", reader->value);
	return false;
}

/* As strtol(3) takes it, cut to an int. */
int mbsyncrc_read_number(struct mbsyncrc_reader *reader)
{
	char *end;
	long number = strtol(reader->value, &end, 10);

	if (*end == '\0')
		return (int)number;
	mbsyncrc_refuse(reader, "%s is no number", reader->value);
	return 0;
}

/* As strtoul(3) takes it, with k or m, and b; in 32 bits. */
uint32_t mbsyncrc_read_size(struct mbsyncrc_reader *reader)
{
	char *end;
	uint32_t size = (uint32_t)strtoul(reader->value, &end, 10);

	if (*end == 'k' || *end == 'K') {
		size *= 1024;
		end++;
	} else if (*end == 'm' || *end == 'M') {
		size *= 1024U * 1024;
		end++;
	}
	if (*end == 'b' || *end == 'B')
		end++;
	if (*end == '\0')
		return size;
	mbsyncrc_refuse(reader, "%s is no size: a number, and k or m", reader->value);
	return 0;
}

char mbsyncrc_read_character(struct mbsyncrc_reader *reader)
{
	if (strlen(reader->value) == 1)
		return *reader->value;
	mbsyncrc_refuse(reader, "%s has to be one character", reader->keyword);
	return '\0';
}

/* ~user/...: NULL where nobody knows the user, which a program linked statically may not. */
static char *expand_user(struct mbsyncrc_reader *reader, const char *path)
{
	const struct mbsyncrc_place *place = reader->place;
	size_t length = strcspn(path + 1, "/");
	char *user = memory_format("%.*s", (int)length, path + 1), *whole = NULL;
	const char *home = place->home_of != NULL ? place->home_of(place->context, user) : NULL;

	if (home != NULL)
		whole = memory_format("%s%s", home, path + 1 + length);
	else
		mbsyncrc_advise(reader, reader->line, "%s: no user %s is known here: "
		                "write the whole path", path, user);
	free(user);
	return whole;
}

char *mbsyncrc_read_path(struct mbsyncrc_reader *reader)
{
	const struct mbsyncrc_place *place = reader->place;
	const char *path = reader->value;
	char *whole = NULL;

	if (path[0] == '~' && (path[1] == '\0' || path[1] == '/'))
		return memory_format("%s%s", place->home, path + 1);
	if (path[0] == '~')
		whole = expand_user(reader, path);
	else if (path[0] != '/' && place->version == MBSYNC_1_5 && place->directory != NULL &&
	         *place->directory != '\0')
		whole = memory_format("%s/%s", place->directory, path);
	return whole != NULL ? whole : memory_copy(path);
}

void mbsyncrc_read_string(struct mbsyncrc_reader *reader, char **string)
{
	free(*string);
	*string = memory_copy(reader->value);
}

void mbsyncrc_words_add(struct mbsyncrc_words *words, const char *word)
{
	words->word = memory_grow(words->word, &words->room, words->count + 1, sizeof *words->word);
	words->word[words->count++] = memory_copy(word);
}

void mbsyncrc_read_words(struct mbsyncrc_reader *reader, struct mbsyncrc_words *words)
{
	for (const char *word = reader->value; word != NULL; word = mbsyncrc_word(reader))
		mbsyncrc_words_add(words, word);
}

void mbsyncrc_words_free(struct mbsyncrc_words *words)
{
	while (words->count > 0)
		free(words->word[--words->count]);
	free(words->word);
	*words = (struct mbsyncrc_words){ 0 };
}
