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
#include "memory.h"
#include "message.h"
#include "options.h"
#include "report.h"
#include "stamp.h"
#include "state.h"
#include "walks.h"
#include "ways.h"

#define NAMES (IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO)

/* IN_MASK_ADD: the directory may be another folder's place, or on its way. */
#define ALWAYS (IN_ONLYDIR | IN_MASK_ADD)

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

static void set(struct tree *tree, folder_id id, enum folder_role role, int value)
{
	int old = tree_folder(tree, id)->watch[role];

	if (old == value)
		return;
	if (role == FOLDER_SELF)
		walks_leave(&tree->walks, id);
	folders_set(&tree->folders, id, role, value);
	if (old > 0)
		release(tree, old);
}

void place_drop(struct tree *tree, folder_id id, enum folder_role role)
{
	set(tree, id, role, PLACE_MISSING);
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

void place_tell(struct tree *tree, folder_id id, const char *path, const char *doing, int error)
{
	struct folder *folder = tree_folder(tree, id);

	if (!is_lasting(error))
		report_all(tree->report);
	if (!(folder->flags & FOLDER_IS_FAILING))
		message_error("%s: can't be %s: %s; will look again", path, doing, strerror(error));
	folder->flags |= FOLDER_IS_FAILING;
}

/* What a place is that was not to be had, for this reason. */
static int value_without(struct tree *tree, folder_id id, const char *path, int error)
{
	char nothing[1];

	if (error == ENOENT)
		return readlink(path, nothing, sizeof nothing) != -1 ? PLACE_DANGLING
		                                                     : PLACE_MISSING;
	if (error == ENOTDIR)
		return PLACE_MISSING;
	place_tell(tree, id, path, "watched", error);
	return error == ELOOP ? PLACE_DANGLING : PLACE_REFUSED;
}

static int look_by_stat(struct tree *tree, folder_id id, enum folder_role role, const char *path,
                        bool *changed)
{
	struct folder *folder = tree_folder(tree, id);
	struct stamp *stamp = stamps_get(&tree->stamps, folders_place(id, role));
	enum stamp_verdict verdict;
	struct stamp_look look;

	if (folder->watch[role] != PLACE_POLLED)
		*stamp = (struct stamp){ .seen = 0 };
	if (stamp_look(path, S_IFDIR, (folder->flags & FOLDER_IS_REMOTE) != 0, &look) == -1)
		return value_without(tree, id, path, errno);
	if (role == FOLDER_SELF && (stamp->inode != look.status.st_ino ||
	                            stamp->device != look.status.st_dev))
		walks_leave(&tree->walks, id);
	verdict = stamp_compare(stamp, &look);
	*changed = verdict != STAMP_SAME;
	if (role == FOLDER_SELF && verdict == STAMP_EXCHANGED)
		report_all(tree->report);
	return PLACE_POLLED;
}

/* Watches the way from the folder's parent through the link at path; as follow_way(). */
static bool watch_way(struct tree *tree, folder_id id, const char *path)
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

/*
 * The place at path is a link, perhaps: watches where it leads.  EXDEV when
 * that is on a file system that must be polled.
 */
static int watch_link(struct tree *tree, folder_id id, enum folder_role role, const char *path,
                      uint32_t mask)
{
	char nothing[1];
	bool is_root = role == FOLDER_SELF && tree_is_root(tree, id);
	bool is_whole;
	int watch;

	if (readlink(path, nothing, sizeof nothing) == -1) {
		errno = errno == EINVAL ? ENOTDIR : errno;
		return -1;
	}
	if (is_root)
		return inotify_watch(tree->inotify, path, mask);
	do {
		is_whole = watch_way(tree, id, path);
		tree_folder(tree, id)->flags |= FOLDER_IS_LINKED;
		place_set_remote(tree, id, path);
		if (tree_folder(tree, id)->flags & FOLDER_IS_REMOTE) {
			errno = EXDEV;
			return -1;
		}
		watch = inotify_watch(tree->inotify, path, mask);
	} while (!is_whole && watch != -1); /* what was missing has come meanwhile */
	return watch;
}

static int look_by_watch(struct tree *tree, folder_id id, enum folder_role role, const char *path,
                         bool *changed)
{
	uint32_t mask = role == FOLDER_SELF ? ALWAYS | NAMES | IN_ATTRIB : ALWAYS | NAMES;
	int watch = inotify_watch(tree->inotify, path, mask | IN_DONT_FOLLOW);

	if (watch == -1 && (errno == ENOTDIR || errno == ELOOP))
		watch = watch_link(tree, id, role, path, mask);
	if (watch != -1)
		return watch;
	if (errno != ENOSPC && errno != ENOMEM && errno != EXDEV)
		return value_without(tree, id, path, errno);
	tree->is_limited = tree->is_limited || errno != EXDEV;
	return look_by_stat(tree, id, role, path, changed);
}

bool place_look(struct tree *tree, folder_id id, enum folder_role role)
{
	const struct folder *folder = tree_folder(tree, id);
	const char *path = tree_path(tree, id, role, false);
	bool changed = false, is_polled;
	int old = folder->watch[role], value;

	if (path == NULL) {
		place_tell(tree, id, folder->name, "watched", ENAMETOOLONG);
		return false;
	}
	is_polled = tree->inotify == -1 || (folder->flags & FOLDER_IS_REMOTE) ||
	            (tree->is_limited && old <= 0);
	value = is_polled ? look_by_stat(tree, id, role, path, &changed)
	                  : look_by_watch(tree, id, role, path, &changed);
	set(tree, id, role, value);
	return changed || value != old;
}
