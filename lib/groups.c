#include "groups.h"

#include <stdlib.h>
#include <string.h>

#include "hot.h"
#include "memory.h"

#define EMPTY UINT32_MAX

/* The parts of an entry. */
enum { ITEM, BEFORE, AFTER, MEMBER_WIDTH };

void groups_start(struct groups *groups, groups_group_of *group_of, const void *context)
{
	*groups = (struct groups){ .first.width = 1, .members.width = MEMBER_WIDTH,
	                           .group_of = group_of, .context = context };
}

/* Where a number's search starts (Knuth's multiplicative hash). */
static size_t home(uint32_t number, size_t room)
{
	return (size_t)(number * 2654435769U >> 7) & (room - 1);
}

/* Whether an item that belongs at home must stay behind the gap, or may fill it. */
static bool must_stay(size_t gap, size_t slot, size_t belongs)
{
	return gap <= slot ? gap < belongs && belongs <= slot : gap < belongs || belongs <= slot;
}

/* What an item is found by: its group among the first ones, itself among the members. */
static uint32_t key_of(const struct groups *groups, const struct groups_table *table, uint32_t item)
{
	return table == &groups->first ? (uint32_t)groups->group_of(groups->context, item) : item;
}

static uint32_t *entry_at(const struct groups_table *table, size_t slot)
{
	return &table->entry[slot * table->width];
}

/* The slot of what has the key, or the empty one where it would be. */
HOT static size_t table_find(const struct groups *groups, const struct groups_table *table,
                             uint32_t key)
{
	size_t slot = home(key, table->room);

	while (entry_at(table, slot)[ITEM] != EMPTY &&
	       key_of(groups, table, entry_at(table, slot)[ITEM]) != key)
		slot = (slot + 1) & (table->room - 1);
	return slot;
}

static void table_make_room(const struct groups *groups, struct groups_table *table)
{
	struct groups_table old = *table;
	size_t bytes = table->width * sizeof *table->entry;

	if (old.used + old.used / 4 + 1 < old.room)
		return;
	table->room = old.room == 0 ? 64 : old.room * 2;
	table->entry = memory_new(table->room, bytes);
	memset(table->entry, 0xff, table->room * bytes);
	for (size_t i = 0; i < old.room; i++) {
		const uint32_t *entry = entry_at(&old, i);

		if (entry[ITEM] != EMPTY)
			memcpy(entry_at(table, table_find(groups, table,
			                                  key_of(groups, table, entry[ITEM]))),
			       entry, bytes);
	}
	free(old.entry);
}

/* Empties the slot, and closes the gap, so that a search may stop at an empty one. */
static void table_remove(const struct groups *groups, struct groups_table *table, size_t gap)
{
	size_t slot = gap;
	uint32_t item;

	table->used--;
	for (;;) {
		entry_at(table, gap)[ITEM] = EMPTY;
		do {
			slot = (slot + 1) & (table->room - 1);
			item = entry_at(table, slot)[ITEM];
			if (item == EMPTY)
				return;
		} while (must_stay(gap, slot, home(key_of(groups, table, item), table->room)));
		memcpy(entry_at(table, gap), entry_at(table, slot),
		       table->width * sizeof *table->entry);
		gap = slot;
	}
}

/* --- items in company --- */

/* The entry of the item, or the empty one where it would be. */
static uint32_t *member_find(const struct groups *groups, uint32_t item)
{
	return entry_at(&groups->members, table_find(groups, &groups->members, item));
}

/* The entry of the item; NULL when it is alone. */
static uint32_t *member_get(const struct groups *groups, uint32_t item)
{
	uint32_t *member = groups->members.used > 0 ? member_find(groups, item) : NULL;

	return member != NULL && member[ITEM] == item ? member : NULL;
}

/* Puts the item behind another one of its group; it may be its own company. */
static void member_add(struct groups *groups, uint32_t item, uint32_t before)
{
	uint32_t *member, after = item;

	table_make_room(groups, &groups->members);
	if (before != item) {
		member = member_find(groups, before);
		after = member[AFTER];
		member[AFTER] = item;
		member_find(groups, after)[BEFORE] = item;
	}
	member = member_find(groups, item);
	member[ITEM] = item;
	member[BEFORE] = before;
	member[AFTER] = after;
	groups->members.used++;
}

static void member_remove(struct groups *groups, uint32_t item)
{
	table_remove(groups, &groups->members, table_find(groups, &groups->members, item));
}

/* Takes the item out of its ring; returns the one that came after it. */
static uint32_t member_leave(struct groups *groups, uint32_t item)
{
	const uint32_t *member = member_find(groups, item);
	uint32_t before = member[BEFORE], after = member[AFTER];

	member_find(groups, before)[AFTER] = after;
	member_find(groups, after)[BEFORE] = before;
	member_remove(groups, item);
	if (member_find(groups, after)[AFTER] == after)
		member_remove(groups, after);
	return after;
}

/* --- both --- */

void groups_add(struct groups *groups, uint32_t item)
{
	uint32_t *first;

	table_make_room(groups, &groups->first);
	first = entry_at(&groups->first, table_find(groups, &groups->first,
	                                            key_of(groups, &groups->first, item)));
	if (*first == EMPTY) {
		*first = item;
		groups->first.used++;
		return;
	}
	if (member_get(groups, *first) == NULL)
		member_add(groups, *first, *first);
	member_add(groups, item, *first);
}

void groups_remove(struct groups *groups, uint32_t item)
{
	size_t slot = table_find(groups, &groups->first, key_of(groups, &groups->first, item));
	uint32_t *first = entry_at(&groups->first, slot), other;

	if (member_get(groups, item) == NULL) {
		table_remove(groups, &groups->first, slot);
		return;
	}
	other = member_leave(groups, item);
	if (*first == item)
		*first = other;
}

HOT bool groups_next(const struct groups *groups, int group, size_t *position, uint32_t *item)
{
	const uint32_t *member;
	uint32_t first;

	if (groups->first.room == 0 || (*position != 0 && groups->members.used == 0))
		return false;
	first = *entry_at(&groups->first, table_find(groups, &groups->first, (uint32_t)group));
	if (first == EMPTY)
		return false;
	*item = first;
	if (*position != 0) {
		member = member_get(groups, (uint32_t)(*position - 1));
		if (member == NULL || member[AFTER] == first)
			return false;
		*item = member[AFTER];
	}
	*position = (size_t)*item + 1;
	return true;
}

void groups_end(struct groups *groups)
{
	free(groups->first.entry);
	free(groups->members.entry);
	groups_start(groups, groups->group_of, groups->context);
}
