/*
 * A session with an IMAP server, from its greeting to its end: fed with
 * responses and the time, it answers what to send, what to report, when to wake
 * and when to exit.  Makes no system calls but for secret memory.
 *
 * One session watches INBOX and all other mailboxes; further ones one mailbox
 * each.  They share a table and a report.
 */
#ifndef WATCH_IMAP_SESSION_H
#define WATCH_IMAP_SESSION_H

#include "state.h"

/* A session that begins now; settings and watch stay as long as it does. */
struct session *session_new(const struct session_settings *settings, struct watch *watch,
                            clock_ms now);

/* Takes a response. */
void session_take(struct session *session, const struct response *response, clock_ms now);

/* Does what is due at now. */
void session_tick(struct session *session, clock_ms now);

/* When session_tick() is to be called next. */
clock_ms session_due(const struct session *session);

/* What is to be sent. */
struct outbox *session_outbox(struct session *session);

/* The connection has ended, or can't be understood: why, in words. */
void session_lose(struct session *session, const char *why);

/* -1 while it goes on, otherwise the status to exit with. */
int session_status(const struct session *session);

/* What to say then. */
const char *session_message(const struct session *session);

/* Whether the mailboxes have been listed, and whether all that it watches is watched. */
bool session_has_list(const struct session *session);
bool session_is_ready(const struct session *session);

/* Whether the secret is of no use any more. */
bool session_has_login(const struct session *session);

/* How mailboxes are watched, in words; *degraded: not all of them at once.  The caller frees. */
char *session_describe(const struct session *session, bool *degraded);

/* How many of the store's mailboxes Patterns, or -x, leave out. */
unsigned session_excluded(const struct session *session);

/* What the server can do that counts here, in words.  The caller frees. */
char *session_list_capabilities(const struct session *session);

void session_free(struct session *session);

#endif
