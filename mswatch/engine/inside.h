/* The engine from inside, for what it is made of. */
#ifndef MSWATCH_ENGINE_INSIDE_H
#define MSWATCH_ENGINE_INSIDE_H

#include <stdbool.h>

#include "../config/config.h"
#include "../control/control.h"
#include "../demands.h"
#include "../hook.h"
#include "../loop.h"
#include "../network/network.h"
#include "../network/suspend.h"
#include "../origins.h"
#include "../reporter.h"
#include "../reports.h"
#include "../schedule/schedule.h"
#include "../service.h"
#include "../settings.h"
#include "../status.h"
#include "../store.h"
#include "../syncer.h"
#include "clock.h"
#include "options.h"

enum engine_state {
	ENGINE_STARTING,                /* "Watching mailstores" has not been said */
	ENGINE_WATCHING,
	ENGINE_ENDING                   /* children were told to end */
};

struct engine {
	struct engine_options options;
	struct settings *settings;
	struct settings *former;        /* from before reloads, while a program uses them */
	const struct config *config;    /* of settings */
	const struct subject *subject;  /* of its channel, or NULL */
	enum engine_state state;
	clock_ms started;
	clock_ms deadline;              /* when starting, or ending, has taken long enough */
	int ending[2];                  /* the signals that ended it: the first, a second or 0 */
	struct loop loop;
	int signals;
	struct loop_watch signal_watch;
	struct store **store;           /* of each store of config, in its order */
	size_t store_count;
	struct store **retired;         /* taken out by reloads, until they have ended */
	size_t retired_count, retired_room;
	struct store_owner owner;       /* of the former */
	struct store_owner nobody;      /* of the latter */
	struct schedule *schedule;
	struct origins origins;         /* of what is pending */
	struct reports reports;
	struct schedule_run run;        /* the run under way, or the last one */
	struct syncer syncer;
	struct reporter reporter;
	struct hook hook;
	struct network *network;
	struct suspend suspend;
	struct service service;
	struct control *control;        /* NULL: nobody can ask */
	struct control_peer *listener;  /* a client that is told what is told; or NULL */
	struct demands demands;
	struct status_run last;         /* the last run that is over; ended 0: none */
	struct status_run failed;       /* the last one that failed; the same */
	unsigned long syncs, failures, changes;
};

/* for (STORES(engine, store)): each store of the configuration */
#define STORES(engine, store) \
	struct store *store = NULL, **place = (engine)->store; \
	place < (engine)->store + (engine)->store_count && ((store) = *place) != NULL; \
	place++

/* Whether each store's watcher is ready. */
bool engine_is_ready(const struct engine *engine);

/* A store for whose sake nothing may be synced, or NULL. */
const struct store *engine_hold(const struct engine *engine);

#endif
