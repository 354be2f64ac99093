/* The end: all that was started ends before mswatch does. */
#ifndef MSWATCH_ENGINE_ENDING_H
#define MSWATCH_ENGINE_ENDING_H

#include "inside.h"

/* Ends the watchers, the syncer and the hook; nothing is started any more. */
void ending_begin(struct engine *engine, clock_ms now);

/* A signal says so; a second one: at once. */
void ending_signal(struct engine *engine, int number, clock_ms now);

/* Whether nothing is left, or it has taken too long. */
bool ending_is_over(const struct engine *engine, clock_ms now);

/* Tells what ended it. */
void ending_tell(const struct engine *engine);

#endif
