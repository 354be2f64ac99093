/*
 * The syncer of mswatch --check.  mbsync is asked for its version, and to list the
 * mailboxes of the channel, as sync runs it; another one can only be looked for.
 */
#ifndef MSWATCH_CHECKUP_SYNCER_H
#define MSWATCH_CHECKUP_SYNCER_H

#include <stdbool.h>

#include "clock.h"
#include "config/config.h"
#include "program.h"

/* The part of its version that is shown, in bytes. */
#define CHECKUP_VERSION 80

struct checkup_syncer {
	const struct config *config;
	struct program version, list;
	char *ask[3];           /* the command of the former */
	char **argv;            /* of the latter; NULL: it is not known what to list */
	char ask_option[sizeof "--version"], list_option[sizeof "-l"];
	char said[CHECKUP_VERSION]; /* by the former: its first line */
	size_t said_length;
	clock_ms started;
	bool quiet;             /* only what is wrong is told */
	bool over;              /* told, and to be ended */
	bool well;
};

/* Starts what there is to start; found: its programs are there. */
void checkup_syncer_start(struct checkup_syncer *syncer, struct loop *loop,
                          const struct config *config, bool found, bool quiet, clock_ms now);

/* Does what is due by now. */
void checkup_syncer_tick(struct checkup_syncer *syncer, clock_ms now);

/* When checkup_syncer_tick() is needed next, whatever happens. */
clock_ms checkup_syncer_wake(const struct checkup_syncer *syncer);

/* Ends it now. */
void checkup_syncer_kill(struct checkup_syncer *syncer);

/* Whether nothing is left of it. */
bool checkup_syncer_is_gone(const struct checkup_syncer *syncer);

/* Lets go of it in any state. */
void checkup_syncer_free(struct checkup_syncer *syncer);

#endif
