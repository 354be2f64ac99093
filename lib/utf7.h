/*
 * Names of IMAP mailboxes: modified UTF-7 (RFC 3501, 5.1.3) and UTF-8.
 */
#ifndef LIB_UTF7_H
#define LIB_UTF7_H

/*
 * The UTF-8 of a name that is modified UTF-7 in its one canonical spelling;
 * NULL for every other name.  The caller frees.
 */
char *utf7_decode(const char *name);

/* The modified UTF-7 of a name; NULL where it is no valid UTF-8.  The caller frees. */
char *utf7_encode(const char *utf8);

#endif
