/*
 * One run of the syncer at a time, from its arguments to its result.
 */
#ifndef MSWATCH_SYNCER_H
#define MSWATCH_SYNCER_H

#include <stdbool.h>

#include "clock.h"
#include "config/config.h"
#include "loop.h"
#include "program.h"
#include "schedule/schedule.h"

struct syncer {
	const struct config *config;
	void *context;
	void (*ended)(void *context);   /* the run is over: see result below */
	bool running;
	bool success;
	int status;                     /* exit status, or 128 + N */
	char cause[CHILD_ROOM];         /* why it failed: "mbsync exited (status 1)" */
	clock_ms started, lasted;
	char **argv;                    /* of the run; until the next one */
	struct program program;         /* with its last lines, after a failure */
};

/* A syncer without a run; config must outlive it. */
void syncer_init(struct syncer *syncer, struct loop *loop, const struct config *config,
                 void (*ended)(void *context), void *context);

/* The next run is one with these settings; a run under way keeps those it has. */
void syncer_configure(struct syncer *syncer, const struct config *config);

/*
 * Makes the arguments of the run.  Returns false when there is no memory.
 */
bool syncer_prepare(struct syncer *syncer, const struct schedule_run *run, clock_ms now);

/* Starts the prepared run; ended is called when it is over, perhaps at once. */
void syncer_start(struct syncer *syncer);

/* Pretends that the prepared run has succeeded (--dry). */
void syncer_pretend(struct syncer *syncer);

/* Ends the run: TERM, grace, KILL; nothing is told to ended any more. */
void syncer_end(struct syncer *syncer);

/* Ends it now. */
void syncer_kill(struct syncer *syncer);

/* Whether nothing is left of the run, its guard included. */
bool syncer_is_gone(const struct syncer *syncer);

/* Lets go of a run in any state, whose guard ends it, and frees its arguments. */
void syncer_free(struct syncer *syncer);

#endif
