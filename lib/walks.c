#include "walks.h"

#include <stdlib.h>

#include "hash.h"
#include "hot.h"
#include "memory.h"

HOT static struct folder *get(const struct walks *walks, folder_id id)
{
	return &walks->folders->folder[id];
}

static const struct stamp *stamp_of(const struct walks *walks, folder_id id)
{
	return &walks->stamps->stamp[folders_place(id, FOLDER_SELF)];
}

/* A directory as a number: its watch, or below 0 for what stat(2) said. */
static int directory_of(const void *context, uint32_t id)
{
	const struct walks *walks = context;
	const struct stamp *stamp;
	uint64_t hash;

	int watch = folders_value(walks->folders, id, FOLDER_SELF);

	if (watch > 0)
		return watch;
	stamp = stamp_of(walks, id);
	hash = hash_more(HASH_EMPTY, (const char *)&stamp->device, sizeof stamp->device);
	hash = hash_more(hash, (const char *)&stamp->inode, sizeof stamp->inode);
	return -1 - (int)(hash >> 34);
}

/* Whether both folders are the same directory. */
static bool is_same(const struct walks *walks, folder_id a, folder_id b)
{
	if (folders_value(walks->folders, a, FOLDER_SELF) > 0)
		return true; /* as their numbers are */
	return stamp_of(walks, a)->device == stamp_of(walks, b)->device &&
	       stamp_of(walks, a)->inode == stamp_of(walks, b)->inode;
}

void walks_start(struct walks *walks, struct folders *folders, const struct stamps *stamps)
{
	*walks = (struct walks){ .folders = folders, .stamps = stamps };
	groups_start(&walks->entered, directory_of, walks);
	groups_start(&walks->over, directory_of, walks);
}

void walks_end(struct walks *walks)
{
	groups_end(&walks->entered);
	groups_end(&walks->over);
	free(walks->waiting);
}

void walks_add(struct walks *walks, folder_id id)
{
	if (get(walks, id)->flags & FOLDER_IS_WAITING)
		return;
	get(walks, id)->flags |= FOLDER_IS_WAITING;
	walks->waiting = memory_grow(walks->waiting, &walks->room, walks->count + 1,
	                             sizeof *walks->waiting);
	walks->waiting[walks->count++] = id;
}

HOT bool walks_next(struct walks *walks, folder_id *id)
{
	while (walks->taken < walks->count) {
		*id = walks->waiting[walks->taken++];
		if (get(walks, *id)->flags & FOLDER_IS_WAITING) {
			folder_mark(get(walks, *id), FOLDER_IS_WAITING, false);
			return true;
		}
	}
	walks->taken = walks->count = 0;
	return false;
}

/* Puts the folder where it belongs: among those that are walked, or would be too many. */
static void set(struct walks *walks, folder_id id, unsigned flag)
{
	struct folder *folder = get(walks, id);

	if (folder->flags & flag)
		return;
	if (folder->flags & FOLDER_IS_ENTERED)
		groups_remove(&walks->entered, id);
	if (folder->flags & FOLDER_IS_OVER)
		groups_remove(&walks->over, id);
	folder->flags = (folder->flags & ~(unsigned)(FOLDER_IS_ENTERED | FOLDER_IS_OVER)) | flag;
	if (flag == FOLDER_IS_ENTERED)
		groups_add(&walks->entered, id);
	if (flag == FOLDER_IS_OVER)
		groups_add(&walks->over, id);
}

/* Counts the ways by which the folder's directory is walked; *linked is one by a link, if any. */
static size_t ways_of(const struct walks *walks, folder_id id, folder_id *linked)
{
	size_t position = 0, count = 0;
	folder_id other;

	*linked = FOLDER_NONE;
	while (groups_next(&walks->entered, directory_of(walks, id), &position, &other))
		if (is_same(walks, id, other)) {
			count++;
			if (get(walks, other)->flags & FOLDER_IS_BEYOND)
				*linked = other;
		}
	return count;
}

bool walks_enter(struct walks *walks, folder_id id, folder_id *refused)
{
	folder_id linked;

	*refused = FOLDER_NONE;
	if (get(walks, id)->flags & FOLDER_IS_ENTERED)
		return true;
	if (ways_of(walks, id, &linked) >= WALKS_MAX)
		*refused = get(walks, id)->flags & FOLDER_IS_BEYOND ? id : linked;
	if (*refused != FOLDER_NONE)
		set(walks, *refused, FOLDER_IS_OVER);
	if (*refused == id)
		return false;
	if (*refused != FOLDER_NONE)
		walks_add(walks, *refused);
	set(walks, id, FOLDER_IS_ENTERED);
	return true;
}

void walks_leave(struct walks *walks, folder_id id)
{
	bool was = (get(walks, id)->flags & FOLDER_IS_ENTERED) != 0;
	size_t position = 0;
	folder_id other;

	if (was)
		while (groups_next(&walks->over, directory_of(walks, id), &position, &other))
			walks_add(walks, other);
	set(walks, id, 0);
}
