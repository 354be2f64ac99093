#include "events.h"

#include <fcntl.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <time.h>

#include "entry.h"
#include "fallback.h"
#include "hot.h"
#include "state.h"
#include "tree_events.h"
#include "tree_update.h"

#define CAME (IN_CREATE | IN_MOVED_TO)
#define WENT (IN_DELETE | IN_MOVED_FROM)

/* What happened to a file's text, its name being known. */
HOT static void text_event(struct tree *tree, folder_id id, uint32_t mask)
{
	const struct folder *folder = &tree->folders.folder[id];
	bool is_mailbox = (folder->flags & FOLDER_IS_MAILBOX) != 0;

	if (mask & IN_MODIFY)
		bursts_write(&mailstore_of(tree)->bursts, id, tree->now);
	if (mask & IN_CLOSE_WRITE)
		bursts_close(&mailstore_of(tree)->bursts, id);
	if ((mask & (IN_CLOSE_WRITE | IN_ATTRIB)) && tree->options->all_events && is_mailbox)
		bursts_hasten(&mailstore_of(tree)->bursts, id);
	if ((mask & IN_ATTRIB) && (folder->flags & FOLDER_IS_FAILING))
		tree_update(tree, id, DEPTH_CHANGED);
}

/* --- directories --- */

/*
 * Whether the directory was made so short a time ago that no name in it can have
 * counted and gone before it was watched.  False when that can't be told.
 */
static bool is_young(struct tree *tree, folder_id id)
{
	struct timespec now;
	struct statx status;
	int64_t age;

	clock_gettime(CLOCK_REALTIME, &now);
	if (statx(AT_FDCWD, tree_path(tree, id), AT_SYMLINK_NOFOLLOW, STATX_BTIME, &status) ==
	            -1 ||
	    !(status.stx_mask & STATX_BTIME))
		return false;
	age = ((int64_t)now.tv_sec - status.stx_btime.tv_sec) * 1000 +
	      (now.tv_nsec - (int64_t)status.stx_btime.tv_nsec) / 1000000;
	return age >= 0 && age < BURSTS_NEW;
}

/* Looks into a directory that has just come, perhaps by a link. */
static void look_into(struct tree *tree, folder_id id)
{
	bool is_sure = is_young(tree, id);

	tree_update(tree, id, DEPTH_ALL);
	if (!is_sure)
		report_all(tree->report);
}

static void directory_came(struct tree *tree, folder_id parent, const char *name)
{
	folder_id child = folders_find(&tree->folders, parent, name);

	if (child != FOLDER_NONE)
		entry_lose(tree, child);
	child = entry_add(tree, parent, name, ENTRY_DIRECTORY);
	if (child != FOLDER_NONE)
		look_into(tree, child);
}

static void directory_event(struct tree *tree, folder_id parent, const struct inotify_notice *event)
{
	folder_id child;

	if (event->mask & CAME) {
		directory_came(tree, parent, event->name);
		return;
	}
	child = folders_find(&tree->folders, parent, event->name);
	if (child == FOLDER_NONE)
		return;
	if (event->mask & WENT)
		entry_lose(tree, child);
	else if (folders_is_unwatched(&tree->folders, child))
		tree_update(tree, child, DEPTH_ALL);
}

/* --- files, and links --- */

/* A new name of a file, or a link to anything: what leads to a directory is looked into at once. */
static void name_came(struct tree *tree, folder_id parent, const char *name)
{
	folder_id child = entry_add(tree, parent, name, ENTRY_LINK);
	struct stat status;

	if (child == FOLDER_NONE)
		return;
	if (stat(tree_path(tree, child), &status) == 0 && S_ISDIR(status.st_mode))
		look_into(tree, child);
	else
		bursts_appear(&mailstore_of(tree)->bursts, child, tree->now);
}

static void file_came(struct tree *tree, folder_id parent, const char *name)
{
	folder_id child = folders_find(&tree->folders, parent, name);

	if (child == FOLDER_NONE)
		name_came(tree, parent, name);
	else if (bursts_is_new(&mailstore_of(tree)->bursts, child))
		return;
	else if (entry_is(tree, child, ENTRY_FILE))
		bursts_hasten(&mailstore_of(tree)->bursts, child); /* renamed over it */
	else
		tree_update(tree, child, DEPTH_CHANGED); /* a link that was pointed elsewhere */
}

static void file_event(struct tree *tree, folder_id parent, const struct inotify_notice *event)
{
	folder_id child;

	if (event->mask & CAME) {
		file_came(tree, parent, event->name);
		return;
	}
	child = folders_find(&tree->folders, parent, event->name);
	if (child == FOLDER_NONE && (event->mask & IN_MODIFY))
		child = entry_add(tree, parent, event->name, ENTRY_FILE);
	if (child == FOLDER_NONE)
		return;
	if (event->mask & WENT)
		entry_lose(tree, child);
	else
		text_event(tree, child, event->mask);
}

/* Whether the event decides whether its directory is a Maildir. */
static bool is_of_maildir(const struct inotify_notice *event)
{
	return (event->mask & IN_ISDIR) && (event->mask & (CAME | WENT)) &&
	       (strcmp(event->name, "cur") == 0 || strcmp(event->name, "new") == 0);
}

/* A name came, went or was changed in a directory. */
static void child_event(struct tree *tree, folder_id id, const struct inotify_notice *event)
{
	unsigned flags = tree->folders.folder[id].flags;

	if ((flags & (FOLDER_IS_WALKED | FOLDER_IS_LOOP | FOLDER_IS_OVER)) != FOLDER_IS_WALKED)
		return;
	if (is_of_maildir(event))
		tree_update(tree, id, DEPTH_PLACES);
	if ((flags & FOLDER_IS_MAILDIR) || (tree->folders.folder[id].flags & FOLDER_IS_MAILDIR))
		return;
	if (event->mask & IN_ISDIR)
		directory_event(tree, id, event);
	else
		file_event(tree, id, event);
}

/* --- events --- */

/* What happened to a name in a directory, or to a file that has a watch of its own. */
HOT static void folder_event(struct tree *tree, folder_id id, const struct inotify_notice *event)
{
	if (event->name[0] != '\0')
		child_event(tree, id, event);
	else if (tree_folder(tree, id)->flags & FOLDER_IS_FILE)
		text_event(tree, id, event->mask);
}

HOT void events_take(struct tree *tree, const struct inotify_notice *event)
{
	tree_events_each(tree, event, folder_event);
}

HOT int events_read(void *context, clock_ms now)
{
	entry_set_time(context, now);
	return tree_events_read(context) == -1 ? -1 : 0;
}

HOT clock_ms events_due(const void *context)
{
	(void)context;
	return CLOCK_NEVER;
}

/* A change is complete, or a new name counts; a bursts_take. */
HOT static void burst_over(void *context, uint32_t file)
{
	struct tree *tree = context;

	if (tree->gone == NULL)
		tree_update(tree, file, DEPTH_CHANGED);
}

HOT void events_tick(void *context, clock_ms now)
{
	struct tree *tree = context;

	entry_set_time(tree, now);
	tree_update_tick(tree, now);
	bursts_expire(&mailstore_of(tree)->bursts, now, burst_over, tree);
}

HOT clock_ms events_tick_due(const void *context)
{
	return clock_earlier(bursts_due(&mailstore_of(context)->bursts), tree_update_due(context));
}

void events_mounts(void *context)
{
	entry_set_time(context, clock_now());
	tree_update_mounts(context);
}
