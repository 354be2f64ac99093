/*
 * The routes that somebody made, as far as they tell by which links the
 * outside is reached (rtnetlink(7)).  What the kernel makes by itself, for
 * the addresses of a link, leads to that link's neighbours only.  Pure.
 */
#ifndef MSWATCH_ROUTES_H
#define MSWATCH_ROUTES_H

#include <linux/netlink.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "address.h"

/*
 * With a carrier or an address the kernel takes routes away without a word:
 * then they are in doubt until a list of all routes has shown them again.
 */
enum route_state {
	ROUTE_SURE,
	ROUTE_DOUBTED,
	ROUTE_ASKED             /* the list has been asked for and has not shown it yet */
};

struct route {
	enum route_state state;
	uint32_t table, priority;
	uint32_t link;                  /* 0: the kernel does not say */
	unsigned char length;           /* of the destination's prefix; 0: a default route */
	struct address destination;
	struct address gateway;
};

struct routes {
	struct route *list;
	size_t count;
};

/* The most links that one route is read with. */
#define ROUTES_HOPS 16

/*
 * Reads a whole message, RTM_NEWROUTE or RTM_DELROUTE, with room for its
 * struct rtmsg; one route for each link that it goes over.  Returns how many;
 * 0 for what leads nowhere outside.
 */
size_t routes_read(struct nlmsghdr *header, struct route found[ROUTES_HOPS]);

/* The listed route that is the same, or NULL. */
struct route *routes_find(const struct routes *routes, const struct route *wanted);

/* Adds one; false when there is no room for more, or no memory. */
bool routes_add(struct routes *routes, const struct route *route);

/* Takes a listed route out. */
void routes_remove(struct routes *routes, struct route *listed);

/*
 * Takes all out that this route, given as routes_read() reads it, replaces:
 * those to the same destination and of the same priority, but not itself.
 */
void routes_replace(struct routes *routes, const struct route *by, size_t count);

/* Whether any goes by this link; if only_default, a default route. */
bool routes_go_by(const struct routes *routes, uint32_t link, bool only_default);

/* Whether there is a default route. */
bool routes_have_default(const struct routes *routes);

/* Doubts the routes by this link, of this family, or AF_UNSPEC for each. */
void routes_doubt(struct routes *routes, uint32_t link, unsigned char family);

/* The doubted ones are asked for; whether there are any. */
bool routes_ask(struct routes *routes);

/* One that was asked for and not shown, or NULL. */
struct route *routes_missing(const struct routes *routes);

/* Forgets all, and frees them. */
void routes_free(struct routes *routes);

#endif
