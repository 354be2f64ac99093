#include "groups.h"

#include <stdlib.h>
#include <string.h>

#include "memory.h"

#define EMPTY UINT32_MAX

void groups_start(struct groups *groups, groups_group_of *group_of, const void *context)
{
	*groups = (struct groups){ .group_of = group_of, .context = context };
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

static bool is_full(size_t used, size_t room)
{
	return used + used / 4 + 1 >= room;
}

/* --- one item of each group --- */

static int group_of(const struct groups *groups, uint32_t item)
{
	return groups->group_of(groups->context, item);
}

static size_t first_home(const struct groups *groups, uint32_t item)
{
	return home((uint32_t)group_of(groups, item), groups->room);
}

/* The slot of the group's first item, or the empty one where it would be. */
static size_t first_find(const struct groups *groups, int group)
{
	size_t slot = home((uint32_t)group, groups->room);

	while (groups->first[slot] != EMPTY && group_of(groups, groups->first[slot]) != group)
		slot = (slot + 1) & (groups->room - 1);
	return slot;
}

static void first_grow(struct groups *groups)
{
	uint32_t *old = groups->first;
	size_t room = groups->room;

	groups->room = room == 0 ? 64 : room * 2;
	groups->first = memory_new(groups->room, sizeof *groups->first);
	memset(groups->first, 0xff, groups->room * sizeof *groups->first);
	for (size_t i = 0; i < room; i++)
		if (old[i] != EMPTY)
			groups->first[first_find(groups, group_of(groups, old[i]))] = old[i];
	free(old);
}

/* Empties the slot, and closes the gap, so that a search may stop at an empty one. */
static void first_remove(struct groups *groups, size_t gap)
{
	size_t slot = gap;

	groups->used--;
	for (;;) {
		groups->first[gap] = EMPTY;
		do {
			slot = (slot + 1) & (groups->room - 1);
			if (groups->first[slot] == EMPTY)
				return;
		} while (must_stay(gap, slot, first_home(groups, groups->first[slot])));
		groups->first[gap] = groups->first[slot];
		gap = slot;
	}
}

/* --- items in company --- */

/* The member of the item, or the empty one where it would be. */
static struct groups_member *member_find(const struct groups *groups, uint32_t item)
{
	size_t slot = home(item, groups->member_room);

	while (groups->member[slot].item != EMPTY && groups->member[slot].item != item)
		slot = (slot + 1) & (groups->member_room - 1);
	return &groups->member[slot];
}

/* The member of the item; NULL when it is alone. */
static struct groups_member *member_get(const struct groups *groups, uint32_t item)
{
	struct groups_member *member;

	if (groups->members == 0)
		return NULL;
	member = member_find(groups, item);
	return member->item == item ? member : NULL;
}

static void member_grow(struct groups *groups)
{
	struct groups_member *old = groups->member;
	size_t room = groups->member_room;

	groups->member_room = room == 0 ? 64 : room * 2;
	groups->member = memory_new(groups->member_room, sizeof *groups->member);
	memset(groups->member, 0xff, groups->member_room * sizeof *groups->member);
	for (size_t i = 0; i < room; i++)
		if (old[i].item != EMPTY)
			*member_find(groups, old[i].item) = old[i];
	free(old);
}

/* Puts the item behind another one of its group; it may be its own company. */
static void member_add(struct groups *groups, uint32_t item, uint32_t before)
{
	struct groups_member *other;
	uint32_t after = item;

	if (is_full(groups->members, groups->member_room))
		member_grow(groups);
	if (before != item) {
		other = member_find(groups, before);
		after = other->after;
		other->after = item;
		member_find(groups, after)->before = item;
	}
	*member_find(groups, item) = (struct groups_member){ item, before, after };
	groups->members++;
}

/* As first_remove(). */
static void member_remove(struct groups *groups, struct groups_member *member)
{
	struct groups_member *all = groups->member;
	size_t gap = (size_t)(member - all), slot = gap;

	groups->members--;
	for (;;) {
		all[gap].item = EMPTY;
		do {
			slot = (slot + 1) & (groups->member_room - 1);
			if (all[slot].item == EMPTY)
				return;
		} while (must_stay(gap, slot, home(all[slot].item, groups->member_room)));
		all[gap] = all[slot];
		gap = slot;
	}
}

/* Takes the member out of its ring; returns the item that came after it. */
static uint32_t member_leave(struct groups *groups, struct groups_member *member)
{
	uint32_t before = member->before, after = member->after;

	member_find(groups, before)->after = after;
	member_find(groups, after)->before = before;
	member_remove(groups, member);
	member = member_find(groups, after);
	if (member->after == after)
		member_remove(groups, member);
	return after;
}

/* --- both --- */

void groups_add(struct groups *groups, uint32_t item)
{
	size_t slot;
	uint32_t first;

	if (is_full(groups->used, groups->room))
		first_grow(groups);
	slot = first_find(groups, group_of(groups, item));
	first = groups->first[slot];
	if (first == EMPTY) {
		groups->first[slot] = item;
		groups->used++;
		return;
	}
	if (member_get(groups, first) == NULL)
		member_add(groups, first, first);
	member_add(groups, item, first);
}

void groups_remove(struct groups *groups, uint32_t item)
{
	size_t slot = first_find(groups, group_of(groups, item));
	struct groups_member *member = member_get(groups, item);
	uint32_t other;

	if (member == NULL) {
		first_remove(groups, slot);
		return;
	}
	other = member_leave(groups, member);
	if (groups->first[slot] == item)
		groups->first[slot] = other;
}

bool groups_next(const struct groups *groups, int group, size_t *position, uint32_t *item)
{
	const struct groups_member *member;
	uint32_t first, next;

	if (groups->room == 0 || (*position != 0 && groups->members == 0))
		return false;
	first = groups->first[first_find(groups, group)];
	if (first == EMPTY)
		return false;
	next = first;
	if (*position != 0) {
		member = member_get(groups, (uint32_t)(*position - 1));
		if (member == NULL || member->after == first)
			return false;
		next = member->after;
	}
	*position = (size_t)next + 1;
	*item = next;
	return true;
}

void groups_end(struct groups *groups)
{
	free(groups->first);
	free(groups->member);
	groups_start(groups, groups->group_of, groups->context);
}
