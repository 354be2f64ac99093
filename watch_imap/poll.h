/*
 * The poll: what is asked of the mailboxes that no push can be trusted with.
 *
 * Either one LIST of all with their STATUS (RFC 5819), where all are wanted;
 * or a list, and LISTs of the wanted ones by their names (RFC 5258); or a list,
 * and one STATUS a mailbox, which also goes for those that the others leave out.
 */
#ifndef WATCH_IMAP_POLL_H
#define WATCH_IMAP_POLL_H

#include "state.h"

/* A poll begins: with a list of its own, unless that comes with the STATUS of all. */
void poll_begin(struct session *session);

/* Puts the command that lists the mailboxes.  Returns whether one is needed. */
bool poll_list(struct session *session);

/* Puts the next command of the poll; false: it is over. */
bool poll_ask(struct session *session);

/* Takes the answer to it; ends the session where the server does not know a plain STATUS. */
void poll_answered(struct session *session, const struct response *response);

/* The time from poll to poll, in milliseconds. */
clock_ms poll_interval(const struct session *session);

/* How many mailboxes are wanted beside the selected one. */
uint32_t poll_others(const struct session *session);

#endif
