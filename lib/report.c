#include "report.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "hot.h"
#include "memory.h"

void report_start(struct report *report, int fd)
{
	memset(report, 0, sizeof *report);
	output_start(&report->output, fd);
}

void report_end(struct report *report)
{
	free(report->dirty);
	free(report->queue);
	output_end(&report->output);
}

void report_all(struct report *report)
{
	report->all = true;
}

static bool is_dirty(const struct report *report, uint32_t mailbox)
{
	return mailbox / 8 < report->dirty_room &&
	       (report->dirty[mailbox / 8] >> mailbox % 8 & 1) != 0;
}

static void flip_dirty(struct report *report, uint32_t mailbox)
{
	report->dirty[mailbox / 8] ^= (uint8_t)(1U << mailbox % 8);
}

/* Room for one more; false when there is no memory. */
static bool make_room(struct report *report, uint32_t mailbox)
{
	size_t old = report->dirty_room;
	uint8_t *dirty = memory_extend(report->dirty, &report->dirty_room, mailbox / 8 + 1, 1);
	uint32_t *queue;

	if (dirty == NULL)
		return false;
	memset(dirty + old, 0, report->dirty_room - old);
	report->dirty = dirty;
	queue = memory_extend(report->queue, &report->queue_room, report->queued + 1,
	                      sizeof *queue);
	if (queue != NULL)
		report->queue = queue;
	return queue != NULL;
}

HOT void report_mailbox(struct report *report, uint32_t mailbox)
{
	if (is_dirty(report, mailbox))
		return;
	if (!make_room(report, mailbox)) {
		report->all = true;
		return;
	}
	flip_dirty(report, mailbox);
	report->queue[report->queued++] = mailbox;
}

void report_forget(struct report *report, uint32_t mailbox)
{
	size_t i = 0;

	if (!is_dirty(report, mailbox))
		return;
	flip_dirty(report, mailbox);
	while (report->queue[i] != mailbox)
		i++;
	report->queued--;
	memmove(&report->queue[i], &report->queue[i + 1],
	        (report->queued - i) * sizeof *report->queue);
}

static bool fits(const struct report *report, const char *line)
{
	return strlen(line) + 1 <= sizeof report->chunk - report->filled;
}

/* Adds a line, which fits, to the chunk. */
static void add_line(struct report *report, const char *line)
{
	size_t length = strlen(line);

	memcpy(report->chunk + report->filled, line, length);
	report->chunk[report->filled + length] = '\n';
	report->filled += length + 1;
}

/* Adds the lines of mailboxes; returns how many were taken from the queue. */
static size_t add_mailboxes(struct report *report, report_name *name, void *context)
{
	const char *line;
	bool is_speakable;
	size_t taken;

	for (taken = 0; taken < report->queued; taken++) {
		line = name(context, report->queue[taken]);
		is_speakable = line != NULL && strlen(line) + 1 <= sizeof report->chunk;
		if (is_speakable && !fits(report, line))
			break;
		flip_dirty(report, report->queue[taken]);
		if (report->judge != NULL && !report->judge(context, report->queue[taken]))
			continue;
		if (is_speakable)
			add_line(report, line);
		else
			report->all = true;
	}
	return taken;
}

HOT bool report_is_behind(const struct report *report)
{
	return report->written < report->filled;
}

HOT bool report_fill(struct report *report, report_name *name, void *context)
{
	size_t taken;

	if (report_is_behind(report))
		return true;
	report->written = report->filled = 0;
	taken = add_mailboxes(report, name, context);
	if (taken > 0) {
		report->queued -= taken;
		memmove(report->queue, report->queue + taken,
		        report->queued * sizeof *report->queue);
	}
	if (report->all && fits(report, "")) {
		add_line(report, "");
		report->all = false;
		report->alls++;
	}
	return report->filled > 0;
}

/* How long to wait after a batch that began at now. */
static clock_ms next_pause(struct report *report, clock_ms now)
{
	unsigned pauses;

	if (now > report->pause_end + REPORT_PAUSES * REPORT_PAUSE)
		report->batches = 0;
	else if (now > report->pause_end + REPORT_CALM)
		report->batches /= 2;
	pauses = 1 + report->batches / REPORT_STORM;
	if (pauses < REPORT_PAUSES)
		report->batches++;
	return (clock_ms)pauses * REPORT_PAUSE;
}

HOT enum report_state report_write(struct report *report, clock_ms now, report_name *name,
                                   void *context)
{
	ssize_t wrote;

	report->blocked = false;
	if (now < report->pause_end || report_due(report) == CLOCK_NEVER)
		return REPORT_QUIET;
	report->pause_end = now + next_pause(report, now);
	while (report_fill(report, name, context)) {
		wrote = output_write(&report->output, report->chunk + report->written,
		                     report->filled - report->written);
		if (wrote == -1 && errno == EAGAIN) {
			report->blocked = true;
			return REPORT_BLOCKED;
		}
		if (wrote == -1)
			return errno == EPIPE || errno == ECONNRESET ? REPORT_UNREAD
			                                              : REPORT_FAILED;
		report->written += (size_t)wrote;
	}
	return REPORT_QUIET;
}

HOT clock_ms report_due(const struct report *report)
{
	bool any = report->all || report->queued > 0 || report->written < report->filled;

	return any && !report->blocked ? report->pause_end : CLOCK_NEVER;
}
