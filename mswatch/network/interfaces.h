/*
 * What the kernel says of the network's interfaces (rtnetlink(7), which calls
 * them links): messages in, news out.  Decides; the socket is network.c's.
 *
 * Only what changes how the outside is reached counts.  A link leads outside
 * if a default route goes by it, or if it has an address and a route that the
 * kernel did not make by itself, as a VPN's; without any default route every
 * link with an address does.  Link-local addresses are none.  So containers'
 * and virtual machines' links, bridges and networks come and go unnoticed.
 * Which default route is used, by the rules (ip-rule(8)), only the kernel tells.
 *
 * What is known already is no news: routers' advertisements renew addresses,
 * daemons replace routes by the same, and wireless links report themselves
 * all the time.
 */
#ifndef MSWATCH_INTERFACES_H
#define MSWATCH_INTERFACES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "address.h"
#include "routes.h"

#define INTERFACES_NEWS 1U      /* the outside can be reached, perhaps in another way */
#define INTERFACES_LOST 2U      /* an address or a carrier that led outside went away */
#define INTERFACES_SUSPECT 4U   /* a connection may have lost its address or link */
#define INTERFACES_WAY 8U       /* a default route or a rule came or went: see egress_outside() */

struct interface_address {
	uint32_t link;
	bool global;            /* neither link-local nor the loopback's */
	struct address address;
};

struct interface {
	uint32_t number;
	bool up, carrier, loopback;
	bool downed, dropped;   /* set down, or without carrier, since interfaces_settle() */
};

struct interfaces {
	struct interface_address *address;
	size_t address_count;
	struct interface *interface;
	size_t interface_count;
	struct routes routes;
	bool incomplete;        /* there was no room for a link or an address */
};

/*
 * Takes one datagram of the socket (bytes are only read); returns the flags
 * above as they apply.  Malformed messages are passed over.  Without memory
 * for what there is, everything is news.
 */
unsigned interfaces_take(struct interfaces *interfaces, void *bytes, size_t length);

/* Whether a list of all routes is needed; it is taken with interfaces_take(). */
bool interfaces_ask(struct interfaces *interfaces);

/* The end of that list: what it has not shown is gone.  Returns flags as interfaces_take(). */
unsigned interfaces_take_end(struct interfaces *interfaces);

/* Whether this address can be a connection's: it is on a link that is up. */
bool interfaces_have(const struct interfaces *interfaces, const struct address *address);

/* A link with this address, or 0. */
uint32_t interfaces_of(const struct interfaces *interfaces, const struct address *address);

/* What is said of a link: false for an unknown one. */
bool interfaces_carrier(const struct interfaces *interfaces, uint32_t number);
bool interfaces_dropped(const struct interfaces *interfaces, uint32_t number);
bool interfaces_downed(const struct interfaces *interfaces, uint32_t number);

/* Whether a link that lost its carrier led outside. */
bool interfaces_outside_dropped(const struct interfaces *interfaces);

/* Whether a default route stands by, on a link with a carrier; AF_UNSPEC: of any family. */
bool interfaces_stand_by(const struct interfaces *interfaces, unsigned char family);

/* Carriers that went away so far have been dealt with. */
void interfaces_settle(struct interfaces *interfaces);

/* Forgets everything, and frees it. */
void interfaces_free(struct interfaces *interfaces);

#endif
