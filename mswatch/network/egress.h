/*
 * By which link the kernel would send to an address (rtnetlink(7),
 * RTM_GETROUTE), now.
 */
#ifndef MSWATCH_EGRESS_H
#define MSWATCH_EGRESS_H

#include <stdbool.h>
#include <stdint.h>

#include "address.h"

struct egress {
	uint32_t link;          /* 0: there is none, or the kernel does not say */
	struct address gateway;
	struct address source;  /* that packets would come from */
};

/* Whether both are the same, whichever address packets come from. */
static inline bool egress_equals(const struct egress *one, const struct egress *other)
{
	return one->link == other->link && address_equals(&one->gateway, &other->gateway);
}

/* Opens the kernel's side; returns a descriptor, or -1 with errno. */
int egress_open(void);

/*
 * The link towards an address, for packets that come from the other one, or,
 * for NULL, from whichever the kernel takes.  Returns 0 when there is no way,
 * or the kernel does not say.
 */
uint32_t egress_find(int fd, const struct address *to, const struct address *from);

/*
 * Finds the ways to an address outside that nobody has, over IPv4 and over
 * IPv6.  Returns false when the kernel can't be asked.
 */
bool egress_outside(struct egress *ipv4, struct egress *ipv6);

#endif
