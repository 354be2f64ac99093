/*
 * Memory for passwords and what is made of them: kept out of core files, swap
 * and child processes where the kernel allows it, and wiped when it is freed.
 */
#ifndef WATCH_IMAP_SECRET_H
#define WATCH_IMAP_SECRET_H

#include <stddef.h>

struct secret {
	char *bytes;            /* not ended by NUL; NULL: none */
	size_t length, room;
};

/* Adds bytes; out of memory ends the program. */
void secret_add(struct secret *secret, const char *bytes, size_t count);

/* Makes room for so many more bytes behind the length, for the caller to fill. */
void secret_reserve(struct secret *secret, size_t count);

/* Adds the base64 (RFC 4648, 4) of bytes. */
void secret_add_base64(struct secret *secret, const char *bytes, size_t count);

/* Whether the text holds these bytes, were there at least one. */
const char *secret_find(const struct secret *secret, const char *text, size_t length);

/* Wipes and frees it; it is none then. */
void secret_free(struct secret *secret);

#endif
