/*
 * What is to be printed: the set of changed mailboxes, and a standard output
 * that may be slow.
 *
 * The first change after a quiet moment is printed at once; while changes
 * keep coming there is a batch every REPORT_PAUSE at most, less often the
 * longer the storm takes, and each mailbox is in it once.  A mailbox is a small
 * number; one that waits costs one bit and one number, however often it
 * changes.  Lines are written whole, never waited for.
 */
#ifndef LIB_REPORT_H
#define LIB_REPORT_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "clock.h"
#include "output.h"

/* From one batch to the next, in milliseconds; at most so many times that. */
#define REPORT_PAUSE 20
#define REPORT_PAUSES 10

/* After so many batches, each as soon as it may, the pause is longer by one. */
#define REPORT_STORM 10

/* A batch that comes so much later than it might have, in milliseconds, is a
 * sign that the storm abates. */
#define REPORT_CALM 5

/*
 * A mailbox's name, valid until the next call; NULL when it can't be said,
 * which stands for all.
 */
typedef const char *report_name(void *context, uint32_t mailbox);

/*
 * Whether the mailbox's line is wanted after all, asked once when it is due and
 * before it is written.
 */
typedef bool report_judge(void *context, uint32_t mailbox);

enum report_state {
	REPORT_QUIET,           /* nothing to print, or not yet: see report_due() */
	REPORT_BLOCKED,         /* the output takes nothing now: wait for POLLOUT */
	REPORT_UNREAD,          /* nobody reads it any more */
	REPORT_FAILED           /* it can't be written: errno */
};

struct report {
	struct output output;
	report_judge *judge;    /* NULL: all are; has the context of the names */
	bool all;
	bool blocked;
	uint8_t *dirty;         /* a bit for each mailbox */
	size_t dirty_room;
	uint32_t *queue;        /* the mailboxes whose bits are set, oldest first */
	size_t queued, queue_room;
	clock_ms pause_end;
	unsigned long alls;     /* empty lines that were due */
	unsigned batches;       /* without a calm, about */
	size_t filled, written; /* of chunk */
	char chunk[PIPE_BUF];
};

/* Starts with nothing to say, for the descriptor, which stays the caller's. */
void report_start(struct report *report, int fd);

/* Drops what was not printed. */
void report_end(struct report *report);

/* Has the empty line printed: all mailboxes. */
void report_all(struct report *report);

/* Has the mailbox printed. */
void report_mailbox(struct report *report, uint32_t mailbox);

/* Forgets a mailbox that is no more. */
void report_forget(struct report *report, uint32_t mailbox);

/* Whether lines that were taken for due are not written yet. */
bool report_is_behind(const struct report *report);

/*
 * Fills the chunk with as many whole lines as fit, when it is empty.  False
 * when there is nothing to write.  Makes no system call.
 */
bool report_fill(struct report *report, report_name *name, void *context);

/* Prints what is due at now. */
enum report_state report_write(struct report *report, clock_ms now, report_name *name,
                               void *context);

/* When report_write() is to be called next; CLOCK_NEVER for not at all or blocked. */
clock_ms report_due(const struct report *report);

#endif
