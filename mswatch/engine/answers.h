/* What is told to those who ask, and done for them. */
#ifndef MSWATCH_ENGINE_ANSWERS_H
#define MSWATCH_ENGINE_ANSWERS_H

#include "inside.h"

/* Listens to clients, unless the options name no file that they could ask for. */
void answers_open(struct engine *engine);

/* Prints the report. */
void answers_print(const struct engine *engine, clock_ms now);

/* Shows the service manager how things are. */
void answers_show(struct engine *engine, clock_ms now);

/* Does what is due by now. */
void answers_tick(struct engine *engine, clock_ms now);

/* When answers_tick() is needed next. */
clock_ms answers_wake(const struct engine *engine);

/* Lets go of all clients. */
void answers_close(struct engine *engine);

#endif
