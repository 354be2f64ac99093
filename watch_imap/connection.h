/* One connection: a session, and the way to its server. */
#ifndef WATCH_IMAP_CONNECTION_H
#define WATCH_IMAP_CONNECTION_H

#include <poll.h>

#include "reader.h"
#include "session.h"
#include "transport.h"

/* How many descriptors a connection waits for. */
enum { CONNECTION_FDS = 4 };

struct connection {
	struct session_settings settings;
	struct session *session;
	struct transport transport;
	struct reader reader;
	bool is_verbose;
	bool heard;             /* anything of the server at all */
	int status;             /* to exit with, or -1 */
	char *message;          /* what to say then */
};

/* Begins; settings are copied. */
void connection_open(struct connection *connection, const struct session_settings *settings,
                     struct watch *watch, bool is_verbose, clock_ms now);

/* What it waits for. */
void connection_expect(struct connection *connection, struct pollfd fds[CONNECTION_FDS]);

/* Takes what has come, and does what is due. */
void connection_work(struct connection *connection, const struct pollfd fds[CONNECTION_FDS],
                     clock_ms now);

void connection_close(struct connection *connection);

#endif
