/*
 * The way to a server: a child that does TLS, or a Tunnel, with a pipe in either
 * direction; or, where neither is wanted, a connection of TCP.  What it complains
 * of is kept, to be told when the way has ended.
 */
#ifndef WATCH_IMAP_TRANSPORT_H
#define WATCH_IMAP_TRANSPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "child.h"
#include "mbsyncrc.h"

/* How much of its complaints is kept, in bytes: the end. */
enum { TRANSPORT_COMPLAINTS = 4096 };

struct transport {
	const struct mbsyncrc_account *account;
	struct child child;
	int to, from, complaints;       /* descriptors; -1 once they have ended */
	char text[TRANSPORT_COMPLAINTS + 1];    /* of complaints */
	size_t length;
};

/* Starts it.  Returns 0, or -1: transport_explain() says why. */
int transport_open(struct transport *transport, const struct mbsyncrc_account *account);

/* As write(2) and read(2), without waiting. */
ssize_t transport_write(struct transport *transport, const char *bytes, size_t count);
ssize_t transport_read(struct transport *transport, char *bytes, size_t room);

/* Keeps what it complains of now. */
void transport_listen(struct transport *transport);

/* Why it has ended, or does not come about, in words that the caller frees, and the status. */
char *transport_explain(struct transport *transport, int *status);

/* Ends it, without waiting. */
void transport_close(struct transport *transport);

#endif
