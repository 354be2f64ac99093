/*
 * The steps of a session as a table: what each asks of the server, and what
 * comes after its answer.
 */
#ifndef WATCH_IMAP_STEPS_H
#define WATCH_IMAP_STEPS_H

#include "state.h"

/* Enters the state, or the first one behind it that has something to ask or to wait for. */
void steps_enter(struct session *session, enum session_state state);

/* Takes the tagged answer to what was asked, and goes on. */
void steps_answered(struct session *session, const struct response *response);

/* The step's name for people: the command that is under way. */
const char *steps_name(enum session_state state);

#endif
