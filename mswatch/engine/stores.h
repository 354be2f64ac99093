/* The stores, as the configuration has them, and those that it had before. */
#ifndef MSWATCH_ENGINE_STORES_H
#define MSWATCH_ENGINE_STORES_H

#include "inside.h"

/*
 * The stores are those of engine's configuration from now on: one whose command
 * is the same, and so is what mbsync's configuration says of it, keeps its
 * watcher; the watchers of others are ended.
 */
void stores_adopt(struct engine *engine, clock_ms now);

/* Does what is due by now, for all. */
void stores_tick(struct engine *engine, clock_ms now);

/* When stores_tick() is needed next. */
clock_ms stores_wake(const struct engine *engine);

/* Whether each store has ended. */
bool stores_have_ended(const struct engine *engine);

/* Calls each, those too that the configuration no longer has. */
void stores_each(const struct engine *engine, void call(struct store *store));

/* Frees all, whatever they do. */
void stores_free(struct engine *engine);

#endif
