/*
 * The network's news: an rtnetlink socket, and when to act on it.
 *
 * News and losses are acted on NETWORK_DELAY after their first event, so that
 * an interface that comes up in ten steps is one piece of news, and at most
 * every NETWORK_DELAY.
 */
#ifndef MSWATCH_NETWORK_H
#define MSWATCH_NETWORK_H

#include <stdbool.h>
#include <stdint.h>

#include "clock.h"
#include "links.h"
#include "loop.h"

#define NETWORK_DELAY 2000      /* milliseconds */

struct network {
	int fd;                 /* -1: the kernel can't be asked */
	struct loop_watch watch;
	struct links links;
	unsigned listing;       /* lists asked for whose end has not come */
	uint32_t number;        /* of the request for the first of them */
	bool busy;              /* which waits for the end of an older one */
	bool checking;          /* the list is of routes in doubt; at first lists are no news */
	bool blind;             /* a list could not be had: what is known is not all */
	bool news, lost, suspect; /* LINKS_..., since they were taken */
	clock_ms due;           /* when there is something to act on */
};

/* What has happened, as the flags of links.h. */
struct network_change {
	bool news, lost, suspect;
	bool known;             /* links say all there is */
};

/* Starts listening; returns 0, or -1 with errno: then there is never any news. */
int network_open(struct network *network, struct loop *loop);

/*
 * Whether there is something to act on now, and what: each told once, but
 * lost, which is told until it is told with news.
 */
bool network_take(struct network *network, clock_ms now, struct network_change *change);

/* What was lost is dealt with: connections over it were given up. */
void network_forget_loss(struct network *network);

/* When to ask for news; CLOCK_NEVER: not before the next event. */
clock_ms network_wake(const struct network *network);

/* Stops listening, and forgets what was known; also after network_open() failed. */
void network_close(struct network *network);

#endif
