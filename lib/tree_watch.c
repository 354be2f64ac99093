#include "tree_watch.h"

#include <malloc.h>
#include <stdlib.h>
#include <unistd.h>

#include "fallback.h"
#include "filesystem.h"
#include "hot.h"
#include "tree.h"
#include "tree_roots.h"
#include "tree_update.h"

static void tables_start(struct tree *tree)
{
	tree->poll_due = tree->rescan_due = CLOCK_NEVER;
	folders_start(&tree->folders);
	ways_start(&tree->ways);
	ways_start(&tree->awaited);
	walks_start(&tree->walks, &tree->folders, &tree->stamps);
	tree->follow = (struct follow){
		.ways = &tree->ways, .awaited = &tree->awaited, .inotify = tree->inotify,
		.is_inside = tree_roots_is_inside, .context = tree,
	};
}

static bool has_mailbox(const struct tree *tree)
{
	for (folder_id id = 0; id < tree->folders.count; id++)
		if (tree->folders.folder[id].flags & FOLDER_IS_MAILBOX)
			return true;
	return false;
}

/* False, with a message, when a root can't be watched. */
static bool start(struct tree *tree)
{
	tree->is_starting = true;
	tree->inotify = tree->options->poll_only ? -1 : inotify_start(tree->options->poll_interval);
	tree->mounts = filesystem_mounts_open();
	tables_start(tree);
	if (!tree->kind->roots_add(tree) || !tree_roots_start(tree))
		return false;
	tree->mounts_below = tree_roots_mounts(tree);
	tree_roots_scan(tree);
	tree->is_starting = false;
	if (!has_mailbox(tree))
		tree->kind->tell_empty(tree);
	malloc_trim(0); /* what the tables left behind as they grew */
	tree_update_settle(tree);
	return true;
}

static void end(struct tree *tree)
{
	tree_roots_end(tree);
	folders_end(&tree->folders);
	ways_end(&tree->ways);
	ways_end(&tree->awaited);
	walks_end(&tree->walks);
	free(tree->stamps.stamp);
	free(tree->changed);
	free(tree->own);
	if (tree->inotify != -1)
		close(tree->inotify);
	if (tree->mounts != -1)
		close(tree->mounts);
}

HOT static const char *gone(const void *context)
{
	const struct tree *tree = context;

	return tree->gone != NULL ? tree->gone->directory : NULL;
}

int tree_watch(struct tree *tree)
{
	struct watcher watcher = tree->kind->watcher;
	int status = WATCHER_ERROR;

	if (start(tree)) {
		watcher.report = tree->report;
		watcher.inotify = tree->inotify;
		watcher.mounts = tree->mounts;
		watcher.context = tree;
		watcher.gone = gone;
		status = watcher_run(&watcher);
	}
	end(tree);
	return status;
}
