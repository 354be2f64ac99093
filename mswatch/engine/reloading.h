/* The settings that are in force, from the start and after a reload. */
#ifndef MSWATCH_ENGINE_RELOADING_H
#define MSWATCH_ENGINE_RELOADING_H

#include "inside.h"

/*
 * Reads the configuration anew and goes on with it.  False: each error was told,
 * and everything is as it was.
 */
bool reloading_do(struct engine *engine, clock_ms now);

/* Frees former settings that no program has to do with any more. */
void reloading_tick(struct engine *engine);

#endif
