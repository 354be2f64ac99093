/* Points in time, as a person's clock shows them. */
#ifndef MSWATCH_WALLCLOCK_H
#define MSWATCH_WALLCLOCK_H

#include "clock.h"
#include "message.h"

#define WALLCLOCK_ROOM MESSAGE_STAMP

/*
 * "2024-01-31 09:14:05 " now, for a line on this descriptor, or "" where it
 * leads to the journal, which adds the time.  Returns buffer.
 */
const char *wallclock_stamp(int fd, char buffer[WALLCLOCK_ROOM]);

/* The time of then (a clock_ms up to now): "09:14", with the date where that is not today. */
const char *wallclock_time(clock_ms then, clock_ms now, char buffer[WALLCLOCK_ROOM]);

#endif
