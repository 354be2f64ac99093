/*
 * What the service manager is told, when there is one (sd_notify(3)'s
 * protocol: one datagram a message to $NOTIFY_SOCKET).
 */
#ifndef MSWATCH_NOTIFY_H
#define MSWATCH_NOTIFY_H

#include "clock.h"

struct notify {
	char *path;             /* NULL: no service manager listens */
	clock_ms ping_period;   /* 0: no watchdog */
	clock_ms ping;          /* when the next ping is due */
};

/*
 * Reads $NOTIFY_SOCKET, $WATCHDOG_USEC and $WATCHDOG_PID and takes them out
 * of the environment, so that no child inherits them.
 */
void notify_start(struct notify *notify, clock_ms now);

/* Sends the message, "READY=1" for one; what can't be sent is dropped. */
void notify_send(const struct notify *notify, const char *message);

/* Pings the watchdog if that is due at now, and plans the next ping. */
void notify_tick(struct notify *notify, clock_ms now);

/* When notify_tick() is needed next; CLOCK_NEVER: there is no watchdog. */
clock_ms notify_wake(const struct notify *notify);

/* Frees the path: nothing is sent any more. */
void notify_free(struct notify *notify);

#endif
