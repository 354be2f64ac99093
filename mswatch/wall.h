/* Points in time, as a person's clock shows them. */
#ifndef MSWATCH_WALL_H
#define MSWATCH_WALL_H

#include "clock.h"

#define WALL_ROOM 40

/* " at 2024-01-31 09:14:05" now, or "" where the journal adds the time. Returns buffer. */
const char *wall_stamp(char buffer[WALL_ROOM]);

/* The time of then (a clock_ms up to now): "09:14", with the date when it is far. */
const char *wall_time(clock_ms then, clock_ms now, char buffer[WALL_ROOM]);

#endif
