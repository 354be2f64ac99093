/*
 * Strings in one piece of memory, one behind the other: four bytes less than a
 * pointer, and none of what malloc(3) needs for each.  A string is known by where it
 * starts, as long as its arena is not made anew.
 */
#ifndef LIB_ARENA_H
#define LIB_ARENA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Zeros are an empty one. */
struct arena {
	char *bytes;
	size_t used, room;
	size_t unused;          /* bytes of strings that were removed, among those used */
};

/* Adds a copy of the string, which is not one of the arena's own; returns where it starts. */
uint32_t arena_add(struct arena *arena, const char *string);

/* The string that starts there, valid until the next one is added. */
static inline const char *arena_string(const struct arena *arena, uint32_t start)
{
	return arena->bytes + start;
}

/* The string that starts there is not wanted any more. */
void arena_remove(struct arena *arena, uint32_t start);

/* Whether so much was removed that it is time to copy what is left to another one. */
bool arena_is_sparse(const struct arena *arena);

/* Frees all strings. */
void arena_end(struct arena *arena);

#endif
