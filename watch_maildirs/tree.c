#include "tree.h"

#include <errno.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "entry.h"
#include "filesystem.h"
#include "folders.h"
#include "follow.h"
#include "inotify.h"
#include "look.h"
#include "memory.h"
#include "message.h"
#include "options.h"
#include "place.h"
#include "report.h"
#include "roots.h"
#include "state.h"
#include "walks.h"
#include "ways.h"

/* So many folders are looked at before events are read again: each look makes some. */
#define LOOKS_MAX 1000

/* Says what a kernel without room for the watches would have to be given. */
static void limit_tell(struct tree *tree)
{
	const struct folders *folders = &tree->folders;
	size_t all = folders->by_watch.used + folders->polled;
	unsigned long limit = 0, wanted = 8192;
	FILE *file;

	if (!tree->is_limited || tree->is_limit_told)
		return;
	tree->is_limit_told = true;
	file = fopen("/proc/sys/fs/inotify/max_user_watches", "re");
	if (file != NULL) {
		if (fscanf(file, "%lu", &limit) != 1)
			limit = 0;
		fclose(file);
	}
	while (wanted < limit + folders->polled || wanted < all * 2)
		wanted *= 2;
	message_error("the kernel's limit of watches is reached: %zu of %zu directories are polled "
	              "every %g s (--poll); to have all watched: sysctl "
	              "fs.inotify.max_user_watches=%lu", folders->polled, all,
	              (double)tree->options->poll_interval / 1000, wanted);
}

static void inotify_start(struct tree *tree)
{
	tree->inotify = -1;
	if (tree->options->poll_only)
		return;
	tree->inotify = inotify_open();
	if (tree->inotify == -1)
		message_error("inotify: %s; everything is polled every %g s (--poll)%s",
		              strerror(errno), (double)tree->options->poll_interval / 1000,
		              errno == EMFILE ? "; to have it watched: sysctl "
		              "fs.inotify.max_user_instances=1024" : "");
}

static void plan_poll(struct tree *tree)
{
	bool any = tree->folders.unwatched > 0 || tree->is_incomplete;

	tree->poll_due = any ? clock_now() + tree->options->poll_interval : CLOCK_NEVER;
}

/* Says so when there is no mailbox: what is watched is likely not what was meant. */
static void mailboxes_tell(const struct tree *tree)
{

	for (folder_id id = 0; id < tree->folders.count; id++)
		if (tree->folders.folder[id].flags & FOLDER_IS_MAILBOX)
			return;
	message_error("%s: no mailbox found, which is a directory with cur/ and new/ (see --maildir, "
	              "--layout, --exclude); waiting for one", tree->options->base);
}

struct tree *tree_start(const struct options *options, struct report *report)
{
	struct tree *tree = memory_new(1, sizeof *tree);

	tree->options = options;
	tree->report = report;
	tree->is_starting = true;
	tree->rescan_due = CLOCK_NEVER;
	folders_start(&tree->folders);
	ways_start(&tree->ways);
	walks_start(&tree->walks, &tree->folders, &tree->stamps);
	inotify_start(tree);
	tree->follow = (struct follow){ .ways = &tree->ways, .inotify = tree->inotify,
	                                .is_inside = roots_is_inside, .context = tree };
	tree->mounts = filesystem_mounts_open();
	if (!roots_start(tree)) {
		tree_end(tree);
		return NULL;
	}
	tree->mounts_below = roots_mounts(tree);
	roots_scan(tree);
	tree->is_starting = false;
	mailboxes_tell(tree);
	malloc_trim(0); /* what the tables left behind as they grew */
	limit_tell(tree);
	plan_poll(tree);
	return tree;
}

void tree_end(struct tree *tree)
{
	if (tree == NULL)
		return;
	roots_end(tree);
	folders_end(&tree->folders);
	ways_end(&tree->ways);
	walks_end(&tree->walks);
	free(tree->stamps.stamp);
	free(tree->changed);
	if (tree->inotify != -1)
		close(tree->inotify);
	if (tree->mounts != -1)
		close(tree->mounts);
	free(tree);
}

int tree_inotify(const struct tree *tree)
{
	return tree->inotify;
}

int tree_mounts(const struct tree *tree)
{
	return tree->mounts;
}

const struct folders *tree_folders(const struct tree *tree)
{
	return &tree->folders;
}

const char *tree_name(void *tree, folder_id mailbox)
{
	return entry_name(tree, mailbox);
}

const char *tree_gone(const void *context)
{
	const struct tree *tree = context;

	return tree->gone != NULL ? tree->folders.folder[tree->gone->folder].name : NULL;
}

/* Walks what may be walked now; polls from now on, if that has become necessary, and says why. */
static void settle(struct tree *tree)
{
	look_at_waiting(tree);
	limit_tell(tree);
	if (tree->poll_due == CLOCK_NEVER)
		plan_poll(tree);
}

void tree_look(struct tree *tree, folder_id id, enum depth depth)
{
	if (!look_at(tree, id, depth)) {
		if (tree_is_root(tree, id))
			roots_check(tree, entry_root(tree, id));
		else
			entry_lose(tree, id);
	}
	settle(tree);
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
	if (child == FOLDER_NONE)
		return false;
	return (tree_folder(tree, child)->flags & FOLDER_IS_WALKED) ||
	       ((mask & IN_MOVED_TO) && !(tree_folder(tree, child)->flags & FOLDER_IS_MAILBOX));
}

void tree_look_at_child(struct tree *tree, folder_id parent, const char *name, uint32_t mask)
{
	folder_id child = folders_find(&tree->folders, parent, name);
	bool is_replaced = child != FOLDER_NONE && (tree_folder(tree, child)->flags & FOLDER_IS_LINKED);

	if (child != FOLDER_NONE && (mask & (IN_DELETE | IN_MOVED_FROM))) {
		entry_lose(tree, child);
		child = FOLDER_NONE;
	}
	if (child == FOLDER_NONE)
		child = entry_add(tree, parent, name);
	if (child != FOLDER_NONE)
		tree_look(tree, child, DEPTH_ALL);
	if (is_replaced || is_past_finding(tree, parent, name, mask))
		report_all(tree->report);
}

void tree_watch_lost(struct tree *tree, int watch)
{
	enum folder_role role;
	size_t position;
	folder_id id;

	while (position = 0, folders_next(&tree->folders, watch, &position, &id, &role)) {
		place_drop(tree, id, role);
		if (tree_is_root(tree, id) && role == FOLDER_SELF)
			roots_check(tree, entry_root(tree, id));
		else
			tree_look(tree, id, DEPTH_PLACES);
		if (tree->gone != NULL)
			return;
	}
	tree_way_changed(tree, watch);
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

void tree_way_changed(struct tree *tree, int watch)
{
	size_t position = 0;
	folder_id folder;

	while (ways_next(&tree->ways, watch, &position, &folder))
		changed_add(tree, folder);
	for (size_t i = 0; i < tree->roots && tree->gone == NULL; i++)
		if (tree_folder(tree, tree->root[i].folder)->flags & FOLDER_IS_CHANGED) {
			tree_folder(tree, tree->root[i].folder)->flags &= ~(unsigned)FOLDER_IS_CHANGED;
			roots_check(tree, &tree->root[i]);
		}
}

void tree_name_came(struct tree *tree, int watch, const char *name)
{
	size_t position = 0;
	folder_id folder;

	if (tree->folders.dangling == 0)
		return;
	while (ways_next_awaiting(&tree->ways, watch, name, &position, &folder))
		changed_add(tree, folder);
}

bool tree_look_changed(struct tree *tree)
{
	folder_id id;

	for (size_t looks = 0; looks < LOOKS_MAX && tree->changes > 0 && tree->gone == NULL; looks++) {
		id = tree->changed[--tree->changes];
		if (!(tree_folder(tree, id)->flags & FOLDER_IS_CHANGED))
			continue;
		folder_mark(tree_folder(tree, id), FOLDER_IS_CHANGED, false);
		tree_look(tree, id, DEPTH_ALL);
	}
	settle(tree);
	return tree->changes > 0 && tree->gone == NULL;
}

/* Looks at what lies where links lead to. */
static void look_behind_links(struct tree *tree)
{

	for (folder_id id = 0; id < tree->folders.count && tree->gone == NULL; id++)
		if (tree_folder(tree, id)->flags & FOLDER_IS_LINKED)
			tree_look(tree, id, DEPTH_ALL);
}

void tree_mounts_changed(void *context)
{
	struct tree *tree = context;
	uint64_t below;

	if (!roots_check_all(tree))
		return;
	below = roots_mounts(tree);
	if (below == tree->mounts_below) {
		look_behind_links(tree);
		return;
	}
	tree->mounts_below = below;
	roots_scan(tree);
	report_all(tree->report);
	settle(tree);
}

void tree_rescan_later(struct tree *tree, clock_ms now)
{
	clock_ms due = tree->rescan_end + TREE_RESCAN_PAUSE;

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
			tree_look(tree, id, DEPTH_ALL);
		else if ((folder->flags & FOLDER_IS_USED) &&
		         folders_is_unwatched(&tree->folders, id))
			tree_look(tree, id, DEPTH_UNWATCHED);
	}
	limit_tell(tree);
	plan_poll(tree);
}

void tree_tick(void *context, clock_ms now)
{
	struct tree *tree = context;

	if (now >= tree->rescan_due && tree->gone == NULL) {
		roots_look(tree);
		/* What was not known to the tree may have changed until it was looked at. */
		report_all(tree->report);
		settle(tree);
	}
	if (now >= tree->poll_due && tree->gone == NULL)
		poll_all(tree);
}

clock_ms tree_due(const void *context)
{
	const struct tree *tree = context;

	return clock_earlier(tree->rescan_due, tree->poll_due);
}
