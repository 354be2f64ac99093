/*
 * What the kernel says of the network (rtnetlink(7)): messages in, news out.
 * Decides; the socket is network.c's.
 *
 * Only what changes how the outside is reached counts.  A link leads outside
 * if a default route goes by it, or if it has an address and a route that the
 * kernel did not make by itself, as a VPN's; without any default route every
 * link with an address does.  Link-local addresses are none.  So containers'
 * and virtual machines' links, bridges and networks come and go unnoticed.
 *
 * What is known already is no news: routers' advertisements renew addresses,
 * daemons replace routes by the same, and wireless links report themselves
 * all the time.
 */
#ifndef MSWATCH_LINKS_H
#define MSWATCH_LINKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "address.h"
#include "routes.h"

#define LINKS_NEWS 1U           /* the outside can be reached, perhaps in another way */
#define LINKS_LOST 2U           /* an address or a carrier that led outside went away */
#define LINKS_SUSPECT 4U        /* a connection may have lost its address or link */

struct links_address {
	uint32_t link;
	bool global;            /* neither link-local nor the loopback's */
	struct address address;
};

struct links_link {
	uint32_t number;
	bool up, carrier, loopback;
	bool downed, dropped;   /* set down, or without carrier, since links_settle() */
};

struct links {
	struct links_address *address;
	size_t address_count;
	struct links_link *link;
	size_t link_count;
	struct routes routes;
	bool incomplete;        /* there was no room for a link or an address */
};

/*
 * Takes one datagram of the socket (bytes are only read); returns the flags
 * above as they apply.  Malformed messages are passed over.  Without memory
 * for what there is, everything is news.
 */
unsigned links_take(struct links *links, void *bytes, size_t length);

/* Whether a list of all routes is needed; it is taken with links_take(). */
bool links_ask(struct links *links);

/* The end of that list: what it has not shown is gone.  Returns flags as links_take(). */
unsigned links_take_end(struct links *links);

/* Whether this address can be a connection's: it is on a link that is up. */
bool links_have(const struct links *links, const struct address *address);

/* A link with this address, or 0. */
uint32_t links_of(const struct links *links, const struct address *address);

/* What is said of a link: false for an unknown one. */
bool links_carrier(const struct links *links, uint32_t number);
bool links_dropped(const struct links *links, uint32_t number);
bool links_downed(const struct links *links, uint32_t number);

/* Whether a link that lost its carrier led outside. */
bool links_outside_dropped(const struct links *links);

/* Whether a default route stands by, on a link with a carrier; AF_UNSPEC: of any family. */
bool links_stand_by(const struct links *links, unsigned char family);

/* Carriers that went away so far have been dealt with. */
void links_settle(struct links *links);

/* Forgets everything, and frees it. */
void links_free(struct links *links);

#endif
