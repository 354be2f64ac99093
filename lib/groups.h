/*
 * Items in groups: from a number to the items that have it.
 *
 * The kernel has one watch for a directory however many paths lead to it, so
 * a watch has a list of places; a file system's root may be on the way of a
 * thousand links.  An item is a number that the caller makes up; the group
 * that it is in is for the caller to know, which keeps this table at four
 * bytes an item.  Only items that share their group cost more.  All but the
 * steps through a group takes the same time however many there are.
 */
#ifndef LIB_GROUPS_H
#define LIB_GROUPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The group of an item. */
typedef int groups_group_of(const void *context, uint32_t item);

/* Open addressing by an entry's first number, an item or UINT32_MAX. */
struct groups_table {
	uint32_t *entry;
	unsigned width;         /* of an entry, in numbers */
	size_t room, used;      /* in entries; room is a power of two or 0 */
};

struct groups {
	struct groups_table first; /* one item of each group */
	struct groups_table members; /* items in company, with those before and after: a ring */
	groups_group_of *group_of;
	const void *context;
};

/* Starts an empty table. */
void groups_start(struct groups *groups, groups_group_of *group_of, const void *context);

/* Adds an item, whose group is known already. */
void groups_add(struct groups *groups, uint32_t item);

/* Removes an item, whose group is still known. */
void groups_remove(struct groups *groups, uint32_t item);

/*
 * Steps through the items of a group: start with *position at 0; false when
 * there are no more.  The table must not change meanwhile.
 */
bool groups_next(const struct groups *groups, int group, size_t *position, uint32_t *item);

/* Frees the table. */
void groups_end(struct groups *groups);

#endif
