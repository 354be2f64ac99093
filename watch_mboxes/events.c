#include "events.h"

#include <fcntl.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <time.h>

#include "bursts.h"
#include "echo.h"
#include "entry.h"
#include "fallback.h"
#include "folders.h"
#include "inotify.h"
#include "location.h"
#include "memory.h"
#include "options.h"
#include "report.h"
#include "state.h"
#include "update.h"

/* So many full buffers are read before anything is printed. */
#define READS_MAX 64

#define CAME (IN_CREATE | IN_MOVED_TO)
#define WENT (IN_DELETE | IN_MOVED_FROM)

/* What happened to a file's text, its name being known. */
static void text_event(struct tree *tree, folder_id id, uint32_t mask)
{
	const struct folder *folder = &tree->folders.folder[id];
	bool is_mailbox = (folder->flags & FOLDER_IS_MAILBOX) != 0;

	if (mask & IN_MODIFY)
		bursts_write(&tree->bursts, id, tree->now);
	if (mask & IN_CLOSE_WRITE)
		bursts_close(&tree->bursts, id);
	if ((mask & (IN_CLOSE_WRITE | IN_ATTRIB)) && tree->options->all_events && is_mailbox)
		bursts_hasten(&tree->bursts, id);
	if ((mask & IN_ATTRIB) && (folder->flags & FOLDER_IS_FAILING))
		update_folder(tree, id, DEPTH_PLACES, true);
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
	if (statx(AT_FDCWD, location_path(tree, id), AT_SYMLINK_NOFOLLOW, STATX_BTIME, &status) ==
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

	update_folder(tree, id, DEPTH_ALL, false);
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
		update_folder(tree, child, DEPTH_ALL, false);
}

/* --- files, and links --- */

/* A new name of a file, or a link to anything: what leads to a directory is looked into at once. */
static void name_came(struct tree *tree, folder_id parent, const char *name)
{
	folder_id child = entry_add(tree, parent, name, ENTRY_LINK);
	struct stat status;

	if (child == FOLDER_NONE)
		return;
	if (stat(location_path(tree, child), &status) == 0 && S_ISDIR(status.st_mode))
		look_into(tree, child);
	else
		bursts_appear(&tree->bursts, child, tree->now);
}

static void file_came(struct tree *tree, folder_id parent, const char *name)
{
	folder_id child = folders_find(&tree->folders, parent, name);

	if (child == FOLDER_NONE)
		name_came(tree, parent, name);
	else if (bursts_is_new(&tree->bursts, child))
		return;
	else if (entry_is(tree, child, ENTRY_FILE))
		bursts_hasten(&tree->bursts, child); /* renamed over it */
	else
		update_folder(tree, child, DEPTH_ALL, true); /* a link that was pointed elsewhere */
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
		update_folder(tree, id, DEPTH_PLACES, false);
	if ((flags & FOLDER_IS_MAILDIR) || (tree->folders.folder[id].flags & FOLDER_IS_MAILDIR))
		return;
	if (event->mask & IN_ISDIR)
		directory_event(tree, id, event);
	else
		file_event(tree, id, event);
}

/* --- events --- */

/* The folders that have the watch, in the scratch. */
static size_t find_own(struct tree *tree, int watch)
{
	size_t position = 0, count = 0;
	enum folder_role role;
	folder_id id;

	while (folders_next(&tree->folders, watch, &position, &id, &role)) {
		tree->own = memory_grow(tree->own, &tree->own_room, count + 1, sizeof *tree->own);
		tree->own[count++] = id;
	}
	return count;
}

/* Each folder that has the event's watch, and still has it then. */
static void for_own(struct tree *tree, const struct inotify_notice *event)
{
	size_t count = find_own(tree, event->watch);

	for (size_t i = 0; i < count && tree->gone == NULL; i++) {
		const struct folder *folder = &tree->folders.folder[tree->own[i]];

		if (!(folder->flags & FOLDER_IS_USED) || folder->watch[FOLDER_SELF] != event->watch)
			continue;
		if (event->name[0] != '\0')
			child_event(tree, tree->own[i], event);
		else if (folder->flags & FOLDER_IS_FILE)
			text_event(tree, tree->own[i], event->mask);
	}
}

static void take(void *context, const struct inotify_notice *event)
{
	struct tree *tree = context;

	if (tree->gone != NULL)
		return;
	if (event->mask & IN_Q_OVERFLOW) {
		echo_forget_all(&tree->echo);
		report_all(tree->report);
		update_later(tree, tree->now);
		return;
	}
	if (event->mask & IN_IGNORED) {
		update_watch_lost(tree, event->watch);
		return;
	}
	for_own(tree, event);
	if (tree->gone != NULL)
		return;
	if (event->name[0] == '\0' && (event->mask & ~(uint32_t)(IN_MODIFY | IN_CLOSE_WRITE)))
		update_way(tree, event->watch);
	else if (event->mask & CAME)
		update_name_came(tree, event->watch, event->name);
}

int events_read(void *context, clock_ms now)
{
	struct tree *tree = context;
	bool is_more = false;
	int state = 0;

	entry_set_time(tree, now);
	for (int reads = 0; (reads < READS_MAX && state == 0) || (is_more && state != -1);
	     reads++) {
		state = inotify_read(tree->inotify, take, tree);
		is_more = update_changed(tree);
	}
	return state == -1 ? -1 : 0;
}
