/*
 * The network: its news, when to act on them, and which connections are lost.
 *
 * News and losses, as an rtnetlink socket tells them, are acted on
 * NETWORK_DELAY after their first event, so that an interface that comes up in
 * ten steps is one piece of news, and at most every NETWORK_DELAY.
 */
#ifndef MSWATCH_NETWORK_H
#define MSWATCH_NETWORK_H

#include <stdbool.h>
#include <sys/types.h>

#include "clock.h"

#define NETWORK_DELAY 2000      /* milliseconds */

struct loop;
struct network;

/* What has happened. */
struct network_change {
	bool news;              /* the outside can be reached, perhaps in another way */
	bool lost;              /* an address or a carrier that led outside went away */
	bool look;              /* connections are to be looked at */
};

/*
 * Starts listening, by the loop; *network is to be closed in any case.
 * Returns 0, or -1 with errno: then there is never any news.
 */
int network_open(struct network **network, struct loop *loop);

/*
 * Whether there is something to act on now, and what: each told once, but
 * lost, which is told until it is told with news.  Waiting: somebody has lost
 * a connection and waits for a way to try again.
 */
bool network_take(struct network *network, clock_ms now, bool waiting,
                  struct network_change *change);

/*
 * Whether whoever is connected by processes below the guard is to connect
 * again, after this change.  Those connections are looked at, but for those
 * within this host; who has none to look at may have lost it with any other.
 * *lost is kept from change to change: they are, and there was no way yet to
 * try again.
 */
bool network_is_lost(const struct network *network, const struct network_change *change,
                     pid_t guard, bool *lost);

/* The change has been dealt with for all. */
void network_settle(struct network *network);

/* What was lost is dealt with: connections over it were given up. */
void network_forget_loss(struct network *network);

/* When to ask for news; CLOCK_NEVER: not before the next event. */
clock_ms network_wake(const struct network *network);

/* Stops listening, forgets what was known, and frees the network; NULL is allowed. */
void network_close(struct network *network);

#endif
