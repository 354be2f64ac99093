/*
 * What is to be sent to an IMAP server, and what of it has to wait until the
 * server asks for it by a + (RFC 3501, 7.5).  Makes no system call.
 */
#ifndef WATCH_IMAP_OUTBOX_H
#define WATCH_IMAP_OUTBOX_H

#include <stdbool.h>
#include <stddef.h>

#include "secret.h"

struct piece {
	bool waits;             /* for a + */
	bool is_secret;
	struct secret secret;   /* what it is then, */
	char *plain;            /* otherwise */
	size_t length, room;    /* of plain */
	size_t sent;
};

struct outbox {
	struct piece *piece;
	size_t count, room, next;       /* the first that is not sent whole */
	bool new_piece;                 /* what is added next starts one */
	bool wait;                      /* which waits */
	char *shown;                    /* the lines without what is secret, or NULL */
	size_t shown_length, shown_room;
};

/* What kinds of literals the server takes without being asked. */
enum outbox_literals {
	OUTBOX_LITERALS_ASKED,  /* none: it has to ask for each */
	OUTBOX_LITERALS_SMALL,  /* LITERAL- */
	OUTBOX_LITERALS_ANY     /* LITERAL+ */
};

/* Adds text as it is. */
void outbox_add(struct outbox *outbox, const char *text);

/* Adds what is secret: it is wiped when it has been sent, and shown as ***. */
void outbox_add_secret(struct outbox *outbox, const struct secret *secret);

/* Adds bytes without NUL as an astring: quoted, or a literal where that can't be. */
void outbox_add_string(struct outbox *outbox, enum outbox_literals literals, const char *string);

/* The same for what is secret. */
void outbox_add_secret_string(struct outbox *outbox, enum outbox_literals literals,
                              const struct secret *secret);

/* What is added from now on waits for a +. */
void outbox_await(struct outbox *outbox);

/* A + has come: what waits for it may go.  Returns whether anything did. */
bool outbox_continue(struct outbox *outbox);

/* The bytes that may be sent now, and how many; 0: none. */
size_t outbox_peek(const struct outbox *outbox, const char **bytes);

/* So many of them were sent. */
void outbox_sent(struct outbox *outbox, size_t count);

/* What still waits for a + never goes: the server has refused it. */
void outbox_drop_waiting(struct outbox *outbox);

/* The lines that were added since the last call, for people; NULL: none.  The caller frees. */
char *outbox_take_shown(struct outbox *outbox);

/* Forgets, and wipes, all of it. */
void outbox_clear(struct outbox *outbox);

#endif
