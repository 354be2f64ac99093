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
#include "folder.h"
#include "memory.h"
#include "message.h"
#include "notify.h"
#include "place.h"
#include "roots.h"

/* Says what a kernel without room for the watches would have to be given. */
static void limit_tell(struct tree *tree)
{
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
	while (wanted < limit + tree->polled || wanted < (tree->watches.used + tree->polled) * 2)
		wanted *= 2;
	message_error("the kernel's limit of watches is reached: %zu of %zu directories are polled "
	              "every %g s (--poll); to have all watched: sysctl "
	              "fs.inotify.max_user_watches=%lu", tree->polled,
	              tree->watches.used + tree->polled,
	              (double)tree->options->poll_interval / 1000, wanted);
}

static void notify_start(struct tree *tree)
{
	tree->notify = -1;
	if (tree->options->poll_only)
		return;
	tree->notify = notify_open();
	if (tree->notify == -1)
		message_error("inotify: %s; everything is polled every %g s (--poll)%s",
		              strerror(errno), (double)tree->options->poll_interval / 1000,
		              errno == EMFILE ? "; to have it watched: sysctl "
		              "fs.inotify.max_user_instances=1024" : "");
}

static void plan_poll(struct tree *tree)
{
	bool any = tree->unwatched > 0 || tree->is_incomplete;

	tree->poll_due = any ? clock_now() + tree->options->poll_interval : CLOCK_NEVER;
}

bool tree_start(struct tree *tree, const struct options *options, struct report *report)
{
	*tree = (struct tree){ .options = options, .report = report, .is_starting = true,
	                       .rescan_due = CLOCK_NEVER };
	folders_start(&tree->folders);
	watches_start(&tree->watches, place_watch_of, &tree->folders);
	notify_start(tree);
	tree->mounts = filesystem_mounts_open();
	if (!roots_start(tree))
		return false;
	tree->mounts_below = roots_mounts(tree);
	roots_scan(tree);
	tree->is_starting = false;
	malloc_trim(0); /* what the tables left behind as they grew */
	limit_tell(tree);
	plan_poll(tree);
	return true;
}

void tree_end(struct tree *tree)
{
	roots_end(tree);
	folders_end(&tree->folders);
	watches_end(&tree->watches);
	links_end(&tree->links);
	free(tree->stamp);
	if (tree->notify != -1)
		close(tree->notify);
	if (tree->mounts != -1)
		close(tree->mounts);
}

/* Polls from now on, if that has become necessary, and says why. */
static void settle(struct tree *tree)
{
	limit_tell(tree);
	if (tree->poll_due == CLOCK_NEVER)
		plan_poll(tree);
}

void tree_look(struct tree *tree, folder_id id, enum tree_depth depth)
{
	if (!folder_look(tree, id, depth)) {
		if (entry_is_root(tree, id))
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
	return (entry_get(tree, child)->flags & FOLDER_IS_WALKED) ||
	       ((mask & IN_MOVED_TO) && !(entry_get(tree, child)->flags & FOLDER_IS_MAILBOX));
}

void tree_look_at_child(struct tree *tree, folder_id parent, const char *name, uint32_t mask)
{
	folder_id child = folders_find(&tree->folders, parent, name);
	bool is_replaced = child != FOLDER_NONE && (entry_get(tree, child)->flags & FOLDER_IS_LINKED);

	if (child != FOLDER_NONE && (mask & (IN_DELETE | IN_MOVED_FROM))) {
		entry_lose(tree, child);
		child = FOLDER_NONE;
	}
	if (child == FOLDER_NONE)
		child = entry_add(tree, parent, name);
	if (child != FOLDER_NONE)
		tree_look(tree, child, TREE_DEEP);
	if (is_replaced || is_past_finding(tree, parent, name, mask))
		report_all(tree->report);
}

void tree_watch_lost(struct tree *tree, int watch)
{
	size_t position;
	uint32_t place;
	folder_id id;

	while (position = 0, watches_next(&tree->watches, watch, &position, &place)) {
		id = place_folder(place);
		place_drop(tree, id, place_role(place));
		if (entry_is_root(tree, id) && place_role(place) == FOLDER_SELF)
			roots_check(tree, entry_root(tree, id));
		else
			tree_look(tree, id, TREE_PLACES);
		if (tree->gone != NULL)
			return;
	}
	tree_way_changed(tree, watch);
	links_forget(&tree->links, watch);
}

void tree_way_changed(struct tree *tree, int watch)
{
	folder_id *changed = NULL;
	size_t count = 0, room = 0, i;

	for (i = 0; i < tree->links.count; i++)
		if (tree->links.link[i].watch == watch) {
			changed = memory_grow(changed, &room, count + 1, sizeof *changed);
			changed[count++] = tree->links.link[i].folder;
		}
	for (i = 0; i < count && tree->gone == NULL; i++) {
		if (!(entry_get(tree, changed[i])->flags & FOLDER_IS_USED))
			continue;
		if (entry_is_root(tree, changed[i]))
			roots_check(tree, entry_root(tree, changed[i]));
		else
			tree_look(tree, changed[i], TREE_DEEP);
	}
	free(changed);
}

/* Looks at what lies where links lead to. */
static void look_behind_links(struct tree *tree)
{
	folder_id id;

	for (id = 0; id < tree->folders.count && tree->gone == NULL; id++)
		if (entry_get(tree, id)->flags & FOLDER_IS_LINKED)
			tree_look(tree, id, TREE_DEEP);
}

void tree_mounts_changed(struct tree *tree)
{
	unsigned long below;

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
	folder_id id;
	size_t i;

	tree->is_limited = false;
	for (i = 0; i < tree->roots; i++)
		if (entry_get(tree, tree->root[i].folder)->watch[FOLDER_SELF] < 0)
			roots_check(tree, &tree->root[i]);
	if (tree->is_incomplete && tree->gone == NULL) {
		tree->is_incomplete = false;
		roots_look(tree);
	}
	for (id = 0; id < tree->folders.count && tree->unwatched > 0 && tree->gone == NULL; id++) {
		const struct folder *folder = entry_get(tree, id);

		if ((folder->flags & FOLDER_IS_USED) &&
		    (folder->watch[FOLDER_SELF] < 0 || folder->watch[FOLDER_NEW] < 0 ||
		     folder->watch[FOLDER_CUR] < 0))
			tree_look(tree, id, TREE_UNWATCHED);
	}
	limit_tell(tree);
	plan_poll(tree);
}

void tree_tick(struct tree *tree, clock_ms now)
{
	if (now >= tree->rescan_due && tree->gone == NULL) {
		roots_look(tree);
		/* What was not known to the tree may have changed until it was looked at. */
		report_all(tree->report);
		settle(tree);
	}
	if (now >= tree->poll_due && tree->gone == NULL)
		poll_all(tree);
}

clock_ms tree_due(const struct tree *tree)
{
	return tree->rescan_due < tree->poll_due ? tree->rescan_due : tree->poll_due;
}
