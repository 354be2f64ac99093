/* What is told to those who ask. */
#ifndef MSWATCH_ENGINE_ANSWERS_H
#define MSWATCH_ENGINE_ANSWERS_H

#include "inside.h"

/* Prints the report. */
void answers_print(const struct engine *engine, clock_ms now);

/* Shows the service manager how things are. */
void answers_show(struct engine *engine, clock_ms now);

#endif
