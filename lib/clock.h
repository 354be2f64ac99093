/*
 * The time: milliseconds of CLOCK_BOOTTIME, which goes on while the machine
 * sleeps and which no setting of the wall clock changes (clock_gettime(2)).
 */
#ifndef LIB_CLOCK_H
#define LIB_CLOCK_H

#include <stdint.h>

/* A point in time, or a span, in milliseconds. */
typedef int64_t clock_ms;

/* Later than any time that comes. */
#define CLOCK_NEVER INT64_MAX

/* The first of two points in time. */
static inline clock_ms clock_earlier(clock_ms one, clock_ms other)
{
	return one < other ? one : other;
}

/* The last of two. */
static inline clock_ms clock_later(clock_ms one, clock_ms other)
{
	return one > other ? one : other;
}

/* Milliseconds since the machine started, sleep included. */
clock_ms clock_now(void);

/* Milliseconds from now until due, rounded up: 0 when it is past. */
clock_ms clock_until(clock_ms due, clock_ms now);

/* The same as a poll(2) timeout: -1 for CLOCK_NEVER, at most INT_MAX. */
int clock_timeout(clock_ms due, clock_ms now);

#endif
