#include "message.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "output.h"
#include "retry.h"
#include "utf8.h"

/* Where lines go, and what could not be written there. */
struct stream {
	struct output output;
	unsigned long lost;
	char *begun;            /* a line that was written in part: the rest goes first */
	size_t length, done;    /* of it */
};

static const char *program_name = "mswatch";
static struct stream out = { .output.fd = STDOUT_FILENO };
static struct stream err = { .output.fd = STDERR_FILENO };
static message_clock *stamp_line;
static bool quiet;
static message_listener *listen;
static void *listen_context;

/* Whether the valid sequence at text can be shown as it is. */
static bool is_harmless(const unsigned char *text, size_t length)
{
	if (length == 1)
		return text[0] == '\n' || text[0] == '\t' || (text[0] >= 0x20 && text[0] != 0x7f);
	return !(length == 2 && text[0] == 0xc2 && text[1] < 0xa0);
}

char *message_escape(const char *bytes, size_t length)
{
	const unsigned char *text = (const unsigned char *)bytes;
	char *shown = length < SIZE_MAX / 4 - 1 ? malloc(length * 4 + 1) : NULL;
	char *end = shown;
	size_t step;

	if (shown == NULL)
		return NULL;
	for (size_t i = 0; i < length; i += step) {
		step = utf8_length(bytes + i, length - i);
		if (step != 0 && is_harmless(text + i, step)) {
			memcpy(end, text + i, step);
			end += step;
		} else {
			step = 1;
			end += snprintf(end, 5, "\\x%02x", text[i]);
		}
	}
	*end = '\0';
	return shown;
}

/*
 * One attempt at writing what is left of the line, whether nothing is.  A pipe
 * takes PIPE_BUF bytes or nothing (pipe(7)), a terminal a part as well.
 */
static bool write_rest(struct stream *to)
{
	bool shared = to->output.is_shared;
	ssize_t wrote;

	while (to->done < to->length) {
		wrote = output_write(&to->output, to->begun + to->done, to->length - to->done);
		to->done += wrote > 0 ? (size_t)wrote : 0;
		if (wrote <= 0 || (shared && wrote < PIPE_BUF && to->done < to->length))
			return false;
	}
	return true;
}

static void forget_line(struct stream *to)
{
	free(to->begun);
	to->begun = NULL;
	to->length = to->done = 0;
}

/* Takes the line over, once the one before is whole; false when nothing of it was written. */
static bool write_now(struct stream *to, char *line, size_t length)
{
	bool begun;

	if (!write_rest(to)) {
		free(line);
		return false;
	}
	forget_line(to);
	to->begun = line;
	to->length = length;
	(void)write_rest(to);
	begun = to->done > 0;
	if (!begun || to->done == to->length)
		forget_line(to);
	return begun;
}

static const char *stamp_for(const struct stream *to, char stamp[MESSAGE_STAMP])
{
	return stamp_line != NULL ? stamp_line(to->output.fd, stamp) : "";
}

static void write_lost_count(struct stream *to)
{
	char *line, stamp[MESSAGE_STAMP];
	int length;

	if (to->lost == 0)
		return;
	length = asprintf(&line, "%s%.60s: %lu messages lost: they could not be written\n",
	                  stamp_for(to, stamp), program_name, to->lost);
	if (length != -1 && write_now(to, line, (size_t)length))
		to->lost = 0;
}

/* The text, each line of it after a stamp and the first after the prefix; NULL: no memory. */
static char *compose(const struct stream *to, const char *prefix, const char *text, size_t *length)
{
	char *lines = NULL, buffer[MESSAGE_STAMP];
	const char *stamp = stamp_for(to, buffer), *end;
	FILE *out_lines = open_memstream(&lines, length);

	if (out_lines == NULL)
		return NULL;
	fprintf(out_lines, "%s%s%s", stamp, prefix, prefix[0] != '\0' ? ": " : "");
	for (; (end = strchr(text, '\n')) != NULL; text = end + 1)
		fprintf(out_lines, "%.*s\n%s", (int)(end - text), text, stamp);
	fprintf(out_lines, "%s\n", text);
	if (fclose(out_lines) == 0)
		return lines;
	free(lines);
	return NULL;
}

/* Writes the text where it is not NULL, for lack of memory. */
static void write_text(struct stream *to, const char *prefix, const char *text)
{
	size_t length = 0;
	char *line = text != NULL ? compose(to, prefix, text, &length) : NULL;

	if (line != NULL)
		write_lost_count(to);
	if (to->lost != 0) {
		free(line);
		line = NULL;
	}
	if (line == NULL || !write_now(to, line, length))
		to->lost++;
}

/* The text, made harmless; NULL: no memory.  The caller frees. */
__attribute__((format(printf, 1, 0)))
static char *format_text(const char *format, va_list list)
{
	char *text, *shown;

	if (vasprintf(&text, format, list) < 0)
		return NULL;
	shown = message_escape(text, strlen(text));
	free(text);
	return shown;
}

enum kind { REPORT, NOTICE, NEWS, ERROR };

__attribute__((format(printf, 2, 0)))
static void tell(enum kind kind, const char *format, va_list list)
{
	char *text = format_text(format, list);

	if (kind >= NEWS && text != NULL && listen != NULL)
		listen(listen_context, text);
	if (kind == ERROR || kind == NOTICE)
		write_text(&err, kind == ERROR ? program_name : "", text);
	else if (kind == REPORT || !quiet)
		write_text(&out, "", text);
	free(text);
}

void message_start(const char *program, bool never_wait)
{
	program_name = program;
	if (never_wait) {
		signal(SIGTTOU, SIG_IGN);
		output_start(&out.output, STDOUT_FILENO);
		output_start(&err.output, STDERR_FILENO);
	}
}

void message_stamp(message_clock *stamp)
{
	stamp_line = stamp;
}

void message_quiet(bool on)
{
	quiet = on;
}

void message_listen(message_listener *listener, void *context)
{
	listen = listener;
	listen_context = context;
}

void message_error(const char *format, ...)
{
	va_list list;

	va_start(list, format);
	tell(ERROR, format, list);
	va_end(list);
}

void message_notice(const char *format, ...)
{
	va_list list;

	va_start(list, format);
	tell(NOTICE, format, list);
	va_end(list);
}

void message_print(const char *format, ...)
{
	va_list list;

	va_start(list, format);
	tell(NEWS, format, list);
	va_end(list);
}

void message_report(const char *format, ...)
{
	va_list list;

	va_start(list, format);
	tell(REPORT, format, list);
	va_end(list);
}

void message_fatal(int status, const char *format, ...)
{
	va_list list;

	va_start(list, format);
	tell(ERROR, format, list);
	va_end(list);
	exit(status);
}

int message_document(const char *text)
{
	struct pollfd ready = { .fd = STDOUT_FILENO, .events = POLLOUT };
	size_t left = strlen(text);
	ssize_t wrote;

	while (left > 0) {
		wrote = RETRY(write(STDOUT_FILENO, text, left));
		if (wrote == -1 && errno == EAGAIN) {
			(void)poll(&ready, 1, -1);
			continue;
		}
		if (wrote <= 0) {
			message_error("standard output: %s", strerror(errno));
			return 1;
		}
		text += wrote;
		left -= (size_t)wrote;
	}
	return 0;
}
