/*
 * One response of an IMAP server, cut into tokens (RFC 3501 and 9051, section 9).
 *
 * A response that tells a status (OK, NO, BAD, PREAUTH, BYE) has the tokens of
 * its code, if it has one, and a text for people.  All others have tokens
 * alone: `* 5 EXISTS` has the two 5 and EXISTS.  Decides, makes no system call.
 */
#ifndef WATCH_IMAP_RESPONSE_H
#define WATCH_IMAP_RESPONSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum response_kind {
	RESPONSE_CONTINUE,      /* + */
	RESPONSE_UNTAGGED,      /* * */
	RESPONSE_TAGGED         /* always with a status */
};

enum response_status {
	STATUS_NONE,            /* it tells data */
	STATUS_OK,
	STATUS_NO,
	STATUS_BAD,
	STATUS_PREAUTH,
	STATUS_BYE
};

enum token_kind {
	TOKEN_ATOM,             /* a number, too */
	TOKEN_STRING,           /* quoted, or a literal: may hold any byte */
	TOKEN_OPEN,             /* ( */
	TOKEN_CLOSE             /* ) */
};

struct token {
	enum token_kind kind;
	size_t start, length;   /* in the response's bytes */
};

/* How deep lists may be nested. */
enum { RESPONSE_DEPTH = 32 };

struct response {
	enum response_kind kind;
	enum response_status status;
	const char *bytes;
	size_t tag, tag_length;         /* in bytes, where it is tagged */
	size_t text, text_length;       /* what is said to people; of + whatever follows it */
	struct token *token;            /* OPEN and CLOSE are always in balance */
	size_t count, room;
};

/* Whether the token at index is an atom of this text, in any case.  Past the end: no. */
bool response_is(const struct response *response, size_t index, const char *atom);

/* Whether there is an atom or a string at index. */
bool response_has_text(const struct response *response, size_t index);

/* Reads the atom at index as a number without a sign; false where it is none, or too large. */
bool response_number(const struct response *response, size_t index, uint64_t *number);

/*
 * A copy of the atom or string at index, which the caller frees; NULL where
 * there is none, or where it holds a NUL.
 */
char *response_copy(const struct response *response, size_t index);

/*
 * A copy of the atoms from index to the one before end with a space between them, for
 * words that should have been quoted; the caller frees.  NULL where they are no atoms.
 */
char *response_copy_words(const struct response *response, size_t index, size_t end);

/* A copy of the text for people; NULs in it are left out.  The caller frees; never NULL. */
char *response_copy_text(const struct response *response);

/* The index behind the token, or the whole list, at index. */
size_t response_skip(const struct response *response, size_t index);

/* Whether the list that opens at index, without those in it, holds this atom. */
bool response_list_has(const struct response *response, size_t index, const char *atom);

#endif
