/*
 * A number for what a syncer can see of an mbox, worked out while it is read.
 *
 * IMAP servers and readers write into the headers of messages what is theirs
 * alone, the first time they look at them.  Left out, in headers only, are:
 * X-UID, X-IMAP, X-IMAPbase, Content-Length; the O of Status, which says that the
 * message is no longer recent; blanks around X-Keywords, room for more of them.  An
 * empty Status or X-Keywords is as good as none.  (mbox(5) of mutt and of Courier;
 * Dovecot's documentation, "mbox mailbox format".)  Nothing here looks at a disk.
 */
#ifndef WATCH_MBOXES_FINGERPRINT_H
#define WATCH_MBOXES_FINGERPRINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "siphash.h"

/* The longest name of a field that matters, with its colon: Content-Length. */
#define FINGERPRINT_HEAD 16

enum fingerprint_line {
	FINGERPRINT_KEPT,       /* counts as it is */
	FINGERPRINT_DROPPED,
	FINGERPRINT_STATUS,     /* counts without blanks and O */
	FINGERPRINT_KEYWORDS    /* counts without blanks around its words */
};

/* A fingerprint that is being worked out. */
struct fingerprint_reader {
	struct siphash hash;    /* of what counts */
	char head[FINGERPRINT_HEAD];
	size_t head_used;       /* of the line under way, as far as it is needed */
	bool is_mbox, is_begun; /* whether it has headers; whether that is known */
	bool in_headers, is_after_blank;
	bool is_in_line;        /* behind its head */
	bool is_field_told;     /* what is left of a field has begun to count */
	bool is_blank_owed;     /* between two words */
	enum fingerprint_line line;
};

/* Starts with nothing read; the key is one that outsiders can't guess. */
void fingerprint_start(struct fingerprint_reader *reader, const struct siphash_key *key);

/* Reads on. */
void fingerprint_read(struct fingerprint_reader *reader, const char *bytes, size_t count);

/* What the text has come to. */
uint64_t fingerprint_end(struct fingerprint_reader *reader);

#endif
