#include "place.h"

#include <errno.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include "inotify.h"
#include "state.h"
#include "tree_place.h"

#define NAMES (IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO)

/* IN_MASK_ADD: the directory may be another folder's place, or on its way. */
#define ALWAYS (IN_ONLYDIR | IN_MASK_ADD)

/* What a place is that was not to be had, for this reason. */
static int value_without(struct tree *tree, folder_id id, const char *path, int error)
{
	char nothing[1];

	if (error == ENOENT)
		return readlink(path, nothing, sizeof nothing) != -1 ? PLACE_DANGLING
		                                                     : PLACE_MISSING;
	if (error == ENOTDIR)
		return PLACE_MISSING;
	tree_place_tell(tree, id, path, "watched", error);
	return error == ELOOP ? PLACE_DANGLING : PLACE_REFUSED;
}

static int look_by_stat(struct tree *tree, folder_id id, enum folder_role role, const char *path,
                        bool *changed)
{
	return tree_place_stat(tree, id, role, path, S_IFDIR, changed)
	               ? PLACE_POLLED : value_without(tree, id, path, errno);
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
	int watch, tries = 0;
	bool is_whole;

	if (readlink(path, nothing, sizeof nothing) == -1) {
		errno = errno == EINVAL ? ENOTDIR : errno;
		return -1;
	}
	if (is_root)
		return inotify_watch(tree->inotify, path, mask);
	do {
		is_whole = tree_place_follow_link(tree, id, path);
		tree_folder(tree, id)->flags |= FOLDER_IS_LINKED;
		tree_place_set_remote(tree, id, path);
		if (tree_folder(tree, id)->flags & FOLDER_IS_REMOTE) {
			errno = EXDEV;
			return -1;
		}
		watch = inotify_watch(tree->inotify, path, mask);
	} while (!is_whole && watch != -1 && ++tries < FOLLOW_TRIES);
	return watch;
}

static int look_by_watch(struct tree *tree, folder_id id, enum folder_role role, const char *path,
                         bool *changed)
{
	int watch = inotify_watch(tree->inotify, path, ALWAYS | NAMES | IN_DONT_FOLLOW), error;

	if (watch == -1 && (errno == ENOTDIR || errno == ELOOP))
		watch = watch_link(tree, id, role, path, ALWAYS | NAMES);
	error = errno;
	if (watch != -1)
		return watch;
	if (error == ENOSPC || error == ENOMEM)
		tree->is_limited = true;
	else if (error != EXDEV && !tree_place_is_unwatchable(tree, path, error))
		return value_without(tree, id, path, error);
	return look_by_stat(tree, id, role, path, changed);
}

/* The place's path, which is valid until another one is asked for; NULL when it is too long. */
static const char *place_path(struct tree *tree, folder_id id, enum folder_role role)
{
	return folders_path(&tree->folders, id, role, false, tree->path, sizeof tree->path);
}

/* What there is at the place now. */
static int value_of(struct tree *tree, folder_id id, enum folder_role role, bool *changed)
{
	const char *path = place_path(tree, id, role);

	return tree_place_is_polled(tree, id, role)
	               ? look_by_stat(tree, id, role, path, changed)
	               : look_by_watch(tree, id, role, path, changed);
}

/* Has changed permissions of what is in a watched directory, and its own, told from now on. */
static bool permissions_watch(struct tree *tree, folder_id id)
{
	int known = id != FOLDER_NONE ? tree_value(tree, id, FOLDER_SELF) : PLACE_MISSING, watch;

	if (known <= 0)
		return false;
	watch = inotify_watch(tree->inotify, tree_path(tree, id), ALWAYS | IN_ATTRIB);
	if (watch != -1 && watch != known)
		tree_place_release(tree, watch); /* it was exchanged, which is told as well */
	return watch != -1;
}

/*
 * The place can't be looked into, for what its permissions are or those of its folder:
 * has a change of either told by the directory that it is in.  The kernel takes longer
 * for a watch of that kind, so that only those have it that need it.
 */
static bool permissions_await(struct tree *tree, folder_id id, enum folder_role role)
{
	bool is_above = permissions_watch(tree, tree_folder(tree, id)->parent);

	return (role != FOLDER_SELF && permissions_watch(tree, id)) || is_above;
}

bool place_look(struct tree *tree, folder_id id, enum folder_role role)
{
	bool changed = false;
	int value;

	if (place_path(tree, id, role) == NULL) {
		tree_place_tell(tree, id, folders_name(&tree->folders, id), "watched",
		                ENAMETOOLONG);
		return false;
	}
	value = value_of(tree, id, role, &changed);
	if (value == PLACE_REFUSED && permissions_await(tree, id, role))
		value = value_of(tree, id, role, &changed); /* they may have changed before */
	return tree_place_set(tree, id, role, value) || changed;
}
