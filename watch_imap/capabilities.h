/* What an IMAP server says that it can do (RFC 3501, 7.2.1). */
#ifndef WATCH_IMAP_CAPABILITIES_H
#define WATCH_IMAP_CAPABILITIES_H

#include <stddef.h>

#include "mbsyncrc.h"
#include "response.h"

/* A bit each. */
enum capability {
	CAN_IDLE = 1 << 0,              /* RFC 2177 */
	CAN_NOTIFY = 1 << 1,            /* RFC 5465 */
	CAN_LIST_STATUS = 1 << 2,       /* RFC 5819 */
	CAN_LIST_EXTENDED = 1 << 3,     /* RFC 5258 */
	CAN_CONDSTORE = 1 << 4,         /* RFC 7162 */
	CAN_SASL_IR = 1 << 5,           /* RFC 4959 */
	CAN_LITERAL_PLUS = 1 << 6,      /* RFC 7888 */
	CAN_LITERAL_MINUS = 1 << 7,     /* the same, up to 4096 bytes */
	CAN_ID = 1 << 8,                /* RFC 2971 */
	CAN_NAMESPACE = 1 << 9,         /* RFC 2342 */
	CAN_ENABLE = 1 << 10,           /* RFC 5161 */
	CAN_LSUB = 1 << 11,             /* IMAP4rev1; in IMAP4rev2 it is gone */
	CAN_NOT_LOGIN = 1 << 12,        /* LOGINDISABLED */
	CAN_PLAIN = 1 << 13,            /* AUTHENTICATE with these */
	CAN_EXTERNAL = 1 << 14,
	CAN_XOAUTH2 = 1 << 15,
	CAN_OAUTHBEARER = 1 << 16,
	CAN_STARTTLS = 1 << 17
};

/* The capabilities that stand in the tokens from index first on. */
unsigned capabilities_read(const struct response *response, size_t first);

/* The same without those that mbsync's DisableExtensions names. */
unsigned capabilities_without(unsigned capabilities, const struct mbsyncrc_words *disabled);

/* Their names, a blank between them.  The caller frees. */
char *capabilities_list(unsigned capabilities);

#endif
