#include "tree.h"

#include <malloc.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

#include "clock.h"
#include "echo.h"
#include "entry.h"
#include "events.h"
#include "fallback.h"
#include "filesystem.h"
#include "folders.h"
#include "follow.h"
#include "inotify.h"
#include "message.h"
#include "options.h"
#include "roots.h"
#include "state.h"
#include "update.h"
#include "walks.h"
#include "watcher.h"
#include "ways.h"

/* Says so when there is no mailbox: what is watched is likely not what was meant. */
static void mailboxes_tell(const struct tree *tree)
{
	for (folder_id id = 0; id < tree->folders.count; id++)
		if (tree->folders.folder[id].flags & FOLDER_IS_MAILBOX)
			return;
	message_error("%s: no mailbox found, which is a directory with cur/ and new/ (see %s, "
	              "--exclude); waiting for one", tree->options->base,
	              tree->options->store != NULL ? "--store" : "--maildir, --layout");
}

/* False, with a message, when the base or its INBOX can't be watched. */
static bool start(struct tree *tree)
{
	tree->is_starting = true;
	tree->poll_due = tree->rescan_due = CLOCK_NEVER;
	folders_start(&tree->folders);
	ways_start(&tree->ways);
	ways_start(&tree->awaited);
	walks_start(&tree->walks, &tree->folders, &tree->stamps);
	if (tree->options->no_echo)
		echo_start(&tree->echo);
	tree->inotify = tree->options->poll_only ? -1 : inotify_start(tree->options->poll_interval);
	tree->follow = (struct follow){ .ways = &tree->ways, .awaited = &tree->awaited,
	                                .inotify = tree->inotify, .is_inside = roots_is_inside,
	                                .context = tree };
	tree->mounts = filesystem_mounts_open();
	if (!roots_start(tree))
		return false;
	tree->mounts_below = roots_mounts(tree);
	roots_scan(tree);
	tree->is_starting = false;
	mailboxes_tell(tree);
	malloc_trim(0); /* what the tables left behind as they grew */
	update_settle(tree);
	return true;
}

static void end(struct tree *tree)
{
	roots_end(tree);
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

static const char *gone(const void *context)
{
	const struct tree *tree = context;

	return tree->gone != NULL ? tree->folders.folder[tree->gone->folder].name : NULL;
}

int tree_watch(const struct options *options, struct report *report)
{
	static struct tree tree;
	int status = WATCHER_ERROR;

	tree.options = options;
	tree.report = report;
	if (start(&tree))
		status = watcher_run(&(struct watcher){
			.report = report,
			.inotify = tree.inotify,
			.mounts = tree.mounts,
			.context = &tree,
			.name = entry_name,
			.read = events_read,
			.read_due = events_due,
			.tick = update_tick,
			.tick_due = update_due,
			.mounts_changed = update_mounts,
			.gone = gone,
		});
	end(&tree);
	return status;
}
