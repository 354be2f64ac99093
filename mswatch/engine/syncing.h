/* Runs of the syncer, from when they are due to what came of them. */
#ifndef MSWATCH_ENGINE_SYNCING_H
#define MSWATCH_ENGINE_SYNCING_H

#include "inside.h"

/* Starts a run if one is due. */
void syncing_start(struct engine *engine, clock_ms now);

/* The run is over; context is the engine. */
void syncing_ended(void *context);

/* The user wants all mailboxes synced now. */
void syncing_all(struct engine *engine, clock_ms now);

#endif
