/*
 * mswatch at work: stores, schedule, syncer and hooks around one loop.
 */
#ifndef MSWATCH_ENGINE_ENGINE_H
#define MSWATCH_ENGINE_ENGINE_H

#include "../settings.h"
#include "options.h"

/*
 * Runs with these settings, which it frees, until a signal or a client ends it.
 * From its start on each message bears the time, save in the journal.  Returns
 * the exit status: 0, or 1 with a message when it could not go on.
 */
int engine_run(struct settings *settings, const struct engine_options *options);

#endif
