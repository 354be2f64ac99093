/* One store of mswatch --check: its watcher is started once, and ended when it is ready. */
#ifndef MSWATCH_CHECKUP_STORE_H
#define MSWATCH_CHECKUP_STORE_H

#include <stdbool.h>

#include "clock.h"
#include "mbsyncrc.h"
#include "store.h"

struct checkup_store {
	struct store_owner owner;
	struct store store;
	const struct mbsyncrc_store *known;
	clock_ms started;
	bool quiet;             /* only what is wrong is told */
	bool over;              /* told, and to be ended */
	bool well;
};

/*
 * The store of this number in config, whose watcher starts at the first
 * checkup_store_tick().  Known is what mbsync knows of it, or NULL.
 */
void checkup_store_init(struct checkup_store *one, struct loop *loop, const struct config *config,
                        size_t number, const struct mbsyncrc_store *known,
                        bool quiet, clock_ms now);

/* Does what is due by now. */
void checkup_store_tick(struct checkup_store *one, clock_ms now);

/* When checkup_store_tick() is needed next, whatever happens. */
clock_ms checkup_store_wake(const struct checkup_store *one);

/* Whether nothing is left of its watcher. */
bool checkup_store_is_gone(const struct checkup_store *one);

#endif
