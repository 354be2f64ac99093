/*
 * The control channel, the running mswatch's end: it listens for its own user
 * alone, takes a request of each client, and gives its owner's answers.  It
 * waits for nobody: what a client does not take is its loss.
 */
#ifndef MSWATCH_CONTROL_CONTROL_H
#define MSWATCH_CONTROL_CONTROL_H

#include "../loop.h"
#include "clock.h"
#include "request.h"

/* Clients at a time, at the most. */
#define CONTROL_PEERS 32

/* How long a client may take for its request, in ms. */
#define CONTROL_PATIENCE 10000

struct control;
struct control_peer;

/* Who answers. */
struct control_owner {
	void *context;
	/* A client asks; control_finish() says that it has been answered, now or later. */
	void (*asked)(void *context, struct control_peer *peer, const struct request *request);
	/* A client that was not answered yet has left. */
	void (*left)(void *context, struct control_peer *peer);
};

/* The names of a configuration: its real path, and the path as it was given. */
#define CONTROL_NAMES 2

/*
 * Listens for the configuration of these names, whose lock is held; NULL: there
 * is no such name.  What can't be had is told.  Never NULL.
 */
struct control *control_open(struct loop *loop, const struct control_owner *owner,
                             const char *const names[CONTROL_NAMES]);

/* Answers with a text for the client's stdout, of one or more lines. */
void control_say(struct control_peer *peer, const char *text);

/* And for its stderr. */
void control_complain(struct control_peer *peer, const char *text);

/* That was all: the client's exit status.  The peer is no more. */
void control_finish(struct control_peer *peer, int status);

/* Gives a text to each client that watches the log; those that do not take it learn how much. */
void control_tell(struct control *control, const char *text);

/* Lets go of clients that have said nothing for too long. */
void control_tick(struct control *control, clock_ms now);

/* When control_tick() is needed next. */
clock_ms control_wake(const struct control *control);

/* Ends the connections, and listens no more; no socket file stays. */
void control_close(struct control *control);

#endif
