/*
 * Whether the machine was asleep.
 *
 * CLOCK_BOOTTIME goes on during a sleep and CLOCK_MONOTONIC does not: their
 * difference is the time asleep (clock_gettime(2)).  A timer of the wall
 * clock that is cancelled when the clock is set, as it is on resume, is the
 * kernel's wake-up (timerfd_create(2), TFD_TIMER_CANCEL_ON_SET).
 */
#ifndef MSWATCH_SUSPEND_H
#define MSWATCH_SUSPEND_H

#include <time.h>

#include "clock.h"
#include "loop.h"

struct suspend {
	int fd;                 /* -1: noticed at the next event only */
	struct loop_watch watch;
	clock_ms asleep;        /* in all, when last looked */
};

/* Returns 0, or -1 with errno: then nothing wakes us, but suspend_take() still tells. */
int suspend_open(struct suspend *suspend, struct loop *loop);

/*
 * When to arm the timer for, in seconds of the wall clock, at now: a month
 * ahead, or the latest time that time_t can hold where that is nearer.
 */
time_t suspend_horizon(time_t now, time_t latest);

/* How long the machine slept since the last call, in ms. */
clock_ms suspend_take(struct suspend *suspend);

/* Closes its descriptor, if it has one. */
void suspend_close(struct suspend *suspend);

#endif
