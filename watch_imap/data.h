/* What an IMAP server tells unasked, or beside an answer: data, and what it means. */
#ifndef WATCH_IMAP_DATA_H
#define WATCH_IMAP_DATA_H

#include "state.h"

/* Takes an untagged response. */
void data_take(struct session *session, const struct response *response);

/* Takes the code of any response, or the capabilities that it holds. */
void data_take_code(struct session *session, const struct response *response);

/* A list of all mailboxes has come whole: what was not in it is no more. */
void data_finish_list(struct session *session);

#endif
