#include "arena.h"

#include <stdlib.h>
#include <string.h>

#include "memory.h"
#include "message.h"

/* So much may be unused without a copy, in bytes. */
#define UNUSED_MIN 4096

uint32_t arena_add(struct arena *arena, const char *string)
{
	size_t start = arena->used, length = strlen(string) + 1;

	if (length > UINT32_MAX - start)
		message_fatal(1, "out of memory");
	arena->bytes = memory_grow(arena->bytes, &arena->room, start + length, 1);
	memcpy(arena->bytes + start, string, length);
	arena->used += length;
	return (uint32_t)start;
}

void arena_remove(struct arena *arena, uint32_t start)
{
	arena->unused += strlen(arena->bytes + start) + 1;
}

bool arena_is_sparse(const struct arena *arena)
{
	return arena->unused >= UNUSED_MIN && arena->unused > arena->used / 2;
}

void arena_end(struct arena *arena)
{
	free(arena->bytes);
	*arena = (struct arena){ .bytes = NULL };
}
