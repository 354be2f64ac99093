/*
 * A number for a text, where equality is all that counts and nobody gains by
 * a collision: FNV-1a, 64 bits (draft-eastlake-fnv).
 */
#ifndef LIB_HASH_H
#define LIB_HASH_H

#include <stddef.h>
#include <stdint.h>

/* The number of an empty text. */
#define HASH_EMPTY UINT64_C(0xcbf29ce484222325)

/* The number of a text that goes on with these bytes, from its number so far. */
uint64_t hash_more(uint64_t hash, const char *bytes, size_t count);

/* The number of a whole text, up to its NUL byte. */
uint64_t hash_text(const char *text);

#endif
