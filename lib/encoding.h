/* How watchers spell the names that they print: --names. */
#ifndef LIB_ENCODING_H
#define LIB_ENCODING_H

#include <stdbool.h>

enum encoding {
	ENCODING_NONE,          /* the bytes as they are in the mailstore */
	ENCODING_UTF8,
	ENCODING_UTF7           /* modified UTF-7, as in IMAP (RFC 3501, 5.1.3) */
};

/* Finds the encoding that is called so, utf8 or utf7; false when there is none. */
bool encoding_parse(const char *text, enum encoding *encoding);

/*
 * A mailbox's name in that encoding.  Each of its parts, between separators,
 * that is modified UTF-7 in its canonical spelling is read as that, any other
 * as UTF-8.  NULL where a part is neither, or would hold a newline or a
 * separator then: it has no name that can be printed.  The caller frees.
 */
char *encoding_convert(enum encoding encoding, const char *name, char separator);

#endif
