/*
 * A number for a text, where equality is all that counts and nobody gains by
 * a collision: FNV-1a, 64 bits (draft-eastlake-fnv).
 */
#ifndef LIB_HASH_H
#define LIB_HASH_H

#include <stdint.h>

uint64_t hash_text(const char *text);

#endif
