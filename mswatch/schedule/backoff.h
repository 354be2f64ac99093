/*
 * How long to wait after failures: doubling from a first delay to a longest.
 */
#ifndef MSWATCH_BACKOFF_H
#define MSWATCH_BACKOFF_H

#include "clock.h"

/* The shortest wait after a failure, whatever is configured, in ms. */
#define BACKOFF_LEAST 100

/*
 * The wait after this many failures in a row (1 or more), in ms: inter_delay,
 * doubled for each failure after the first, at most max_delay.  An
 * inter_delay that is longer than max_delay is the wait each time.  Never
 * less than BACKOFF_LEAST, so that delays of 0 do not hammer.
 */
clock_ms backoff_delay(clock_ms inter_delay, clock_ms max_delay, unsigned failures);

#endif
