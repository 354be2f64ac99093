#include "diagnostics.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "advice.h"
#include "descriptors.h"
#include "memory.h"
#include "message.h"

/* What is read of a pipe whose writer is gone, at the most, in bytes. */
#define LAST_WORDS (256 * 1024)

static void find_advice(void *context, const char *line)
{
	const char **advice = context;

	if (*advice == NULL)
		*advice = advice_for(line);
}

static void show_line(void *context, const char *line)
{
	const struct diagnostics *diagnostics = context;
	char prefix[SPEAKER_ROOM];

	message_error("%s%s", speaker_prefix(&diagnostics->speaker, line, prefix), line);
}

static void show_live(void *context, const char *line)
{
	struct diagnostics *diagnostics = context;
	clock_ms now = clock_now();

	if (!diagnostics->settled)
		find_advice(&diagnostics->advice, line);
	if (now - diagnostics->window >= 60 * 1000) {
		if (diagnostics->left_out != 0)
			message_error("%s: %u more lines in a minute, not shown",
			              diagnostics->name, diagnostics->left_out);
		diagnostics->window = now;
		diagnostics->shown = 0;
		diagnostics->left_out = 0;
	}
	if (diagnostics->shown == DIAGNOSTICS_RATE) {
		if (diagnostics->left_out++ == 0)
			message_error("%s: says too much; the rest of this minute is left out",
			              diagnostics->name);
		return;
	}
	diagnostics->shown++;
	show_line(diagnostics, line);
}

static void line_add(struct diagnostics *diagnostics, char byte)
{
	char *line = NULL;

	if (byte == '\r' || diagnostics->cut)
		return;
	if (diagnostics->used < DIAGNOSTICS_WIDTH)
		line = memory_extend(diagnostics->line, &diagnostics->room,
		                     diagnostics->used + 1, 1);
	diagnostics->cut = line == NULL;
	if (diagnostics->cut)
		return;
	diagnostics->line = line;
	diagnostics->line[diagnostics->used++] = (char)(byte != '\0' ? byte : ' ');
}

static void line_pass(struct diagnostics *diagnostics)
{
	message_print("%.*s%s", (int)diagnostics->used,
	              diagnostics->line != NULL ? diagnostics->line : "",
	              diagnostics->cut ? "..." : "");
	diagnostics->used = 0;
	diagnostics->cut = false;
}

/* The lines of a plain one; the last of them may have no newline. */
static void pass_on(struct diagnostics *diagnostics, const char *bytes, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
		if (bytes[i] == '\n')
			line_pass(diagnostics);
		else
			line_add(diagnostics, bytes[i]);
	}
}

static void pass_rest(struct diagnostics *diagnostics)
{
	if (diagnostics->used > 0)
		line_pass(diagnostics);
	free(diagnostics->line);
	diagnostics->line = NULL;
	diagnostics->room = 0;
}

static void keep_last(struct diagnostics *diagnostics)
{
	if (diagnostics->tail.count > 0)
		snprintf(diagnostics->last, sizeof diagnostics->last, "%s",
		         tail_last(&diagnostics->tail));
}

static void show_whole_lines(struct diagnostics *diagnostics)
{
	keep_last(diagnostics);
	tail_take(&diagnostics->tail, show_live, diagnostics);
}

/* Byte ranges up to each newline, so that no line is lost in the ring. */
static void take(struct diagnostics *diagnostics, const char *bytes, size_t count)
{
	size_t i, from = 0;

	if (diagnostics->plain) {
		pass_on(diagnostics, bytes, count);
		return;
	}
	if (!diagnostics->live) {
		tail_feed(&diagnostics->tail, bytes, count);
		return;
	}
	for (i = 0; i < count; i++) {
		if (bytes[i] != '\n')
			continue;
		tail_feed(&diagnostics->tail, bytes + from, i + 1 - from);
		show_whole_lines(diagnostics);
		from = i + 1;
	}
	tail_feed(&diagnostics->tail, bytes + from, count - from);
}

/* One read; false when there is nothing more, now or ever. */
static bool read_some(struct diagnostics *diagnostics, bool *at_end)
{
	char bytes[8192];
	ssize_t got = read(diagnostics->fd, bytes, sizeof bytes);

	*at_end = got == 0 || (got == -1 && errno != EAGAIN && errno != EINTR);
	if (got > 0)
		take(diagnostics, bytes, (size_t)got);
	return got > 0;
}

static void shut(struct diagnostics *diagnostics)
{
	if (diagnostics->fd == -1)
		return;
	loop_remove(diagnostics->loop, diagnostics->fd);
	close(diagnostics->fd);
	diagnostics->fd = -1;
}

static void on_readable(void *context)
{
	struct diagnostics *diagnostics = context;
	bool at_end;

	read_some(diagnostics, &at_end);
	if (at_end)
		shut(diagnostics);
}

void diagnostics_start(struct diagnostics *diagnostics, struct loop *loop, const char *name)
{
	*diagnostics = (struct diagnostics){ .loop = loop, .fd = -1, .name = name,
		                             .speaker = { .setting = name } };
	diagnostics->watch = (struct loop_watch){ on_readable, diagnostics };
	diagnostics->window = -60 * 1000;
}

int diagnostics_open(struct diagnostics *diagnostics)
{
	int ends[2];

	tail_reset(&diagnostics->tail);
	diagnostics->last[0] = '\0';
	diagnostics->advice = NULL;
	diagnostics->settled = false;
	if (pipe2(ends, O_CLOEXEC) == -1)
		return -1;
	diagnostics->fd = ends[0];
	if (descriptors_nonblocking(ends[0]) == -1 ||
	    loop_add(diagnostics->loop, ends[0], &diagnostics->watch) == -1) {
		descriptors_close(&diagnostics->fd);
		descriptors_close(&ends[1]);
		return -1;
	}
	return ends[1];
}

int diagnostics_open_output(struct diagnostics *diagnostics)
{
	diagnostics->plain = true;
	return diagnostics_open(diagnostics);
}

void diagnostics_live(struct diagnostics *diagnostics)
{
	diagnostics->live = true;
	show_whole_lines(diagnostics);
	diagnostics->settled = true;
	diagnostics->advice = NULL;
}

void diagnostics_show(struct diagnostics *diagnostics)
{
	tail_each(&diagnostics->tail, show_line, diagnostics);
}

void diagnostics_advise(const struct diagnostics *diagnostics, const char *subject,
                        const char *cause)
{
	const char *advice = diagnostics->advice;

	tail_each(&diagnostics->tail, find_advice, &advice);
	find_advice(&advice, diagnostics->last);
	find_advice(&advice, cause);
	if (advice != NULL)
		message_error("%s: %s", subject, advice);
}

void diagnostics_close(struct diagnostics *diagnostics)
{
	bool at_end = false;
	size_t reads;

	for (reads = 0; diagnostics->fd != -1 && reads < LAST_WORDS / 8192; reads++)
		if (!read_some(diagnostics, &at_end))
			break;
	shut(diagnostics);
	pass_rest(diagnostics);
	keep_last(diagnostics);
	if (diagnostics->live) {
		tail_each(&diagnostics->tail, show_live, diagnostics);
		tail_reset(&diagnostics->tail);
	}
}
