#include "tree.h"

#include <malloc.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

#include "bursts.h"
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
#include "report.h"
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
	message_error(
		"%s: no mailbox found, which is a file that is empty or begins with 'From ' (see "
		"--mboxes, --inbox, --exclude); waiting for one",
		tree->options->base);
}

static void tables_start(struct tree *tree)
{
	tree->poll_due = tree->rescan_due = CLOCK_NEVER;
	tree->last_all = -1; /* none yet */
	folders_start(&tree->folders);
	ways_start(&tree->ways);
	ways_start(&tree->awaited);
	walks_start(&tree->walks, &tree->folders, &tree->stamps);
	bursts_start(&tree->bursts);
	if (tree->options->no_echo) {
		echo_start(&tree->echo);
		tree->report->judge = entry_is_news;
	}
	tree->follow = (struct follow){
		.ways = &tree->ways, .awaited = &tree->awaited, .inotify = tree->inotify,
		.is_inside = roots_is_inside, .context = tree,
	};
	tree->inbox_follow = tree->follow;
	tree->inbox_follow.is_inside = roots_is_around_inbox;
}

/* False, with a message, when the base or INBOX's directory can't be watched. */
static bool start(struct tree *tree)
{
	tree->is_starting = true;
	tree->inotify = tree->options->poll_only ? -1 : inotify_start(tree->options->poll_interval);
	tree->mounts = filesystem_mounts_open();
	tables_start(tree);
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
	bursts_end(&tree->bursts);
	echo_end(&tree->echo);
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

	return tree->gone != NULL ? tree->gone->directory : NULL;
}

static clock_ms events_due(const void *context)
{
	(void)context;
	return CLOCK_NEVER;
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
