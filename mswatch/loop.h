/*
 * One wait for everything: descriptors, and one point in time.
 */
#ifndef MSWATCH_LOOP_H
#define MSWATCH_LOOP_H

#include "clock.h"

struct loop {
	int epoll;
	int timer;
	clock_ms armed;         /* what the timer is set to */
};

/*
 * Who is called when a descriptor can be read (or is at its end).  Lives as
 * long as the descriptor is in the loop.
 */
struct loop_watch {
	void (*ready)(void *context);
	void *context;
};

/* Returns 0, or -1 with errno. */
int loop_open(struct loop *loop);

/* Adds a descriptor; returns 0, or -1 with errno. */
int loop_add(struct loop *loop, int fd, struct loop_watch *watch);

/* Takes a descriptor out, before it is closed. */
void loop_remove(struct loop *loop, int fd);

/*
 * Waits until a descriptor is ready or due has come, and calls the watch of
 * one ready descriptor.  Returns 0, or -1 with errno when waiting is
 * impossible.
 */
int loop_wait(struct loop *loop, clock_ms due);

#endif
