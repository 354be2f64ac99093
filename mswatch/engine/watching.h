/* What the stores' watchers tell. */
#ifndef MSWATCH_ENGINE_WATCHING_H
#define MSWATCH_ENGINE_WATCHING_H

#include "inside.h"

/* The start is over: all are watched, or the rest has been waited for long enough. */
void watching_begin(struct engine *engine, clock_ms now);

/* A store's watcher is ready; context is the engine, as below. */
void watching_ready(void *context, struct store *store);

/* A mailbox of the store has changed; "" is all. */
void watching_change(void *context, struct store *store, const char *mailbox);

#endif
