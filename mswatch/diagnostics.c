#include "diagnostics.h"

#include <stdio.h>
#include <string.h>

#include "advice.h"
#include "message.h"

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

/* Keeps what is degraded; that nothing is any more where the line tells nothing. */
static void keep_degraded(struct diagnostics *diagnostics, const char *line)
{
	size_t length = strlen(DIAGNOSTICS_DEGRADED);

	if (strncmp(line, DIAGNOSTICS_DEGRADED, length) == 0)
		snprintf(diagnostics->degraded, sizeof diagnostics->degraded, "%s",
		         line[length + strspn(line + length, " ")] != '\0' ? line : "");
}

static void take_line(struct diagnostics *diagnostics)
{
	keep_degraded(diagnostics, tail_last(&diagnostics->tail));
	if (diagnostics->live)
		show_whole_lines(diagnostics);
}

/* Byte ranges up to each newline, so that no line is lost in the ring. */
static void take(void *context, const char *bytes, size_t count)
{
	struct diagnostics *diagnostics = context;
	size_t from = 0;

	for (size_t i = 0; i < count; i++) {
		if (bytes[i] != '\n')
			continue;
		tail_feed(&diagnostics->tail, bytes + from, i + 1 - from);
		take_line(diagnostics);
		from = i + 1;
	}
	tail_feed(&diagnostics->tail, bytes + from, count - from);
}

void diagnostics_start(struct diagnostics *diagnostics, struct loop *loop, const char *name)
{
	*diagnostics = (struct diagnostics){ .name = name, .speaker = { .setting = name },
		                             .window = -60 * 1000 };
	intake_init(&diagnostics->intake, loop, take, diagnostics);
}

int diagnostics_open(struct diagnostics *diagnostics)
{
	tail_reset(&diagnostics->tail);
	diagnostics->last[0] = '\0';
	diagnostics->degraded[0] = '\0';
	diagnostics->advice = NULL;
	diagnostics->settled = false;
	return intake_open(&diagnostics->intake);
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

void diagnostics_take(struct diagnostics *diagnostics)
{
	intake_drain(&diagnostics->intake);
	keep_last(diagnostics);
}

void diagnostics_close(struct diagnostics *diagnostics)
{
	intake_close(&diagnostics->intake);
	keep_last(diagnostics);
	if (diagnostics->live) {
		tail_each(&diagnostics->tail, show_live, diagnostics);
		tail_reset(&diagnostics->tail);
	}
}
