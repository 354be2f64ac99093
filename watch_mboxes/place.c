#include "place.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "filesystem.h"
#include "folders.h"
#include "follow.h"
#include "inotify.h"
#include "location.h"
#include "memory.h"
#include "message.h"
#include "options.h"
#include "report.h"
#include "stamp.h"
#include "state.h"
#include "walks.h"
#include "ways.h"

#define WRITES (IN_MODIFY | IN_CLOSE_WRITE | IN_ATTRIB)
#define MOVES (IN_MOVE_SELF | IN_DELETE_SELF)
#define NAMES (IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO)

/* IN_MASK_ADD: it may be another folder's place, or on its way. */
#define DIRECTORY (IN_ONLYDIR | IN_MASK_ADD | NAMES | WRITES)
#define FILE_ITSELF (IN_MASK_ADD | WRITES | IN_DELETE_SELF | IN_MOVE_SELF)

/* Lets go of a watch when nothing uses it any more; a ways_release. */
static void release(void *context, int watch)
{
	struct tree *tree = context;
	enum folder_role role;
	size_t position = 0;
	folder_id id;

	if (!folders_next(&tree->folders, watch, &position, &id, &role) &&
	    !ways_has(&tree->ways, watch))
		inotify_rm_watch(tree->inotify, watch);
}

static void set(struct tree *tree, folder_id id, int value)
{
	int old = tree_folder(tree, id)->watch[FOLDER_SELF];

	if (old == value)
		return;
	walks_leave(&tree->walks, id);
	folders_set(&tree->folders, id, FOLDER_SELF, value);
	if (old > 0)
		release(tree, old);
}

void place_drop(struct tree *tree, folder_id id)
{
	set(tree, id, PLACE_MISSING);
}

void place_drop_way(struct tree *tree, folder_id id)
{
	ways_drop(&tree->awaited, id, NULL, NULL);
	ways_drop(&tree->ways, id, release, tree);
}

/* Whether the error says that nothing is to be had here, rather than that something went wrong. */
static bool is_lasting(int error)
{
	return error == EACCES || error == EPERM || error == ELOOP || error == ENAMETOOLONG;
}

void place_tell(struct tree *tree, folder_id id, const char *doing, int error)
{
	struct folder *folder = tree_folder(tree, id);

	if (!is_lasting(error))
		report_all(tree->report);
	if (!(folder->flags & FOLDER_IS_FAILING))
		message_error("%s: can't be %s: %s; will look again", location_shown(tree, id),
		              doing, strerror(error));
	folder->flags |= FOLDER_IS_FAILING;
}

/* What a place is that was not to be had, for this reason. */
static int value_without(struct tree *tree, folder_id id, int error)
{
	bool is_way = (tree_folder(tree, id)->flags & FOLDER_IS_LINK) || tree_is_inbox(tree, id);

	if (error == ENOENT || error == ENOTDIR) {
		/* An INBOX whose directory tells when it comes needs no looks. */
		if (tree_is_inbox(tree, id) && ways_has_owner(&tree->awaited, id))
			return PLACE_MISSING;
		return is_way ? PLACE_DANGLING : PLACE_MISSING;
	}
	place_tell(tree, id, "watched", error);
	return error == ELOOP ? PLACE_DANGLING : PLACE_REFUSED;
}

void place_set_missing(struct tree *tree, folder_id id, int error)
{
	set(tree, id, value_without(tree, id, error));
}

/* --- by stat --- */

static int look_by_stat(struct tree *tree, folder_id id, mode_t type, bool *changed)
{
	struct folder *folder = tree_folder(tree, id);
	struct stamp *stamp = stamps_get(&tree->stamps, folders_place(id, FOLDER_SELF));
	enum stamp_verdict verdict;
	struct stamp_look look;

	if (folder->watch[FOLDER_SELF] != PLACE_POLLED)
		*stamp = (struct stamp){ .seen = 0 };
	if (stamp_look(location_path(tree, id), type, (folder->flags & FOLDER_IS_REMOTE) != 0,
	               &look) == -1)
		return value_without(tree, id, errno);
	if (stamp->inode != look.status.st_ino || stamp->device != look.status.st_dev)
		walks_leave(&tree->walks, id);
	verdict = stamp_compare(stamp, &look);
	*changed = verdict != STAMP_SAME;
	if (type == S_IFDIR && verdict == STAMP_EXCHANGED)
		report_all(tree->report);
	return PLACE_POLLED;
}

/* --- by watch --- */

static int look_by_watch(struct tree *tree, folder_id id, mode_t type, bool *changed)
{
	bool is_way = (tree_folder(tree, id)->flags & FOLDER_IS_LINK) || tree_is_root(tree, id);
	uint32_t mask = type == S_IFDIR ? DIRECTORY : FILE_ITSELF;
	int watch = inotify_watch(tree->inotify, location_path(tree, id),
	                          is_way ? mask : mask | IN_DONT_FOLLOW);

	if (watch != -1)
		return watch;
	if (errno == EACCES && type == S_IFREG)
		return look_by_stat(tree, id, type,
		                    changed); /* inotify_add_watch(2) wants to read */
	if (errno != ENOSPC && errno != ENOMEM)
		return value_without(tree, id, errno);
	tree->is_limited = true;
	return look_by_stat(tree, id, type, changed);
}

static bool look(struct tree *tree, folder_id id, mode_t type, bool is_polled)
{
	const struct folder *folder = tree_folder(tree, id);
	int old = folder->watch[FOLDER_SELF], value;
	bool changed = false;

	is_polled = is_polled || tree->inotify == -1 || (folder->flags & FOLDER_IS_REMOTE) ||
	            (tree->is_limited && old <= 0);
	value = is_polled ? look_by_stat(tree, id, type, &changed)
	                  : look_by_watch(tree, id, type, &changed);
	set(tree, id, value);
	return changed || value != old;
}

bool place_look_directory(struct tree *tree, folder_id id)
{
	return look(tree, id, S_IFDIR, false);
}

/* Whether the directory that the folder is in is watched. */
static bool is_watched_above(struct tree *tree, folder_id id)
{
	return tree_folder(tree, tree_folder(tree, id)->parent)->watch[FOLDER_SELF] > 0;
}

bool place_look_file(struct tree *tree, folder_id id, bool is_apart)
{
	bool was = tree_folder(tree, id)->watch[FOLDER_SELF] != PLACE_MISSING;

	if (is_apart || !is_watched_above(tree, id))
		return look(tree, id, S_IFREG, !is_apart);
	place_drop(tree, id);
	return was;
}

/* --- ways --- */

void place_set_remote(struct tree *tree, folder_id id, const char *path)
{
	const char *name;

	if (!filesystem_is_remote(path, &name))
		return;
	tree_folder(tree, id)->flags |= FOLDER_IS_REMOTE;
	if (!tree->is_remote_told)
		message_error("%s: on a file system (%s) where others' changes can't be watched; "
		              "polled every %g s (--poll)", path, name,
		              (double)tree->options->poll_interval / 1000);
	tree->is_remote_told = true;
}

/* Watches the way from the folder's parent through the link at path; as follow_way(). */
static bool follow_link(struct tree *tree, folder_id id, const char *path)
{
	const char *name = strrchr(path, '/') + 1;
	char *parent = memory_format("%.*s", (int)(name - path), path), *joined;
	char *real = realpath(parent, NULL);
	bool is_whole = true;

	if (real != NULL) {
		joined = memory_format("%s/%s", real, name);
		is_whole = follow_way(&tree->follow, id, joined, strlen(real));
		free(joined);
	}
	free(real);
	free(parent);
	return is_whole;
}

static bool follow(struct tree *tree, folder_id id)
{
	const char *path = location_path(tree, id);

	if (!tree_is_root(tree, id))
		return follow_link(tree, id, path);
	return follow_way(tree_is_inbox(tree, id) ? &tree->inbox_follow : &tree->follow, id, path,
	                  0);
}

/*
 * INBOX has come: its directory, where others' mail comes and goes, is not watched for
 * names any more, but where it holds mailboxes of ours.
 */
static void stop_awaiting(struct tree *tree)
{
	const char *directory = tree->root[1].directory;
	int watch = inotify_watch(tree->inotify, directory, IN_ONLYDIR | IN_MASK_ADD | MOVES);
	enum folder_role role;
	size_t position = 0;
	folder_id id;

	if (watch != -1 && !folders_next(&tree->folders, watch, &position, &id, &role))
		inotify_watch(tree->inotify, directory, IN_ONLYDIR | MOVES);
}

void place_follow(struct tree *tree, folder_id id)
{
	bool was_awaited = ways_has_owner(&tree->awaited, id);

	if (tree->inotify == -1)
		return;
	place_drop_way(tree, id);
	while (!follow(tree, id) && access(location_path(tree, id), F_OK) == 0)
		; /* what was missing has come meanwhile */
	if (was_awaited && tree_is_inbox(tree, id) && !ways_has_owner(&tree->awaited, id))
		stop_awaiting(tree);
}
