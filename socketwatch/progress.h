/*
 * Whether the command still gets on: a decision about what the looks found,
 * with the clock passed in.
 *
 * While a look finds TCP connections, only their bytes count; otherwise the
 * bytes that the processes read and wrote, but not until PROGRESS_PAUSE looks
 * in a row have found no connection: one may have ended just before a look,
 * and the next begin just after it.  Each source is compared with itself, so
 * that one that vanishes takes nothing away, and a new one counts from 0.
 *
 * Silence counts from the command's start, and from each look that found
 * something moved.  A look that comes much later than planned, because the
 * machine slept or the command was stopped, starts the silence anew: the
 * connections had no chance to show whether they are alive.
 */
#ifndef SOCKETWATCH_PROGRESS_H
#define SOCKETWATCH_PROGRESS_H

#include <stdbool.h>

#include "clock.h"
#include "sample.h"

/* Looks in a timeout: what moves just after one is seen at the next. */
#define PROGRESS_LOOKS 6

/* Looks without a connection after which there is none any more. */
#define PROGRESS_PAUSE (PROGRESS_LOOKS / 2)

struct progress {
	clock_ms timeout;
	clock_ms silent_since;
	clock_ms looked;        /* the last look that saw something, or the start */
	clock_ms tried;         /* the last look, whether it succeeded or not */
	unsigned bare;          /* looks in a row without a connection, up to PROGRESS_PAUSE */
	struct samples seen;    /* what the last look found, sorted */
};

/* The command starts now, and may be silent for the timeout. */
void progress_start(struct progress *progress, clock_ms timeout, clock_ms now);

/*
 * Takes what a look found, and leaves samples empty.  Returns whether the
 * command has been silent for the timeout.
 */
bool progress_look(struct progress *progress, struct samples *found, clock_ms now);

/*
 * Takes note of a look that failed: it tells nothing, neither silence nor
 * progress.  Returns whether all have failed for the timeout.
 */
bool progress_blind(struct progress *progress, clock_ms now);

/* When to look next. */
clock_ms progress_due(const struct progress *progress);

/* Frees what it remembers. */
void progress_free(struct progress *progress);

#endif
