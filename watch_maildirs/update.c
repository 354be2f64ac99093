#include "update.h"

#include <sys/inotify.h>

#include "clock.h"
#include "entry.h"
#include "folders.h"
#include "inotify.h"
#include "look.h"
#include "memory.h"
#include "options.h"
#include "place.h"
#include "report.h"
#include "roots.h"
#include "state.h"
#include "ways.h"

/* So many folders are looked at before events are read again: each look makes some. */
#define LOOKS_MAX 1000

/* After a scan of everything, the next one waits so long, in milliseconds. */
#define RESCAN_PAUSE 1000

/* Says once that the kernel has no room for all the watches. */
static void limit_tell(struct tree *tree)
{
	if (tree->is_limited && !tree->is_limit_told) {
		tree->is_limit_told = true;
		inotify_tell_limit(tree->folders.by_watch.first.used, tree->folders.polled,
		                   tree->options->poll_interval);
	}
}

static void plan_poll(struct tree *tree)
{
	bool any = tree->folders.unwatched > 0 || tree->is_incomplete || roots_are_polled(tree);

	tree->poll_due = any ? clock_now() + tree->options->poll_interval : CLOCK_NEVER;
}

void update_settle(struct tree *tree)
{
	look_at_waiting(tree);
	limit_tell(tree);
	if (tree->poll_due == CLOCK_NEVER)
		plan_poll(tree);
}

void update_folder(struct tree *tree, folder_id id, enum depth depth)
{
	bool is_root = tree_is_root(tree, id);
	bool is_there = !(is_root && tree_awaits(entry_root(tree, id))) && look_at(tree, id, depth);

	if (!is_there && is_root)
		roots_check(tree, entry_root(tree, id));
	else if (!is_there)
		entry_lose(tree, id);
	update_settle(tree);
}

/*
 * Whether an event tells of more than a look can find: a directory that has
 * gone may have been a mailbox since the last look, one that has come may have
 * held or been one until its watch was set.
 */
static bool is_past_finding(struct tree *tree, folder_id parent, const char *name, uint32_t mask)
{
	folder_id child;

	if (!(mask & IN_ISDIR) || entry_flags(tree, parent, name) == 0)
		return false;
	if (mask & (IN_DELETE | IN_MOVED_FROM))
		return true;
	child = folders_find(&tree->folders, parent, name);
	return child != FOLDER_NONE &&
	       ((tree_folder(tree, child)->flags & FOLDER_IS_WALKED) ||
	        ((mask & IN_MOVED_TO) && !(tree_folder(tree, child)->flags & FOLDER_IS_MAILBOX)));
}

void update_child(struct tree *tree, folder_id parent, const char *name, uint32_t mask)
{
	folder_id child = folders_find(&tree->folders, parent, name);
	bool is_replaced = child != FOLDER_NONE &&
	                   (tree_folder(tree, child)->flags & FOLDER_IS_LINKED);

	if (child != FOLDER_NONE && (mask & (IN_DELETE | IN_MOVED_FROM))) {
		entry_lose(tree, child);
		child = FOLDER_NONE;
	}
	if (child == FOLDER_NONE)
		child = entry_add(tree, parent, name);
	if (child != FOLDER_NONE)
		update_folder(tree, child, DEPTH_ALL);
	if (is_replaced || is_past_finding(tree, parent, name, mask))
		report_all(tree->report);
}

void update_watch_lost(struct tree *tree, int watch)
{
	enum folder_role role;
	size_t position;
	folder_id id;

	while (position = 0, folders_next(&tree->folders, watch, &position, &id, &role)) {
		place_drop(tree, id, role);
		if (tree_is_root(tree, id) && role == FOLDER_SELF)
			roots_check(tree, entry_root(tree, id));
		else
			update_folder(tree, id, DEPTH_PLACES);
		if (tree->gone != NULL)
			return;
	}
	update_way(tree, watch);
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

void update_way(struct tree *tree, int watch)
{
	size_t position = 0;
	folder_id folder;

	while (ways_next(&tree->ways, watch, &position, &folder))
		changed_add(tree, folder);
	for (size_t i = 0; i < tree->roots && tree->gone == NULL; i++) {
		struct folder *root = tree_folder(tree, tree->root[i].folder);

		if (root->flags & FOLDER_IS_CHANGED) {
			folder_mark(root, FOLDER_IS_CHANGED, false);
			roots_check(tree, &tree->root[i]);
		}
	}
}

void update_name_came(struct tree *tree, int watch, const char *name)
{
	size_t position = 0;
	folder_id folder;

	if (tree->folders.dangling == 0 && !tree_awaits(&tree->root[tree->roots - 1]))
		return;
	while (ways_next(&tree->awaited, ways_number(watch, name), &position, &folder))
		changed_add(tree, folder);
}

bool update_changed(struct tree *tree)
{
	folder_id id;

	for (size_t looks = 0; looks < LOOKS_MAX && tree->changes > 0 && tree->gone == NULL;
	     looks++) {
		id = tree->changed[--tree->changes];
		if (!(tree_folder(tree, id)->flags & FOLDER_IS_CHANGED))
			continue;
		folder_mark(tree_folder(tree, id), FOLDER_IS_CHANGED, false);
		update_folder(tree, id, DEPTH_ALL);
	}
	update_settle(tree);
	return tree->changes > 0 && tree->gone == NULL;
}

/* Looks at what lies where links lead to. */
static void look_behind_links(struct tree *tree)
{
	for (folder_id id = 0; id < tree->folders.count && tree->gone == NULL; id++)
		if (tree_folder(tree, id)->flags & FOLDER_IS_LINKED)
			update_folder(tree, id, DEPTH_ALL);
}

void update_mounts(void *context)
{
	struct tree *tree = context;
	uint64_t below;

	if (!roots_check_all(tree))
		return;
	below = roots_mounts(tree);
	if (below == tree->mounts_below) {
		look_behind_links(tree);
		update_settle(tree);
		return;
	}
	tree->mounts_below = below;
	roots_scan(tree);
	report_all(tree->report);
	update_settle(tree);
}

void update_later(struct tree *tree, clock_ms now)
{
	clock_ms due = tree->rescan_end + RESCAN_PAUSE;

	if (tree->rescan_due == CLOCK_NEVER)
		tree->rescan_due = due > now ? due : now;
}

/* Looks at everything that is not watched. */
static void poll_all(struct tree *tree)
{
	bool any = tree->folders.unwatched > 0 || tree->is_incomplete;

	tree->is_limited = false;
	for (size_t i = 0; i < tree->roots; i++)
		if (tree_folder(tree, tree->root[i].folder)->watch[FOLDER_SELF] < 0 ||
		    tree_awaits(&tree->root[i]))
			roots_check(tree, &tree->root[i]);
	tree->is_incomplete = false;
	for (folder_id id = 0; id < tree->folders.count && any && tree->gone == NULL; id++) {
		const struct folder *folder = tree_folder(tree, id);

		if (folder->flags & FOLDER_IS_UNREAD)
			update_folder(tree, id, DEPTH_ALL);
		else if ((folder->flags & FOLDER_IS_USED) &&
		         folders_is_unwatched(&tree->folders, id))
			update_folder(tree, id, DEPTH_UNWATCHED);
	}
	limit_tell(tree);
	plan_poll(tree);
}

void update_tick(void *context, clock_ms now)
{
	struct tree *tree = context;

	if (now >= tree->rescan_due && tree->gone == NULL) {
		if (roots_check_all(tree))
			roots_scan(tree);
		/* What was not known to the tree may have changed until it was looked at. */
		report_all(tree->report);
		update_settle(tree);
	}
	if (now >= tree->poll_due && tree->gone == NULL)
		poll_all(tree);
}

clock_ms update_due(const void *context)
{
	const struct tree *tree = context;

	return clock_earlier(tree->rescan_due, tree->poll_due);
}
