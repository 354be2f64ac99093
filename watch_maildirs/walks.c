#include "walks.h"

#include <stdlib.h>

#include "entry.h"
#include "hash.h"
#include "memory.h"
#include "message.h"

static const struct poll_stamp *stamp_of(const struct tree *tree, folder_id id)
{
	return &tree->stamp[(size_t)id * FOLDER_ROLES + FOLDER_SELF];
}

/* A directory as a number: its watch, or below 0 for what stat(2) said. */
static int directory_of(const void *context, uint32_t id)
{
	const struct tree *tree = context;
	const struct poll_stamp *stamp;
	uint64_t hash;

	if (tree->folders.folder[id].watch[FOLDER_SELF] > 0)
		return tree->folders.folder[id].watch[FOLDER_SELF];
	stamp = stamp_of(tree, id);
	hash = hash_more(HASH_EMPTY, (const char *)&stamp->device, sizeof stamp->device);
	hash = hash_more(hash, (const char *)&stamp->inode, sizeof stamp->inode);
	return -1 - (int)(hash >> 34);
}

/* Whether both folders are the same directory. */
static bool is_same(const struct tree *tree, folder_id a, folder_id b)
{
	if (tree->folders.folder[a].watch[FOLDER_SELF] > 0)
		return true; /* as their numbers are */
	return stamp_of(tree, a)->device == stamp_of(tree, b)->device &&
	       stamp_of(tree, a)->inode == stamp_of(tree, b)->inode;
}

void walks_start(struct tree *tree)
{
	groups_start(&tree->walks.entered, directory_of, tree);
	groups_start(&tree->walks.over, directory_of, tree);
}

void walks_end(struct tree *tree)
{
	groups_end(&tree->walks.entered);
	groups_end(&tree->walks.over);
	free(tree->walks.waiting);
}

void walks_add(struct tree *tree, folder_id id)
{
	struct walks *walks = &tree->walks;

	if (entry_get(tree, id)->flags & FOLDER_IS_WAITING)
		return;
	entry_get(tree, id)->flags |= FOLDER_IS_WAITING;
	walks->waiting = memory_grow(walks->waiting, &walks->room, walks->count + 1,
	                             sizeof *walks->waiting);
	walks->waiting[walks->count++] = id;
}

bool walks_next(struct tree *tree, folder_id *id)
{
	struct walks *walks = &tree->walks;

	while (walks->taken < walks->count) {
		*id = walks->waiting[walks->taken++];
		if (entry_get(tree, *id)->flags & FOLDER_IS_WAITING) {
			entry_get(tree, *id)->flags &= ~(unsigned)FOLDER_IS_WAITING;
			return true;
		}
	}
	walks->taken = walks->count = 0;
	return false;
}

/* Puts the folder where it belongs: among those that are walked, or would be too many. */
static void set(struct tree *tree, folder_id id, unsigned flag)
{
	struct folder *folder = entry_get(tree, id);

	if (folder->flags & flag)
		return;
	if (folder->flags & FOLDER_IS_ENTERED)
		groups_remove(&tree->walks.entered, id);
	if (folder->flags & FOLDER_IS_OVER)
		groups_remove(&tree->walks.over, id);
	folder->flags &= ~(unsigned)(FOLDER_IS_ENTERED | FOLDER_IS_OVER);
	folder->flags |= flag;
	if (flag == FOLDER_IS_ENTERED)
		groups_add(&tree->walks.entered, id);
	if (flag == FOLDER_IS_OVER)
		groups_add(&tree->walks.over, id);
}

/* Counts the ways by which the folder's directory is walked; *linked is one by a link, if any. */
static size_t ways_of(struct tree *tree, folder_id id, folder_id *linked)
{
	size_t position = 0, count = 0;
	folder_id other;

	*linked = FOLDER_NONE;
	while (groups_next(&tree->walks.entered, directory_of(tree, id), &position, &other))
		if (is_same(tree, id, other)) {
			count++;
			if (entry_get(tree, other)->flags & FOLDER_IS_BEYOND)
				*linked = other;
		}
	return count;
}

static void refuse(struct tree *tree, folder_id id)
{
	if (!tree->walks.is_told)
		message_error("%s: links lead to this directory by more than %d ways; what lies below it "
		              "is told by %d of them only", entry_shown(tree, id), WALKS_MAX, WALKS_MAX);
	tree->walks.is_told = true;
	set(tree, id, FOLDER_IS_OVER);
}

bool walks_enter(struct tree *tree, folder_id id)
{
	folder_id linked;

	if (entry_get(tree, id)->flags & FOLDER_IS_ENTERED)
		return true;
	if (ways_of(tree, id, &linked) >= WALKS_MAX) {
		if (entry_get(tree, id)->flags & FOLDER_IS_BEYOND) {
			refuse(tree, id);
			return false;
		}
		if (linked != FOLDER_NONE) {
			refuse(tree, linked);
			walks_add(tree, linked);
		}
	}
	set(tree, id, FOLDER_IS_ENTERED);
	return true;
}

void walks_leave(struct tree *tree, folder_id id)
{
	bool was = (entry_get(tree, id)->flags & FOLDER_IS_ENTERED) != 0;
	size_t position = 0;
	folder_id other;

	if (was)
		while (groups_next(&tree->walks.over, directory_of(tree, id), &position, &other))
			walks_add(tree, other);
	set(tree, id, 0);
}
