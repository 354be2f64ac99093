/*
 * What to sync now, and when to look again.
 *
 * A pure module: it is told what happened and when, and answers "run these"
 * or "wake me at T".  It makes no system calls and knows no descriptors.
 * All times are clock_ms on one clock that never goes back.
 */
#ifndef MSWATCH_SCHEDULE_H
#define MSWATCH_SCHEDULE_H

#include <stdbool.h>
#include <stddef.h>

#include "clock.h"
#include "config.h"

struct schedule;

/* How long the whole sync of a start or resume waits for slow watchers, in ms. */
#define SCHEDULE_START_BOUND 30000

/* One run of the syncer, as schedule_run() hands it out. */
struct schedule_run {
	bool whole;                     /* all mailboxes; names is empty then */
	const char *const *names;       /* sorted, each once; valid until schedule_result() */
	size_t count;
	bool retry;                     /* (some of) these were in a run that failed */
	bool part;                      /* a part of what failed together */
};

/* What is waiting, for a report. */
enum schedule_state { SCHEDULE_WAITING, SCHEDULE_RETRYING, SCHEDULE_RUNNING };
typedef void schedule_show(void *context, const char *mailbox, clock_ms due,
                           enum schedule_state state);

/*
 * A schedule after the settings of config, which must outlive it.
 * argument_room: bytes that the names of one run may take as arguments
 * (names, prefix, NUL and pointer each); more become all mailboxes.
 * Starts waiting for the watchers: see schedule_ready().  NULL: no memory.
 */
struct schedule *schedule_new(const struct config *config, size_t argument_room, clock_ms now);
void schedule_free(struct schedule *schedule);

/*
 * A mailbox has changed; "" is all mailboxes.  Ignored mailboxes are dropped.
 * Where there is no room for one more name it turns into all mailboxes.
 */
void schedule_change(struct schedule *schedule, const char *mailbox, clock_ms now);

/*
 * A watcher is ready (again); all: no watcher is missing now.  INBOX and then
 * all mailboxes are due at once; at the start and after a resume, when all
 * are ready or SCHEDULE_START_BOUND has passed.
 */
void schedule_ready(struct schedule *schedule, bool all, clock_ms now);

/* The user wants all mailboxes synced, now; nothing is waited for. */
void schedule_sync_all(struct schedule *schedule, clock_ms now);

/* The network has changed: what waits in a backoff is due now. */
void schedule_news(struct schedule *schedule, clock_ms now);

/*
 * The machine was asleep: as schedule_news(), and INBOX and all mailboxes
 * once the watchers are ready (all_ready: they are) as at the start.
 */
void schedule_resume(struct schedule *schedule, bool all_ready, clock_ms now);

/*
 * If a run is to be started now, marks it as running, fills *run and returns
 * true.  Never while one is running.
 */
bool schedule_run(struct schedule *schedule, clock_ms now, struct schedule_run *run);

/* The run that is under way has ended. */
void schedule_result(struct schedule *schedule, bool success, clock_ms now);

/* When schedule_run() is to be asked again; CLOCK_NEVER: after the next event. */
clock_ms schedule_wake(const struct schedule *schedule, clock_ms now);

/* Whether INBOX-then-all of a start or resume still waits for watchers. */
bool schedule_is_starting(const struct schedule *schedule, clock_ms now);

/* Shows what is pending, all mailboxes ("") first, then sorted by name. */
void schedule_each(const struct schedule *schedule, clock_ms now, schedule_show *show,
                   void *context);

#endif
