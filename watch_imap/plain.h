/* A connection without TLS, for TLSType None. */
#ifndef WATCH_IMAP_PLAIN_H
#define WATCH_IMAP_PLAIN_H

#include <stddef.h>

/*
 * Connects to the host, waiting for each of its addresses for 10 s at most.
 * Returns a descriptor that does not block, or -1 with the reason in why.
 */
int plain_connect(const char *host, int port, char *why, size_t room);

#endif
