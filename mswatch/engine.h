/*
 * mswatch at work: stores, schedule, syncer and hooks around one loop.
 */
#ifndef MSWATCH_ENGINE_H
#define MSWATCH_ENGINE_H

#include <stdbool.h>

#include "clock.h"
#include "config/config.h"
#include "hook.h"
#include "loop.h"
#include "network.h"
#include "notify.h"
#include "reporter.h"
#include "schedule.h"
#include "sleep.h"
#include "store.h"
#include "syncer.h"

/* What the command line says. */
struct engine_options {
	bool dry;               /* do not run the syncer and the hooks */
	bool quiet;             /* only errors */
	bool verbose;
};

enum engine_state {
	ENGINE_STARTING,        /* "Watching mailstores" has not been said */
	ENGINE_WATCHING,
	ENGINE_ENDING           /* children were told to end */
};

struct engine {
	struct engine_options options;
	const struct config *config;
	enum engine_state state;
	clock_ms deadline;      /* when starting, or ending, has taken long enough */
	int ending[2];          /* the signals that ended it: the first, and a second or 0 */
	struct loop loop;
	int signals;
	struct loop_watch signal_watch;
	struct store *store;
	struct store_owner owner;
	struct schedule *schedule;
	struct schedule_run run;        /* the run under way */
	struct syncer syncer;
	struct reporter reporter;
	struct hook hook;
	struct network network;
	struct sleep sleep;
	struct notify notify;
	bool last_words;                /* since the last run one may have said its last */
	clock_ms settled;               /* when its exit, if it was that, is known */
	bool refused;                   /* a name that sync can't take was told */
	unsigned long syncs, failures, changes;
	char status[600];               /* what the service manager was told last */
};

/*
 * Runs until a signal ends it; lock, held by the caller, may be NULL.  From
 * its start on each message bears the time, save in the journal.  Returns the
 * exit status: 0, or 1 with a message when it could not go on.
 */
int engine_run(const struct config *config, const struct engine_options *options);

/* A store for whose sake nothing may be synced, or NULL. */
const struct store *engine_find_hold(const struct engine *engine);

#endif
