/*
 * By which link the kernel would send to an address (rtnetlink(7),
 * RTM_GETROUTE), now.
 */
#ifndef MSWATCH_EGRESS_H
#define MSWATCH_EGRESS_H

#include <stdint.h>

#include "address.h"

/* Opens the kernel's side; returns a descriptor, or -1 with errno. */
int egress_open(void);

/*
 * The link towards an address, for packets that come from the other one, or,
 * for NULL, from whichever the kernel takes.  Returns 0 when there is no way,
 * or the kernel does not say.
 */
uint32_t egress_find(int fd, const struct address *to, const struct address *from);

#endif
