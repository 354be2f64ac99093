#include "update.h"

#include "bursts.h"
#include "clock.h"
#include "echo.h"
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

static size_t count_polled_directories(const struct tree *tree)
{
	size_t count = 0;

	for (folder_id id = 0; id < tree->folders.count; id++)
		count += tree->folders.folder[id].watch[FOLDER_SELF] == PLACE_POLLED &&
		         !(tree->folders.folder[id].flags & FOLDER_IS_FILE);
	return count;
}

/* Says once that the kernel has no room for all the watches. */
static void limit_tell(struct tree *tree)
{
	if (tree->is_limited && !tree->is_limit_told) {
		tree->is_limit_told = true;
		inotify_tell_limit(tree->folders.by_watch.first.used,
		                   count_polled_directories(tree), tree->options->poll_interval);
	}
}

static void plan_poll(struct tree *tree)
{
	bool any = tree->folders.unwatched > 0 || tree->is_incomplete;

	tree->poll_due = any ? clock_now() + tree->options->poll_interval : CLOCK_NEVER;
}

void update_settle(struct tree *tree)
{
	look_at_waiting(tree);
	if (tree->has_second_name)
		update_later(tree, tree->now);
	limit_tell(tree);
	if (tree->poll_due == CLOCK_NEVER)
		plan_poll(tree);
}

static struct tree_root *root_of(struct tree *tree, folder_id id)
{
	return &tree->root[tree_is_inbox(tree, id) ? 1 : 0];
}

void update_folder(struct tree *tree, folder_id id, enum depth depth, bool is_changed)
{
	if (!look_at(tree, id, depth, is_changed)) {
		if (!tree_is_root(tree, id))
			entry_lose(tree, id);
		else if (!tree_is_inbox(tree, id))
			roots_check(tree, root_of(tree, id));
	}
	update_settle(tree);
}

void update_watch_lost(struct tree *tree, int watch)
{
	enum folder_role role;
	size_t position;
	folder_id id;

	while (position = 0, folders_next(&tree->folders, watch, &position, &id, &role)) {
		place_drop(tree, id);
		if (tree_is_root(tree, id))
			roots_check(tree, root_of(tree, id));
		else
			update_folder(tree, id, DEPTH_PLACES, true);
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

	while (ways_next(&tree->awaited, ways_number(watch, name), &position, &folder))
		if (tree_is_inbox(tree, folder))
			bursts_appear(&tree->bursts, folder, tree->now);
		else
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
		update_folder(tree, id, DEPTH_ALL, false);
	}
	update_settle(tree);
	return tree->changes > 0 && tree->gone == NULL;
}

/* Looks at what lies where links lead to. */
static void look_behind_links(struct tree *tree)
{
	for (folder_id id = 0; id < tree->folders.count && tree->gone == NULL; id++)
		if (tree_folder(tree, id)->flags & FOLDER_IS_LINKED)
			update_folder(tree, id, DEPTH_ALL, false);
}

void update_mounts(void *context)
{
	struct tree *tree = context;
	uint64_t below;

	entry_set_time(tree, clock_now());
	if (!roots_check_all(tree))
		return;
	below = roots_mounts(tree);
	if (below == tree->mounts_below) {
		look_behind_links(tree);
		return;
	}
	tree->mounts_below = below;
	roots_scan(tree);
	echo_forget_all(&tree->echo);
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
		if (tree_folder(tree, tree->root[i].folder)->watch[FOLDER_SELF] < 0)
			roots_check(tree, &tree->root[i]);
	tree->is_incomplete = false;
	for (folder_id id = 0; id < tree->folders.count && any && tree->gone == NULL; id++) {
		const struct folder *folder = tree_folder(tree, id);

		if (folder->flags & FOLDER_IS_UNREAD)
			update_folder(tree, id, DEPTH_ALL, false);
		else if ((folder->flags & FOLDER_IS_USED) &&
		         folders_is_unwatched(&tree->folders, id))
			update_folder(tree, id, DEPTH_UNWATCHED, false);
	}
	limit_tell(tree);
	plan_poll(tree);
}

/* A change is complete, or a new name counts; a bursts_take. */
static void burst_over(void *context, uint32_t file)
{
	struct tree *tree = context;

	if (tree->gone == NULL)
		update_folder(tree, file, DEPTH_PLACES, true);
}

void update_tick(void *context, clock_ms now)
{
	struct tree *tree = context;

	entry_set_time(tree, now);
	if (now >= tree->rescan_due && tree->gone == NULL) {
		if (roots_check_all(tree))
			roots_scan(tree);
		/* What was not known to the tree may have changed until it was looked at. */
		echo_forget_all(&tree->echo);
		report_all(tree->report);
		update_settle(tree);
	}
	if (now >= tree->poll_due && tree->gone == NULL)
		poll_all(tree);
	bursts_expire(&tree->bursts, now, burst_over, tree);
}

clock_ms update_due(const void *context)
{
	const struct tree *tree = context;

	return clock_earlier(bursts_due(&tree->bursts),
	                     clock_earlier(tree->rescan_due, tree->poll_due));
}
