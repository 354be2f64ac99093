/* The login: by which mechanism, and what is sent for it (RFC 3501, 6.2; RFC 4959). */
#ifndef WATCH_IMAP_LOGIN_H
#define WATCH_IMAP_LOGIN_H

#include "state.h"

/* Whether the word, of AuthMechs, is a mechanism of SASL, be it done here or not; * is one. */
bool login_is_mechanism(const char *word);

/* Begins it; ends the session where there is no way, or nothing to log in with. */
void login_begin(struct session *session);

/* The server asks for more than it has got already: an answer to what is an error mostly. */
void login_continue(struct session *session);

/* Its answer; ends the session unless that is OK. */
void login_end(struct session *session, const struct response *response);

#endif
