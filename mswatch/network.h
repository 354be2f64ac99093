/*
 * The network's news: an rtnetlink socket, and when to act on it.
 *
 * News is acted on NETWORK_DELAY after its first event, so that an interface
 * that comes up in ten steps is one piece of news, and at most every
 * NETWORK_DELAY.
 */
#ifndef MSWATCH_NETWORK_H
#define MSWATCH_NETWORK_H

#include <stdbool.h>

#include "clock.h"
#include "links.h"
#include "loop.h"

#define NETWORK_DELAY 2000      /* milliseconds */

struct network {
	int fd;                 /* -1: the kernel can't be asked */
	struct loop_watch watch;
	struct links links;
	unsigned listing;       /* lists asked for whose end has not come: no news */
	bool lost;              /* an address went away since the last news */
	clock_ms due;           /* when there is news to act on */
};

/* Starts listening; returns 0, or -1 with errno: then there is never any news. */
int network_open(struct network *network, struct loop *loop);

/*
 * Whether there is news to act on now; then *lost says whether addresses,
 * and so connections, were lost before it.  Told once.
 */
bool network_take_news(struct network *network, clock_ms now, bool *lost);

/* What was lost is dealt with: connections over it were given up. */
void network_forget_loss(struct network *network);

/* When to ask for news; CLOCK_NEVER: not before the next event. */
clock_ms network_wake(const struct network *network);

/* Stops listening, and forgets what was known; also after network_open() failed. */
void network_close(struct network *network);

#endif
