/* mswatch --check: everything that mswatch starts is tried once, and nothing is synced. */
#ifndef MSWATCH_CHECKUP_H
#define MSWATCH_CHECKUP_H

#include "engine/options.h"
#include "settings.h"

/*
 * Warns of what -t warns of, starts each store's watcher until it is ready, asks
 * the syncer, ends all of that, and tells of each what came of it.  Fd is the open
 * file of the settings, which are freed, and name its name.  Takes no lock.
 * Returns the exit status: 0 when all is well, 1, or that of an error in the settings.
 */
int checkup_run(struct settings *settings, int fd, const char *name,
                const struct engine_options *options);

#endif
