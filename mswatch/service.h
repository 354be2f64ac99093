/*
 * What the service manager is told, when there is one (sd_notify(3)'s
 * protocol: one datagram a message to $NOTIFY_SOCKET).
 */
#ifndef MSWATCH_SERVICE_H
#define MSWATCH_SERVICE_H

#include "clock.h"

/* The room for a status, in bytes: escaped, it fits into what the manager reads (PIPE_BUF). */
#define SERVICE_ROOM 1000

struct service {
	char *path;             /* NULL: no service manager listens */
	clock_ms ping_period;   /* 0: no watchdog */
	clock_ms ping;          /* when the next ping is due */
	char status[SERVICE_ROOM]; /* what was shown last */
};

/*
 * Reads $NOTIFY_SOCKET, $WATCHDOG_USEC and $WATCHDOG_PID and takes them out
 * of the environment, so that no child inherits them.
 */
void service_start(struct service *service, clock_ms now);

/* Sends the message, "READY=1" for one; what can't be sent is dropped. */
void service_send(const struct service *service, const char *message);

/*
 * Has the service manager show this line, where it is another one than before,
 * escaped as messages are: it takes UTF-8 only, and a newline would begin
 * another variable.
 */
void service_show(struct service *service, const char *status);

/* Pings the watchdog if that is due at now, and plans the next ping. */
void service_tick(struct service *service, clock_ms now);

/* When service_tick() is needed next; CLOCK_NEVER: there is no watchdog. */
clock_ms service_wake(const struct service *service);

/* Frees the path: nothing is sent any more. */
void service_free(struct service *service);

#endif
