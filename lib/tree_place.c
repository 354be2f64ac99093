#include "tree_place.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include "filesystem.h"
#include "hot.h"
#include "memory.h"
#include "message.h"
#include "tree.h"

void tree_place_release(struct tree *tree, int watch)
{
	if (!folders_have_watch(&tree->folders, watch) && !ways_has(&tree->ways, watch))
		inotify_rm_watch(tree->inotify, watch);
}

/* A ways_release. */
static void release(void *context, int watch)
{
	tree_place_release(context, watch);
}

HOT bool tree_place_set(struct tree *tree, folder_id id, enum folder_role role, int value)
{
	int old = tree_value(tree, id, role);

	if (old == value)
		return false;
	if (role == FOLDER_SELF)
		walks_leave(&tree->walks, id);
	folders_set(&tree->folders, id, role, value);
	if (old > 0)
		tree_place_release(tree, old);
	return true;
}

HOT void tree_place_drop(struct tree *tree, folder_id id, enum folder_role role)
{
	tree_place_set(tree, id, role, PLACE_MISSING);
}

bool tree_place_is_polled(const struct tree *tree, folder_id id, enum folder_role role)
{
	const struct folder *folder = &tree->folders.folder[id];

	return tree->inotify == -1 || (folder->flags & FOLDER_IS_REMOTE) ||
	       (tree->is_limited && tree_value(tree, id, role) <= 0);
}

bool tree_place_stat(struct tree *tree, folder_id id, enum folder_role role, const char *path,
                     mode_t type, bool *changed)
{
	struct folder *folder = tree_folder(tree, id);
	struct stamp *stamp = stamps_get(&tree->stamps, folders_place(id, role));
	enum stamp_verdict verdict;
	struct stamp_look look;

	if (tree_value(tree, id, role) != PLACE_POLLED)
		*stamp = (struct stamp){ .seen = 0 };
	if (stamp_look(path, type, (folder->flags & FOLDER_IS_REMOTE) != 0, &look) == -1)
		return false;
	if (role == FOLDER_SELF && (stamp->inode != look.status.st_ino ||
	                            stamp->device != look.status.st_dev))
		walks_leave(&tree->walks, id);
	verdict = stamp_compare(stamp, &look);
	*changed = verdict != STAMP_SAME;
	if (role == FOLDER_SELF && type == S_IFDIR && verdict == STAMP_EXCHANGED)
		report_all(tree->report);
	return true;
}

bool tree_place_is_unwatchable(struct tree *tree, const char *path, int error)
{
	if ((error != EACCES && error != EPERM) || presence_error(path) != 0)
		return false;
	if (!tree->is_refusal_told)
		message_error("%s: can be read, but inotify is refused (%s), by a sandbox or "
		              "SELinux; what it can't watch is polled every %g s (--poll)", path,
		              strerror(error), (double)tree->options->poll_interval / 1000);
	tree->is_refusal_told = true;
	return true;
}

/* Whether the error says that nothing is to be had here, rather than that something went wrong. */
static bool is_lasting(int error)
{
	return error == EACCES || error == EPERM || error == ELOOP || error == ENAMETOOLONG;
}

void tree_place_tell(struct tree *tree, folder_id id, const char *path, const char *doing,
                     int error)
{
	struct folder *folder = tree_folder(tree, id);

	if (!is_lasting(error))
		report_all(tree->report);
	if (!(folder->flags & FOLDER_IS_FAILING))
		message_error("%s: can't be %s: %s; will look again", path, doing, strerror(error));
	folder->flags |= FOLDER_IS_FAILING;
}

/* --- file systems --- */

void tree_place_set_remote(struct tree *tree, folder_id id, const char *path)
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

/* Whether the folder may be on another file system than its parent. */
static bool may_be_mounted(struct tree *tree, folder_id id, mode_t type)
{
	if (tree_folder(tree, id)->flags & FOLDER_IS_LINKED)
		return true;
	if (!S_ISDIR(type))
		return false;
	if (tree->mounts_below != 0)
		return true;
	while ((id = tree_folder(tree, id)->parent) != FOLDER_NONE)
		if (tree_folder(tree, id)->flags & FOLDER_IS_LINKED)
			return true;
	return false;
}

void tree_place_note_remote(struct tree *tree, folder_id id, mode_t type)
{
	struct folder *folder = tree_folder(tree, id);

	if (tree_is_root(tree, id))
		return;
	folder_mark(folder, FOLDER_IS_REMOTE,
	            (tree_folder(tree, folder->parent)->flags & FOLDER_IS_REMOTE) != 0);
	if (!(folder->flags & FOLDER_IS_REMOTE) && may_be_mounted(tree, id, type))
		tree_place_set_remote(tree, id, tree_path(tree, id));
}

/* --- ways --- */

bool tree_place_follow_link(struct tree *tree, folder_id id, const char *path)
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

/* Follows the folder's way once; as follow_way(). */
static bool follow(struct tree *tree, folder_id id)
{
	struct follow follow = tree->follow;

	if (!tree_is_root(tree, id))
		return tree_place_follow_link(tree, id, tree_path(tree, id));
	follow.is_inside = tree_root_of(tree, id)->is_inside;
	return follow_way(&follow, id, tree_path(tree, id), 0);
}

void tree_place_follow(struct tree *tree, folder_id id)
{
	if (tree->inotify == -1)
		return;
	tree_place_drop_way(tree, id);
	for (int tries = 0; tries < FOLLOW_TRIES && !follow(tree, id); tries++)
		if (access(tree_path(tree, id), F_OK) != 0)
			break;
}

void tree_place_drop_way(struct tree *tree, folder_id id)
{
	ways_drop(&tree->awaited, id, NULL, NULL);
	ways_drop(&tree->ways, id, release, tree);
}
