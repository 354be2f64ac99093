#include "place.h"

#include <errno.h>
#include <sys/inotify.h>
#include <sys/stat.h>

#include "hot.h"
#include "inotify.h"
#include "state.h"
#include "tree_place.h"

#define WRITES (IN_MODIFY | IN_CLOSE_WRITE | IN_ATTRIB)
#define MOVES (IN_MOVE_SELF | IN_DELETE_SELF)
#define NAMES (IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO)

/* IN_MASK_ADD: it may be another folder's place, or on its way. */
#define DIRECTORY (IN_ONLYDIR | IN_MASK_ADD | NAMES | WRITES)
#define FILE_ITSELF (IN_MASK_ADD | WRITES | MOVES)

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
	tree_place_tell(tree, id, tree_path_shown(tree, id), "watched", error);
	return error == ELOOP ? PLACE_DANGLING : PLACE_REFUSED;
}

void place_set_missing(struct tree *tree, folder_id id, int error)
{
	tree_place_set(tree, id, FOLDER_SELF, value_without(tree, id, error));
}

static int look_by_stat(struct tree *tree, folder_id id, mode_t type, bool *changed)
{
	return tree_place_stat(tree, id, FOLDER_SELF, tree_path(tree, id), type, changed)
	               ? PLACE_POLLED : value_without(tree, id, errno);
}

static int look_by_watch(struct tree *tree, folder_id id, mode_t type, bool *changed)
{
	bool is_way = (tree_folder(tree, id)->flags & FOLDER_IS_LINK) || tree_is_root(tree, id);
	uint32_t mask = type == S_IFDIR ? DIRECTORY : FILE_ITSELF;
	int watch = inotify_watch(tree->inotify, tree_path(tree, id),
	                          is_way ? mask : mask | IN_DONT_FOLLOW), error = errno;
	/* inotify_add_watch(2) wants to read */
	bool is_file = type == S_IFREG && (error == EACCES || error == EPERM);

	if (watch != -1)
		return watch;
	if (error == ENOSPC || error == ENOMEM)
		tree->is_limited = true;
	else if (!is_file && !tree_place_is_unwatchable(tree, tree_path(tree, id), error))
		return value_without(tree, id, error);
	return look_by_stat(tree, id, type, changed);
}

HOT static bool look(struct tree *tree, folder_id id, mode_t type, bool is_polled)
{
	bool changed = false;
	int value = is_polled || tree_place_is_polled(tree, id, FOLDER_SELF)
	                    ? look_by_stat(tree, id, type, &changed)
	                    : look_by_watch(tree, id, type, &changed);

	return tree_place_set(tree, id, FOLDER_SELF, value) || changed;
}

bool place_look_directory(struct tree *tree, folder_id id)
{
	return look(tree, id, S_IFDIR, false);
}

/* Whether the directory that the folder is in is watched. */
static bool is_watched_above(struct tree *tree, folder_id id)
{
	return tree_value(tree, tree_folder(tree, id)->parent, FOLDER_SELF) > 0;
}

HOT bool place_look_file(struct tree *tree, folder_id id, bool is_apart)
{
	bool was = tree_value(tree, id, FOLDER_SELF) != PLACE_MISSING;

	if (is_apart || !is_watched_above(tree, id))
		return look(tree, id, S_IFREG, !is_apart);
	tree_place_drop(tree, id, FOLDER_SELF);
	return was;
}

/*
 * INBOX has come: its directory, where others' mail comes and goes, is not watched for
 * names any more, but where it holds mailboxes of ours.
 */
static void stop_awaiting(struct tree *tree)
{
	const char *directory = tree->root[1].directory;
	int watch = inotify_watch(tree->inotify, directory, IN_ONLYDIR | IN_MASK_ADD | MOVES);

	if (watch != -1 && !folders_have_watch(&tree->folders, watch))
		inotify_watch(tree->inotify, directory, IN_ONLYDIR | MOVES);
}

void place_follow(struct tree *tree, folder_id id)
{
	struct mailstore *mailstore = mailstore_of(tree);
	bool was_awaited = mailstore->is_inbox_awaited || ways_has_owner(&tree->awaited, id);

	tree_place_follow(tree, id);
	if (!tree_is_inbox(tree, id))
		return;
	mailstore->is_inbox_awaited = ways_has_owner(&tree->awaited, id);
	if (was_awaited && !mailstore->is_inbox_awaited)
		stop_awaiting(tree);
}
