/*
 * Characters in UTF-8 (RFC 3629).
 */
#ifndef LIB_UTF8_H
#define LIB_UTF8_H

#include <stddef.h>

/*
 * How many bytes the character at text has, of which so many (1 or more) are
 * left; 0: there is no valid one.
 */
size_t utf8_length(const char *text, size_t left);

#endif
