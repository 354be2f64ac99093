/*
 * What is known of one mailbox, or of all mailboxes as one: since when a sync
 * is owed, and when it may run.  Part of the schedule; decides, knows no runs.
 */
#ifndef MSWATCH_MAILBOX_H
#define MSWATCH_MAILBOX_H

#include <stdbool.h>
#include <stdint.h>

#include "clock.h"

/* Before any time that was; a delay can be added. */
#define MAILBOX_LONG_AGO (INT64_MIN / 4)

enum mailbox_state {
	MAILBOX_NORMAL,         /* runs together with others */
	MAILBOX_PART,           /* was in a run of several that failed: runs with its part */
	MAILBOX_ISOLATED        /* failed alone: runs alone until it succeeds */
};

struct mailbox {
	enum mailbox_state state;
	bool running;           /* held by the run under way */
	bool wanted;            /* now, by the user, whatever it would have to wait for */
	clock_ms inter_delay;
	clock_ms since;         /* first change that is not known to be synced, or CLOCK_NEVER */
	clock_ms again;         /* first change during the run that holds it, or CLOCK_NEVER */
	uint64_t origins, origins_again;        /* who reported what is owed since, and again */
	clock_ms succeeded;     /* end of the last successful run of its own */
	clock_ms retry;         /* unless normal: not before */
	unsigned failures;      /* isolated: in a row, or since there was news */
	uint64_t part;          /* in a part: which; parts run in the order of their numbers */
	char name[];
};

/* A mailbox that has not changed and never ran; NULL: no memory.  Freed by free(3). */
struct mailbox *mailbox_new(const char *name, clock_ms inter_delay);

/* Whether a sync is owed. */
bool mailbox_is_pending(const struct mailbox *mailbox);

/* A change was reported. */
void mailbox_change(struct mailbox *mailbox, clock_ms now);

/* These have reported what has changed last, as bits that are theirs. */
void mailbox_add_origins(struct mailbox *mailbox, uint64_t origins);

/* A run that holds the mailbox starts. */
void mailbox_start(struct mailbox *mailbox, clock_ms now);

/* The run has succeeded: what was reported before its start is synced. */
void mailbox_succeed(struct mailbox *mailbox, clock_ms now);

/* The run has failed: everything is owed as before. */
void mailbox_put_back(struct mailbox *mailbox);

/* Another takes over what is owed: nothing is, and no failure counts. */
void mailbox_forget(struct mailbox *mailbox);

/*
 * The run has failed and held this mailbox alone: it is isolated, and waits
 * for its backoff; at_once: not this time, and the backoff starts afresh.
 */
void mailbox_isolate(struct mailbox *mailbox, clock_ms max_delay, bool at_once, clock_ms now);

/* What waits after a failure may be tried now, and waits afresh after the next. */
void mailbox_news(struct mailbox *mailbox, clock_ms now);

/*
 * When inter_delay after the last success is over; all_succeeded: the end of
 * the last successful run of all mailboxes.
 */
clock_ms mailbox_rested(const struct mailbox *mailbox, clock_ms all_succeeded);

/* When the mailbox is due by its own rules; CLOCK_NEVER: it is not pending. */
clock_ms mailbox_due(const struct mailbox *mailbox, clock_ms base_delay, clock_ms all_succeeded);

#endif
