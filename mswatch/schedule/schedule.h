/*
 * What to sync now, and when to look again.
 *
 * A pure module: it is told what happened and when, and answers "run these"
 * or "wake me at T".  It makes no system calls and knows no descriptors.
 * All times are clock_ms on one clock that never goes back; it may leap.
 *
 * Nothing is forgotten.  A mailbox is pending from its first change until a
 * run that holds it, and that started after the change, has succeeded.  A
 * failed run leaves pending what it held.
 *
 * Due.  A pending mailbox is due base_delay after its first change, and not
 * before its inter_delay after the end of the last successful run that held
 * it; a successful run of all mailboxes holds every one.  When one is due the
 * run takes along all that inter_delay allows.
 *
 * Backoff.  After a failure a mailbox waits for its inter_delay, doubled with
 * each further failure, up to max_delay, or inter_delay where that is longer,
 * and 100 ms at least.  News makes due what waits in a backoff, and the
 * backoff starts afresh.  The inter_delay after a success is never cut; a
 * failure since, of an urgent run, is what is waited for instead.
 *
 * Failures.  A mailbox that fails alone is isolated: it runs alone until it
 * succeeds.  When several fail together, after their inter_delay they are
 * tried in parts, back to back; a part that fails is split and its halves
 * are tried after all other parts.  Three failures of parts in a row end the
 * attempt, and all parts wait for a backoff of their own; what was split
 * stays split.  Mailboxes of different inter_delay are in different parts, so
 * that a long one holds up no other.
 *
 * All mailboxes are an entry beside the names, with its own delays (the
 * default ones) and its own backoff; it is also due poll_period after the
 * start of its last run.  Its run holds all that is pending.  Its success
 * ends every isolation; its failure changes nothing for the names.
 *
 * Fairness.  Of what is due goes first: what the user wants, by name; the first mailboxes, where
 * they are urgent (INBOX: see schedule_put_first()); urgent all mailboxes; all mailboxes, unless
 * their last run failed; then what has been due longest.  Each time that an
 * urgent run of all mailboxes fails, whatever else is due comes in between
 * before the next urgent run.
 *
 * The bound.  Of n mailboxes f fail always; no run of the others fails.  With
 * L the longest run, I the longest inter_delay, B the longest backoff
 * (the largest of max_delay, I and 100 ms) and u urgent runs asked for
 * meanwhile, a pending mailbox that can succeed is synced within
 *
 *     max(base_delay, I) + I + (f (log2 n + 2) / 3 + 2) B
 *         + ((log2 n + 3) (n + 4) + 2 u) L
 *
 * of its report (log2 rounded up): the delays; the pauses of attempts, each
 * for three failures of parts, of which each mailbox that fails causes
 * log2 n + 2; and a turn for each part that it is in, for which it waits
 * while each other entry that was due before runs once.  It holds for all
 * mailboxes too, and for what has become all mailboxes, where their run
 * succeeds.  The time of a hold (see schedule_hold()) comes on top of it.
 */
#ifndef MSWATCH_SCHEDULE_H
#define MSWATCH_SCHEDULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "clock.h"
#include "config/config.h"

struct schedule;

/* How long the whole sync of a start or resume waits for slow watchers, in ms. */
#define SCHEDULE_START_BOUND 30000

/* One run of the syncer, as schedule_run() hands it out. */
struct schedule_run {
	bool whole;                     /* all mailboxes; names is empty then */
	const char *const *names;       /* sorted, each once; valid until schedule_run()
	                                   hands out the next run */
	size_t count;
	bool retry;                     /* these failed when they were last run; of a whole run:
	                                   the last whole run failed */
	bool part;                      /* a part of what failed together */
	uint64_t origins;               /* of what it holds: see schedule_change() */
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

/* Frees the schedule, with the names of a run under way; NULL is allowed. */
void schedule_free(struct schedule *schedule);

/*
 * Adds a mailbox that a person waits for, with its inter_delay: whenever all
 * mailboxes are due at once these go first, in a run of their own.  "" adds
 * none.  Names are as the syncer takes them, here and below.  Returns false
 * when there is no memory.
 */
bool schedule_put_first(struct schedule *schedule, const char *mailbox, clock_ms inter_delay);

/* None goes first any more. */
void schedule_forget_first(struct schedule *schedule);

/* The inter_delay of a mailbox, by its name for the syncer; "": of all. */
typedef clock_ms schedule_delay(void *context, const char *mailbox);

/*
 * The settings are those of config from now on, and the room that of argument_room,
 * as for schedule_new().  What is pending stays pending; when it is due, and all
 * bounds, are worked out anew.
 */
void schedule_configure(struct schedule *schedule, const struct config *config,
                        size_t argument_room, schedule_delay *delay, void *context);

/*
 * The syncer knows mailboxes by other names now: for what is pending by name all
 * mailboxes are synced, and for a run under way too, if it fails.
 */
void schedule_widen(struct schedule *schedule, clock_ms now);

/*
 * A mailbox, whose inter_delay is the same each time, has changed; "" is all
 * mailboxes.  Where there is no room for one more name it turns into all
 * mailboxes.  Origins are bits of the caller's that say who told; a run has
 * those of all that it holds, also when it is a retry.
 */
void schedule_change(struct schedule *schedule, const char *mailbox, clock_ms inter_delay,
                     uint64_t origins, clock_ms now);

/*
 * A watcher is ready (again); all: no watcher is missing now.  The first ones
 * and then all mailboxes are due at once; at the start and after a resume, when all
 * are ready or SCHEDULE_START_BOUND has passed.
 */
void schedule_ready(struct schedule *schedule, bool all, clock_ms now);

/*
 * The user wants all mailboxes synced, now; nothing is waited for but a run
 * under way, after which they are synced even if that was a whole one.
 */
void schedule_sync_all(struct schedule *schedule, clock_ms now);

/*
 * The user wants this mailbox synced, now: neither its inter_delay nor a backoff
 * is waited for, only a run under way, after which it is synced even if that
 * held it.  What is wanted goes first, together, and takes turns with what is due.
 * False: there is no room for the name, and all are wanted instead, as by
 * schedule_sync_all().
 */
bool schedule_want(struct schedule *schedule, const char *mailbox, clock_ms inter_delay,
                   clock_ms now);

/*
 * While it is held no run starts, whatever is due or wanted; a run under way
 * ends as it would.  All that is reported stays pending; what has become due
 * meanwhile runs when the hold ends, in the usual order.  The wait for slow
 * watchers goes on, and ends no hold.
 */
void schedule_hold(struct schedule *schedule, bool held);

/*
 * The network has changed: what waits in a backoff is due now.  A run that is
 * under way and then fails is due again at once, this time.
 */
void schedule_news(struct schedule *schedule, clock_ms now);

/*
 * The machine was asleep: as schedule_news(), and the first and all mailboxes
 * once the watchers are ready (all_ready: they are) as at the start.  To be
 * told before anything else after the sleep: a wait for watchers that was
 * under way then starts anew, and does not end by the time slept.
 */
void schedule_resume(struct schedule *schedule, bool all_ready, clock_ms now);

/*
 * If a run is to be started now, marks it as running, fills *run and returns
 * true.  Never while one is running.
 */
bool schedule_run(struct schedule *schedule, clock_ms now, struct schedule_run *run);

/* The run that is under way has ended.  Only then. */
void schedule_result(struct schedule *schedule, bool success, clock_ms now);

/* When schedule_run() is to be asked again; CLOCK_NEVER: after the next event. */
clock_ms schedule_wake(const struct schedule *schedule, clock_ms now);

/*
 * Shows what is pending, all mailboxes ("") first, then sorted by name.  A due
 * time in the past: as soon as it can have its turn.  That of a mailbox that
 * is running says nothing.
 */
void schedule_each(const struct schedule *schedule, clock_ms now, schedule_show *show,
                   void *context);

#endif
