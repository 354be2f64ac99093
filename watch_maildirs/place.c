#include "place.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "filesystem.h"
#include "memory.h"
#include "message.h"
#include "notify.h"
#include "walks.h"

#define NAMES (IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO)

/* IN_MASK_ADD: the directory may be another folder's place, or on its way. */
#define ALWAYS (IN_ONLYDIR | IN_MASK_ADD)

static uint32_t place_number(folder_id id, enum folder_role role)
{
	return id << 2 | (uint32_t)role;
}

folder_id place_folder(uint32_t place)
{
	return place >> 2;
}

enum folder_role place_role(uint32_t place)
{
	return (enum folder_role)(place & 3);
}

int place_watch_of(const void *context, uint32_t place)
{
	const struct folders *folders = context;

	return folders->folder[place_folder(place)].watch[place_role(place)];
}

void place_release(void *context, int watch)
{
	struct tree *tree = context;
	size_t position = 0;
	uint32_t place;

	if (!groups_next(&tree->watches, watch, &position, &place) &&
	    !links_has(&tree->links, watch))
		inotify_rm_watch(tree->notify, watch);
}

static void place_set(struct tree *tree, folder_id id, enum folder_role role, int value)
{
	int *watch = &tree->folders.folder[id].watch[role];
	int old = *watch;

	if (old == value)
		return;
	if (role == FOLDER_SELF)
		walks_leave(tree, id);
	if (old > 0)
		groups_remove(&tree->watches, place_number(id, role));
	tree->unwatched = tree->unwatched + (value < 0) - (old < 0);
	tree->dangling = tree->dangling + (value == PLACE_DANGLING) - (old == PLACE_DANGLING);
	tree->polled = tree->polled + (value == PLACE_POLLED) - (old == PLACE_POLLED);
	*watch = value;
	if (value > 0)
		groups_add(&tree->watches, place_number(id, role));
	if (old > 0)
		place_release(tree, old);
}

void place_drop(struct tree *tree, folder_id id, enum folder_role role)
{
	place_set(tree, id, role, PLACE_MISSING);
}

bool place_is_there(const struct tree *tree, folder_id id, enum folder_role role)
{
	int watch = tree->folders.folder[id].watch[role];

	return watch != PLACE_MISSING && watch != PLACE_DANGLING;
}

static struct poll_stamp *stamp_of(struct tree *tree, folder_id id, enum folder_role role)
{
	size_t old = tree->stamps, wanted = ((size_t)id + 1) * FOLDER_ROLES;

	if (wanted > old) {
		tree->stamp = memory_grow(tree->stamp, &tree->stamps, wanted, sizeof *tree->stamp);
		memset(tree->stamp + old, 0, (tree->stamps - old) * sizeof *tree->stamp);
	}
	return &tree->stamp[(size_t)id * FOLDER_ROLES + (size_t)role];
}

/* Whether the error says that nothing is to be had here, rather than that something went wrong. */
static bool is_lasting(int error)
{
	return error == EACCES || error == EPERM || error == ELOOP || error == ENAMETOOLONG;
}

void place_tell(struct tree *tree, folder_id id, const char *path, const char *doing, int error)
{
	struct folder *folder = &tree->folders.folder[id];

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
	struct folder *folder = &tree->folders.folder[id];
	struct poll_stamp *stamp = stamp_of(tree, id, role);
	enum poll_verdict verdict;
	struct poll_look look;

	if (folder->watch[role] != PLACE_POLLED)
		*stamp = (struct poll_stamp){ .seen = 0 };
	if (poll_look(path, (folder->flags & FOLDER_IS_REMOTE) != 0, &look) == -1)
		return value_without(tree, id, path, errno);
	if (role == FOLDER_SELF && (stamp->inode != look.status.st_ino ||
	                            stamp->device != look.status.st_dev))
		walks_leave(tree, id);
	verdict = poll_compare(stamp, &look);
	*changed = verdict != POLL_SAME;
	if (role == FOLDER_SELF && verdict == POLL_EXCHANGED)
		report_all(tree->report);
	return PLACE_POLLED;
}

/* Watches the way from the folder's parent through the link at path; a links_follow(). */
static bool follow_way(struct tree *tree, folder_id id, const char *path)
{
	char *slash, *parent = memory_copy(path), *real, *joined;
	bool is_whole = true;

	slash = strrchr(parent, '/');
	*slash = '\0';
	real = realpath(slash == parent ? "/" : parent, NULL);
	if (real != NULL) {
		joined = memory_format("%s/%s", real, slash + 1);
		is_whole = links_follow(&tree->links, tree->notify, id, joined, strlen(real));
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
	tree->folders.folder[id].flags |= FOLDER_IS_REMOTE;
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
	bool is_root = role == FOLDER_SELF && tree->folders.folder[id].parent == FOLDER_NONE;
	bool is_whole;
	int watch;

	if (readlink(path, nothing, sizeof nothing) == -1) {
		errno = errno == EINVAL ? ENOTDIR : errno;
		return -1;
	}
	if (is_root)
		return notify_watch(tree->notify, path, mask);
	do {
		is_whole = follow_way(tree, id, path);
		tree->folders.folder[id].flags |= FOLDER_IS_LINKED;
		place_set_remote(tree, id, path);
		if (tree->folders.folder[id].flags & FOLDER_IS_REMOTE) {
			errno = EXDEV;
			return -1;
		}
		watch = notify_watch(tree->notify, path, mask);
	} while (!is_whole && watch != -1); /* what was missing has come meanwhile */
	return watch;
}

static int look_by_watch(struct tree *tree, folder_id id, enum folder_role role, const char *path,
                         bool *changed)
{
	uint32_t mask = role == FOLDER_SELF ? ALWAYS | NAMES | IN_ATTRIB : ALWAYS | NAMES;
	int watch = notify_watch(tree->notify, path, mask | IN_DONT_FOLLOW);

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
	const struct folder *folder = &tree->folders.folder[id];
	const char *path = folders_path(&tree->folders, id, role, false, tree->path,
	                                sizeof tree->path);
	bool changed = false, is_polled;
	int old = folder->watch[role], value;

	if (path == NULL) {
		place_tell(tree, id, folder->name, "watched", ENAMETOOLONG);
		return false;
	}
	is_polled = tree->notify == -1 || (folder->flags & FOLDER_IS_REMOTE) ||
	            (tree->is_limited && old <= 0);
	value = is_polled ? look_by_stat(tree, id, role, path, &changed)
	                  : look_by_watch(tree, id, role, path, &changed);
	place_set(tree, id, role, value);
	return changed || value != old;
}
