/*
 * What the kernel says of the network (rtnetlink(7)): messages in, news out.
 * Decides; the socket is network.c's.
 *
 * News is an address or a default route added, or a link that gets its
 * carrier; never the loopback's.  What is known already is no news: routers'
 * advertisements renew addresses, daemons replace routes by the same, and
 * wireless links report themselves all the time.
 */
#ifndef MSWATCH_LINKS_H
#define MSWATCH_LINKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LINKS_NEWS 1U           /* something became reachable, perhaps */
#define LINKS_LOST 2U           /* an address or a carrier went away */

struct links_address {
	uint32_t link;
	unsigned char family;
	unsigned char bytes[16];
};

struct links_link {
	uint32_t number;
	bool carrier, loopback;
};

/* A default route. */
struct links_route {
	uint32_t table, priority, link;
	unsigned char family;
	unsigned char gateway[16];
};

struct links {
	struct links_address *address;
	size_t address_count;
	struct links_route *route;
	size_t route_count;
	struct links_link *link;
	size_t link_count;
};

/*
 * Takes one datagram of the socket (bytes are only read); returns LINKS_NEWS and LINKS_LOST as they
 * apply.  Malformed messages are passed over.  Without memory for what there
 * is, everything is news.
 */
unsigned links_take(struct links *links, void *bytes, size_t length);

/* Forgets everything, and frees it. */
void links_free(struct links *links);

#endif
