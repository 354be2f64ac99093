/*
 * mswatch at work: stores, schedule, syncer and hooks around one loop.
 */
#ifndef MSWATCH_ENGINE_ENGINE_H
#define MSWATCH_ENGINE_ENGINE_H

#include "../config/config.h"
#include "../subject.h"
#include "options.h"

/*
 * Runs with this configuration and what its channel means (NULL: it has none)
 * until a signal ends it.  From its start on each message bears the time, save in
 * the journal.  Returns the exit status: 0, or 1 with a message when it could not
 * go on.
 */
int engine_run(const struct config *config, const struct subject *subject,
               const struct engine_options *options);

#endif
