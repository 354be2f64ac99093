/*
 * on_success and on_failure: one program at a time after a sync, with the
 * mailboxes.  Results that come while one runs wait, successes merged apart
 * from failures; a mailbox is told with its latest result only.
 */
#ifndef MSWATCH_HOOK_H
#define MSWATCH_HOOK_H

#include <stdbool.h>

#include "clock.h"
#include "config/config.h"
#include "damper.h"
#include "loop.h"
#include "names.h"
#include "origins.h"
#include "outcome.h"
#include "program.h"
#include "schedule/schedule.h"

/* Results of one kind that wait for the hook that runs to end. */
struct hook_batch {
	struct outcome outcome;         /* the latest */
	struct names names;             /* none: nothing waits */
	uint64_t origins;               /* of all runs since there were none */
};

struct hook {
	const struct config *config;    /* of the one that runs, or ran last */
	const struct config *newest;    /* for the next one */
	const struct origins *origins;
	struct hook_batch batch[2];     /* failures; successes */
	bool next;              /* the kind that has waited longer, when both wait */
	bool late;              /* the one that runs was told to end */
	bool success;           /* the one that runs is on_success */
	bool verbose;
	struct damper damper[2];        /* of on_failure; of on_success */
	clock_ms deadline;
	struct program program;
};

/*
 * No hook runs and none waits; config and origins must outlive it.  What fails is told
 * with its last lines where it is news; with verbose each failure and the lines
 * of each.
 */
void hook_init(struct hook *hook, struct loop *loop, const struct config *config,
               const struct origins *origins, bool verbose);

/* The next hooks are those of these settings; one that runs goes on as it began. */
void hook_configure(struct hook *hook, const struct config *config);

/* A run has ended with this outcome, and its hook, if there is one, is due. */
void hook_add(struct hook *hook, const struct schedule_run *run, const struct outcome *outcome);

/* Ends a hook that has had its hook_timeout by now: TERM, grace, KILL. */
void hook_tick(struct hook *hook, clock_ms now);

/* When hook_tick() is needed next, in clock_ms; CLOCK_NEVER: no hook has a time to keep. */
clock_ms hook_wake(const struct hook *hook);

/*
 * Ends the one that runs (TERM, grace, KILL) and drops those that wait.  Does
 * not wait for the end: see hook_is_gone().
 */
void hook_end(struct hook *hook);

/* Sends the one that runs, if any, SIGKILL now. */
void hook_kill(struct hook *hook);

/* Whether no hook runs, and nothing is left of the last one, its guard included. */
bool hook_is_gone(const struct hook *hook);

/* Lets go of a hook in any state, whose guard ends it, and forgets the names. */
void hook_free(struct hook *hook);

#endif
