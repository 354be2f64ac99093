#include "fingerprint.h"

#include <string.h>
#include <strings.h>

/* --- what counts --- */

static void count_in(struct fingerprint_reader *reader, const char *bytes, size_t count)
{
	siphash_add(&reader->hash, bytes, count);
}

static void count_text(struct fingerprint_reader *reader, const char *text)
{
	count_in(reader, text, strlen(text));
}

/* --- fields --- */

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Counts what is left of a field, byte by byte: its name first, and only if anything is. */
static void count_filtered(struct fingerprint_reader *reader, const char *bytes, size_t count)
{
	bool is_status = reader->line == FINGERPRINT_STATUS;

	for (; count > 0; bytes++, count--) {
		if (is_blank(*bytes) || (is_status && *bytes == 'O')) {
			reader->is_blank_owed = reader->is_field_told && !is_status;
			continue;
		}
		if (!reader->is_field_told)
			count_text(reader, is_status ? "Status: " : "X-Keywords: ");
		else if (reader->is_blank_owed)
			count_text(reader, " ");
		reader->is_field_told = true;
		reader->is_blank_owed = false;
		count_in(reader, bytes, 1);
	}
}

static void count_line(struct fingerprint_reader *reader, const char *bytes, size_t count)
{
	if (reader->line == FINGERPRINT_KEPT)
		count_in(reader, bytes, count);
	else if (reader->line != FINGERPRINT_DROPPED)
		count_filtered(reader, bytes, count);
}

/* A field is over: what is left of it is a line. */
static void field_end(struct fingerprint_reader *reader)
{
	if (reader->is_field_told)
		count_text(reader, "\n");
	reader->is_field_told = reader->is_blank_owed = false;
	reader->line = FINGERPRINT_KEPT;
}

static bool head_is(const char *head, size_t length, const char *name)
{
	return length >= strlen(name) && strncasecmp(head, name, strlen(name)) == 0;
}

/* Begins a field whose line begins so; returns how much of that is its name. */
static size_t field_begin(struct fingerprint_reader *reader, const char *head, size_t length)
{
	static const char *const dropped[] = { "X-UID:", "X-IMAP:", "X-IMAPbase:",
		                               "Content-Length:" };

	for (size_t i = 0; i < sizeof dropped / sizeof dropped[0]; i++)
		if (head_is(head, length, dropped[i]))
			reader->line = FINGERPRINT_DROPPED;
	if (head_is(head, length, "Status:")) {
		reader->line = FINGERPRINT_STATUS;
		return strlen("Status:");
	}
	if (head_is(head, length, "X-Keywords:")) {
		reader->line = FINGERPRINT_KEYWORDS;
		return strlen("X-Keywords:");
	}
	return 0;
}

/* --- lines --- */

static bool is_empty_line(const char *head, size_t length)
{
	return (length >= 1 && head[0] == '\n') ||
	       (length >= 2 && head[0] == '\r' && head[1] == '\n');
}

/* Sees what the line is that begins so, and counts that beginning. */
static void line_begin(struct fingerprint_reader *reader, const char *head, size_t length)
{
	bool is_empty = is_empty_line(head, length);
	size_t name = 0;

	if (!reader->is_begun)
		reader->is_mbox = head_is(head, length, "From ");
	if (reader->in_headers && !is_blank(head[0])) {
		field_end(reader);
		name = field_begin(reader, head, length);
	} else if (reader->in_headers && is_empty) {
		field_end(reader);
		reader->in_headers = false;
	} else if (!reader->in_headers && reader->is_mbox &&
	           (reader->is_after_blank || !reader->is_begun) &&
	           head_is(head, length, "From ")) {
		reader->in_headers = true;
	}
	reader->is_begun = true;
	reader->is_after_blank = is_empty;
	reader->is_in_line = head[length - 1] != '\n';
	count_line(reader, head + name, length - name);
}

/*
 * Takes what the line under way begins with: FINGERPRINT_HEAD bytes, or as many
 * as it has.  Returns how many of the bytes that were.
 */
static size_t take_head(struct fingerprint_reader *reader, const char *bytes, size_t count)
{
	size_t room = sizeof reader->head - reader->head_used, step = count < room ? count : room;
	const char *newline = memchr(bytes, '\n', step);

	if (newline != NULL)
		step = (size_t)(newline - bytes) + 1;
	memcpy(reader->head + reader->head_used, bytes, step);
	reader->head_used += step;
	if (newline != NULL || reader->head_used == sizeof reader->head) {
		size_t length = reader->head_used;

		reader->head_used = 0;
		line_begin(reader, reader->head, length);
	}
	return step;
}

/* The line's length with its newline; 0 where that is not there. */
static size_t line_length(const char *bytes, size_t count)
{
	const char *newline = memchr(bytes, '\n', count);

	return newline != NULL ? (size_t)(newline - bytes) + 1 : 0;
}

/*
 * Takes the rest of the line under way, as far as it is there; in a body, with the
 * lines behind it up to the next that may be empty, as nothing else matters there.
 */
static size_t take_rest(struct fingerprint_reader *reader, const char *bytes, size_t count)
{
	size_t step = line_length(bytes, count), more = step;

	while (!reader->in_headers && more > 0 && step < count && bytes[step] != '\n' &&
	       bytes[step] != '\r') {
		more = line_length(bytes + step, count - step);
		step += more;
	}
	reader->is_in_line = more == 0;
	step = more == 0 ? count : step;
	count_line(reader, bytes, step);
	return step;
}

void fingerprint_start(struct fingerprint_reader *reader, const struct siphash_key *key)
{
	memset(reader, 0, sizeof *reader);
	siphash_start(&reader->hash, key);
}

void fingerprint_read(struct fingerprint_reader *reader, const char *bytes, size_t count)
{
	size_t step;

	for (; count > 0; bytes += step, count -= step)
		step = reader->is_in_line ? take_rest(reader, bytes, count)
		                          : take_head(reader, bytes, count);
}

uint64_t fingerprint_end(struct fingerprint_reader *reader)
{
	if (reader->head_used > 0)
		line_begin(reader, reader->head, reader->head_used);
	field_end(reader);
	return siphash_end(&reader->hash);
}
