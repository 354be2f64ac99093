#include "ways.h"

#include <stdlib.h>

#include "hash.h"
#include "memory.h"

#define NONE UINT32_MAX

static int watch_of(const void *context, uint32_t item)
{
	return ((const struct ways_table *)context)->part[item].watch;
}

static int owner_of(const void *context, uint32_t item)
{
	return (int)((const struct ways_table *)context)->part[item].owner;
}

static void table_start(struct ways_table *table)
{
	*table = (struct ways_table){ .free = NONE };
	groups_start(&table->by_watch, watch_of, table);
	groups_start(&table->by_owner, owner_of, table);
}

static void table_end(struct ways_table *table)
{
	free(table->part);
	groups_end(&table->by_watch);
	groups_end(&table->by_owner);
}

static bool table_has(const struct ways_table *table, uint32_t owner, int watch)
{
	size_t position = 0;
	uint32_t item;

	while (groups_next(&table->by_owner, (int)owner, &position, &item))
		if (table->part[item].watch == watch)
			return true;
	return false;
}

static void table_add(struct ways_table *table, uint32_t owner, int watch)
{
	uint32_t item = table->free;

	if (table_has(table, owner, watch))
		return;
	if (item != NONE) {
		table->free = table->part[item].owner;
	} else {
		table->part = memory_grow(table->part, &table->room, table->count + 1,
		                          sizeof *table->part);
		item = (uint32_t)table->count++;
	}
	table->part[item] = (struct way_part){ watch, owner };
	groups_add(&table->by_watch, item);
	groups_add(&table->by_owner, item);
}

static void table_remove(struct ways_table *table, uint32_t item)
{
	groups_remove(&table->by_watch, item);
	groups_remove(&table->by_owner, item);
	table->part[item].owner = table->free;
	table->free = item;
}

static bool table_next(const struct ways_table *table, int watch, size_t *position,
                       uint32_t *owner)
{
	uint32_t item;

	if (!groups_next(&table->by_watch, watch, position, &item))
		return false;
	*owner = table->part[item].owner;
	return true;
}

void ways_start(struct ways *ways)
{
	table_start(&ways->parts);
	table_start(&ways->awaited);
}

void ways_end(struct ways *ways)
{
	table_end(&ways->parts);
	table_end(&ways->awaited);
}

void ways_add(struct ways *ways, uint32_t owner, int watch)
{
	table_add(&ways->parts, owner, watch);
}

bool ways_has(const struct ways *ways, int watch)
{
	size_t position = 0;
	uint32_t owner;

	return ways_next(ways, watch, &position, &owner);
}

bool ways_next(const struct ways *ways, int watch, size_t *position, uint32_t *owner)
{
	return table_next(&ways->parts, watch, position, owner);
}

/* A name in a watch's directory as one number. */
static int awaited_number(int watch, const char *name)
{
	return (int)(hash_text(name) >> 7) ^ watch;
}

void ways_await(struct ways *ways, uint32_t owner, int watch, const char *name)
{
	table_add(&ways->awaited, owner, awaited_number(watch, name));
}

bool ways_next_awaiting(const struct ways *ways, int watch, const char *name, size_t *position,
                        uint32_t *owner)
{
	return table_next(&ways->awaited, awaited_number(watch, name), position, owner);
}

bool ways_is_awaiting(const struct ways *ways, uint32_t owner)
{
	size_t position = 0;
	uint32_t item;

	return groups_next(&ways->awaited.by_owner, (int)owner, &position, &item);
}

void ways_drop(struct ways *ways, uint32_t owner, ways_release *release, void *context)
{
	size_t position;
	uint32_t item;
	int watch;

	while (position = 0, groups_next(&ways->awaited.by_owner, (int)owner, &position, &item))
		table_remove(&ways->awaited, item);
	while (position = 0, groups_next(&ways->parts.by_owner, (int)owner, &position, &item)) {
		watch = ways->parts.part[item].watch;
		table_remove(&ways->parts, item);
		if (!ways_has(ways, watch))
			release(context, watch);
	}
}

void ways_forget(struct ways *ways, int watch)
{
	size_t position;
	uint32_t item;

	while (position = 0, groups_next(&ways->parts.by_watch, watch, &position, &item))
		table_remove(&ways->parts, item);
}
