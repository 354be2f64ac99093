#include "ways.h"

#include <stdlib.h>

#include "hash.h"
#include "hot.h"
#include "memory.h"

#define NONE UINT32_MAX

HOT static int watch_of(const void *context, uint32_t item)
{
	return ((const struct ways *)context)->part[item].watch;
}

static int owner_of(const void *context, uint32_t item)
{
	return (int)((const struct ways *)context)->part[item].owner;
}

void ways_start(struct ways *ways)
{
	*ways = (struct ways){ .free = NONE };
	groups_start(&ways->by_watch, watch_of, ways);
	groups_start(&ways->by_owner, owner_of, ways);
}

void ways_end(struct ways *ways)
{
	free(ways->part);
	groups_end(&ways->by_watch);
	groups_end(&ways->by_owner);
}

int ways_number(int watch, const char *name)
{
	return (int)(hash_text(name) >> 7) ^ watch;
}

static bool has_part(const struct ways *ways, uint32_t owner, int watch)
{
	size_t position = 0;
	uint32_t item;

	while (groups_next(&ways->by_owner, (int)owner, &position, &item))
		if (ways->part[item].watch == watch)
			return true;
	return false;
}

void ways_add(struct ways *ways, uint32_t owner, int watch)
{
	uint32_t item = ways->free;

	if (has_part(ways, owner, watch))
		return;
	if (item != NONE) {
		ways->free = ways->part[item].owner;
	} else {
		ways->part = memory_grow(ways->part, &ways->room, ways->count + 1,
		                         sizeof *ways->part);
		item = (uint32_t)ways->count++;
	}
	ways->part[item] = (struct way_part){ watch, owner };
	groups_add(&ways->by_watch, item);
	groups_add(&ways->by_owner, item);
}

static void part_remove(struct ways *ways, uint32_t item)
{
	groups_remove(&ways->by_watch, item);
	groups_remove(&ways->by_owner, item);
	ways->part[item].owner = ways->free;
	ways->free = item;
}

bool ways_next(const struct ways *ways, int watch, size_t *position, uint32_t *owner)
{
	uint32_t item;

	if (!groups_next(&ways->by_watch, watch, position, &item))
		return false;
	*owner = ways->part[item].owner;
	return true;
}

bool ways_has(const struct ways *ways, int watch)
{
	size_t position = 0;
	uint32_t item;

	return groups_next(&ways->by_watch, watch, &position, &item);
}

HOT bool ways_has_any(const struct ways *ways)
{
	return ways->by_owner.first.used > 0;
}

bool ways_has_owner(const struct ways *ways, uint32_t owner)
{
	size_t position = 0;
	uint32_t item;

	return groups_next(&ways->by_owner, (int)owner, &position, &item);
}

void ways_drop(struct ways *ways, uint32_t owner, ways_release *release, void *context)
{
	size_t position;
	uint32_t item;
	int watch;

	while (position = 0, groups_next(&ways->by_owner, (int)owner, &position, &item)) {
		watch = ways->part[item].watch;
		part_remove(ways, item);
		if (release != NULL && !ways_has(ways, watch))
			release(context, watch);
	}
}

void ways_forget(struct ways *ways, int watch)
{
	size_t position;
	uint32_t item;

	while (position = 0, groups_next(&ways->by_watch, watch, &position, &item))
		part_remove(ways, item);
}
