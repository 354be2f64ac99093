/*
 * Finding the mailbox that makes a run of several fail.
 *
 * The mailboxes of such a run are split into parts, which are tried one after
 * the other; a part that fails is split again, until a mailbox fails alone.
 * The parts of a queue that are tried back to back are one attempt; too many
 * failures in a row end it.
 */
#ifndef MSWATCH_PARTS_H
#define MSWATCH_PARTS_H

#include "pending.h"

/* So many failures in a row, with no success of a part, end an attempt. */
#define PARTS_FAILURES 3

struct parts {
	uint64_t last;          /* the number of the newest part */
	unsigned failures;      /* of parts, in a row, in this attempt */
	unsigned round;         /* attempts that ended that way, in a row */
};

/*
 * Splits the mailboxes of the run that has failed, two or more: each half is
 * a part, or, where their inter_delays differ, those of each inter_delay.
 * They are due after their inter_delay; at_once: now.
 */
void parts_split(struct parts *parts, struct pending *pending, clock_ms max_delay, bool at_once,
                 clock_ms now);

/*
 * The run of a part has failed, and has been split or isolated.  At the end
 * of an attempt all parts that are due wait for their backoff.
 */
void parts_fail(struct parts *parts, struct pending *pending, clock_ms max_delay, clock_ms now);

/* Whether any mailbox is in a part. */
bool parts_exist(const struct pending *pending);

/* Starts a new attempt and the backoff afresh: a part has succeeded, or there is news. */
void parts_restart(struct parts *parts);

#endif
