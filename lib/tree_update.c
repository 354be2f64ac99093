#include "tree_update.h"

#include "hot.h"
#include "memory.h"
#include "tree.h"
#include "tree_place.h"
#include "tree_roots.h"
#include "tree_walk.h"

/* So many folders are looked at before events are read again: each look makes some. */
#define LOOKS_MAX 1000

/* After a scan of everything, the next one waits so long, in milliseconds. */
#define RESCAN_PAUSE 1000

static size_t count_polled_directories(const struct tree *tree)
{
	size_t count = 0;

	for (folder_id id = 0; id < tree->folders.count; id++)
		for (int role = 0; role < FOLDER_ROLES; role++)
			count += tree_value(tree, id, (enum folder_role)role) == PLACE_POLLED &&
			         !(tree->folders.folder[id].flags & FOLDER_IS_FILE);
	return count;
}

/* Says once that the kernel has no room for all the watches. */
static void limit_tell(struct tree *tree)
{
	if (tree->is_limited && !tree->is_limit_told) {
		tree->is_limit_told = true;
		inotify_tell_limit(folders_count_watches(&tree->folders),
		                   count_polled_directories(tree), tree->options->poll_interval);
	}
}

static void plan_poll(struct tree *tree)
{
	bool any = tree->folders.unwatched > 0 || tree->is_incomplete ||
	           tree_roots_are_polled(tree);

	tree->poll_due = any ? clock_now() + tree->options->poll_interval : CLOCK_NEVER;
}

HOT void tree_update_settle(struct tree *tree)
{
	tree_walk_waiting(tree);
	if (tree->wants_scan)
		tree_update_later(tree);
	limit_tell(tree);
	if (tree->poll_due == CLOCK_NEVER)
		plan_poll(tree);
}

HOT void tree_update(struct tree *tree, folder_id id, enum depth depth)
{
	bool is_root = tree_is_root(tree, id);
	bool is_there = !(is_root && tree_awaits(tree_root_of(tree, id))) &&
	                tree_look(tree, id, depth);

	if (!is_there && is_root)
		tree_roots_check(tree, tree_root_of(tree, id));
	else if (!is_there)
		tree->kind->lose(tree, id);
	tree_update_settle(tree);
}

void tree_update_watch_lost(struct tree *tree, int watch)
{
	enum folder_role role;
	size_t position;
	folder_id id;

	while (position = 0, folders_next(&tree->folders, watch, &position, &id, &role)) {
		tree_place_drop(tree, id, role);
		if (tree_is_root(tree, id) && role == FOLDER_SELF)
			tree_roots_check(tree, tree_root_of(tree, id));
		else
			tree_update(tree, id, DEPTH_CHANGED);
		if (tree->gone != NULL)
			return;
	}
	tree_update_way(tree, watch);
	ways_forget(&tree->ways, watch);
}

/* Has the folder looked at soon, once. */
static void changed_add(struct tree *tree, folder_id id)
{
	struct folder *folder = tree_folder(tree, id);

	if (folder->flags & FOLDER_IS_CHANGED)
		return;
	folder->flags |= FOLDER_IS_CHANGED;
	tree->changed = memory_grow(tree->changed, &tree->changed_room, tree->changes + 1,
	                            sizeof *tree->changed);
	tree->changed[tree->changes++] = id;
}

void tree_update_way(struct tree *tree, int watch)
{
	size_t position = 0;
	folder_id folder;

	while (ways_next(&tree->ways, watch, &position, &folder))
		changed_add(tree, folder);
	for (size_t i = 0; i < tree->roots && tree->gone == NULL; i++) {
		struct folder *root = tree_folder(tree, tree->root[i].folder);

		if (root->flags & FOLDER_IS_CHANGED) {
			folder_mark(root, FOLDER_IS_CHANGED, false);
			tree_roots_check(tree, &tree->root[i]);
		}
	}
}

HOT void tree_update_name_came(struct tree *tree, int watch, const char *name)
{
	size_t position = 0;
	folder_id folder;

	if (!ways_has_any(&tree->awaited))
		return;
	while (ways_next(&tree->awaited, ways_number(watch, name), &position, &folder))
		if (tree->kind->put_off == NULL || !tree->kind->put_off(tree, folder))
			changed_add(tree, folder);
}

/*
 * A name that came on the way to a root that is there: it came after its way was
 * looked at, and before the root itself was.
 */
static void root_way_complete(struct tree *tree, folder_id id)
{
	struct tree_root *root = tree_is_root(tree, id) ? tree_root_of(tree, id) : NULL;

	if (root != NULL && !tree_awaits(root))
		tree_roots_check(tree, root);
}

HOT bool tree_update_changed(struct tree *tree)
{
	folder_id id;

	for (size_t looks = 0; looks < LOOKS_MAX && tree->changes > 0 && tree->gone == NULL;
	     looks++) {
		id = tree->changed[--tree->changes];
		if (!(tree_folder(tree, id)->flags & FOLDER_IS_CHANGED))
			continue;
		folder_mark(tree_folder(tree, id), FOLDER_IS_CHANGED, false);
		root_way_complete(tree, id);
		if (tree->gone == NULL)
			tree_update(tree, id, DEPTH_ALL);
	}
	tree_update_settle(tree);
	return tree->changes > 0 && tree->gone == NULL;
}

/* Looks at what lies where links lead to. */
static void look_behind_links(struct tree *tree)
{
	for (folder_id id = 0; id < tree->folders.count && tree->gone == NULL; id++)
		if (tree_folder(tree, id)->flags & FOLDER_IS_LINKED)
			tree_update(tree, id, DEPTH_ALL);
}

void tree_update_mounts(void *context)
{
	struct tree *tree = context;
	uint64_t below;

	if (!tree_roots_check_all(tree))
		return;
	below = tree_roots_mounts(tree);
	if (below == tree->mounts_below) {
		look_behind_links(tree);
	} else {
		tree->mounts_below = below;
		tree_roots_scan(tree);
		tree_report_unseen(tree);
	}
	tree_update_settle(tree);
}

void tree_update_later(struct tree *tree)
{
	clock_ms due = tree->rescan_end + RESCAN_PAUSE;

	if (tree->rescan_due == CLOCK_NEVER)
		tree->rescan_due = due > tree->now ? due : tree->now;
}

/* Looks at everything that is not watched. */
static void poll_all(struct tree *tree)
{
	bool any = tree->folders.unwatched > 0 || tree->is_incomplete;

	tree->is_limited = false;
	for (size_t i = 0; i < tree->roots; i++)
		if (tree_value(tree, tree->root[i].folder, FOLDER_SELF) < 0 ||
		    tree_awaits(&tree->root[i]))
			tree_roots_check(tree, &tree->root[i]);
	tree->is_incomplete = false;
	for (folder_id id = 0; id < tree->folders.count && any && tree->gone == NULL; id++) {
		const struct folder *folder = tree_folder(tree, id);

		if (folder->flags & FOLDER_IS_UNREAD)
			tree_update(tree, id, DEPTH_ALL);
		else if ((folder->flags & FOLDER_IS_USED) &&
		         folders_is_unwatched(&tree->folders, id))
			tree_update(tree, id, DEPTH_UNWATCHED);
	}
	limit_tell(tree);
	plan_poll(tree);
}

HOT void tree_update_tick(void *context, clock_ms now)
{
	struct tree *tree = context;

	if (now >= tree->rescan_due && tree->gone == NULL) {
		if (tree_roots_check_all(tree))
			tree_roots_scan(tree);
		/* What was not known to the tree may have changed until it was looked at. */
		tree_report_unseen(tree);
		tree_update_settle(tree);
	}
	if (now >= tree->poll_due && tree->gone == NULL)
		poll_all(tree);
}

HOT clock_ms tree_update_due(const void *context)
{
	const struct tree *tree = context;

	return clock_earlier(tree->rescan_due, tree->poll_due);
}
