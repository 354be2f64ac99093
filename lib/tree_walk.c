#include "tree_walk.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "hot.h"
#include "message.h"
#include "tree.h"
#include "tree_place.h"

HOT static bool look(struct tree *tree, folder_id id, enum depth depth)
{
	struct folder *folder = tree_folder(tree, id);

	if (folder->flags & FOLDER_IS_FRESH)
		depth = DEPTH_ALL;
	folder_mark(folder, FOLDER_IS_FRESH, false);
	return tree->kind->look(tree, id, depth);
}

/*
 * Whether a folder's directory has gone, for a link to nothing or for another
 * one: what it may have been since the last look is not known.
 */
static bool is_exchanged(struct tree *tree, folder_id id, int old)
{
	return (tree_folder(tree, id)->flags & FOLDER_IS_MET) && old != PLACE_DANGLING &&
	       old != PLACE_REFUSED && tree_value(tree, id, FOLDER_SELF) != old;
}

bool tree_walk_meet(struct tree *tree, folder_id id, int old, bool news, enum depth *depth)
{
	int value = tree_value(tree, id, FOLDER_SELF);

	if (value == PLACE_MISSING)
		return false;
	if (is_exchanged(tree, id, old))
		report_all(tree->report);
	tree_folder(tree, id)->flags |= FOLDER_IS_MET;
	if (news && value != old)
		*depth = DEPTH_ALL;
	return true;
}

void tree_walk_note_right(struct tree *tree, folder_id id)
{
	struct folder *folder = tree_folder(tree, id);
	int value;

	for (int role = 0; role < FOLDER_ROLES; role++) {
		value = tree_value(tree, id, (enum folder_role)role);
		if (value == PLACE_REFUSED || value == PLACE_DANGLING)
			return;
	}
	if (!(folder->flags & FOLDER_IS_UNREAD))
		folder_mark(folder, FOLDER_IS_FAILING, false);
}

bool tree_walk_is_possible(struct tree *tree, folder_id id)
{
	const struct folder *folder = tree_folder(tree, id);

	return (folder->flags & FOLDER_IS_WALKED) &&
	       !(folder->flags & (FOLDER_IS_FILE | FOLDER_IS_MAILDIR)) &&
	       folders_is_there(&tree->folders, id, FOLDER_SELF) &&
	       tree_value(tree, id, FOLDER_SELF) != PLACE_REFUSED;
}

bool tree_walk_note_beyond(struct tree *tree, folder_id id)
{
	struct folder *folder = tree_folder(tree, id);
	unsigned old = folder->flags;

	if (tree_is_root(tree, id))
		return false;
	folder_mark(folder, FOLDER_IS_BEYOND, (folder->flags & FOLDER_IS_LINK) ||
	            (tree_folder(tree, folder->parent)->flags & FOLDER_IS_BEYOND));
	return folder->flags != old;
}

/* --- directories --- */

/* Meets an entry of a directory that is read. */
static void child_meet(struct tree *tree, folder_id parent, int directory,
                       const struct dirent *entry)
{
	folder_id child;

	if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
		return;
	child = tree->is_starting ? FOLDER_NONE
	                          : folders_find(&tree->folders, parent, entry->d_name);
	child = tree->kind->meet(tree, parent, child, directory, entry);
	if (child != FOLDER_NONE)
		tree_folder(tree, child)->flags |= FOLDER_IS_SEEN;
}

/* Reads the folder's directory; returns 0 at its end, otherwise an errno. */
static int directory_read(struct tree *tree, folder_id id)
{
	const struct dirent *entry;
	DIR *directory;
	int error;

	while ((directory = opendir(tree_path(tree, id))) == NULL && errno == EINTR)
		;
	if (directory == NULL)
		return errno;
	while ((errno = 0, entry = readdir(directory)) != NULL)
		child_meet(tree, id, dirfd(directory), entry);
	error = errno;
	closedir(directory);
	return error;
}

/* Notes how reading the folder's directory has ended: an errno, or 0. */
static void unread_note(struct tree *tree, folder_id id, int error)
{
	folder_mark(tree_folder(tree, id), FOLDER_IS_UNREAD, false);
	if (error == 0 || error == ENOENT || error == ENOTDIR)
		return;
	tree_folder(tree, id)->flags |= FOLDER_IS_UNREAD;
	tree->is_incomplete = true;
	tree_place_tell(tree, id, tree_path_shown(tree, id), "read", error);
}

/* Looks at what a directory was found to hold: at all of it, or at what is new. */
static bool child_look(struct tree *tree, folder_id id, enum depth depth)
{
	bool is_fresh = (tree_folder(tree, id)->flags & FOLDER_IS_FRESH) != 0;

	if (is_fresh && tree->kind->put_off != NULL && tree->kind->put_off(tree, id))
		return true;
	return (!is_fresh && depth != DEPTH_ALL) || look(tree, id, DEPTH_ALL);
}

/* Looks through the folder's directory for folders, and at those that are new. */
static void children_scan(struct tree *tree, folder_id id, enum depth depth)
{
	int error = directory_read(tree, id);
	folder_id child, next;
	bool is_gone;

	unread_note(tree, id, error);
	for (child = tree_folder(tree, id)->child; child != FOLDER_NONE; child = next) {
		next = tree_folder(tree, child)->sibling;
		is_gone = error == 0 && !(tree_folder(tree, child)->flags & FOLDER_IS_SEEN);
		folder_mark(tree_folder(tree, child), FOLDER_IS_SEEN, false);
		if (is_gone || !child_look(tree, child, depth))
			tree->kind->lose(tree, child);
	}
}

void tree_walk_lose_children(struct tree *tree, folder_id id)
{
	while (tree_folder(tree, id)->child != FOLDER_NONE)
		tree->kind->lose(tree, tree_folder(tree, id)->child);
}

/* --- walks --- */

/* Whether a link has led back to a directory above; notes it. */
static bool is_loop(struct tree *tree, folder_id id)
{
	folder_id up = id;
	struct stat here, above;

	folder_mark(tree_folder(tree, id), FOLDER_IS_LOOP, false);
	if (!(tree_folder(tree, id)->flags & FOLDER_IS_LINK) ||
	    stat(tree_path(tree, id), &here) == -1)
		return false;
	while ((up = tree_folder(tree, up)->parent) != FOLDER_NONE)
		if (stat(tree_path(tree, up), &above) == 0 && above.st_dev == here.st_dev &&
		    above.st_ino == here.st_ino) {
			tree_folder(tree, id)->flags |= FOLDER_IS_LOOP;
			return true;
		}
	return false;
}

/* Whether the folder may be walked; says the first time that one may not. */
static bool may_enter(struct tree *tree, folder_id id)
{
	folder_id refused;
	bool may = walks_enter(&tree->walks, id, &refused);

	if (refused != FOLDER_NONE && !tree->is_walk_told) {
		message_error("%s: links lead to this directory by more than %d ways; what lies "
		              "below it is told by %d of them only",
		              tree_path_shown(tree, refused), WALKS_MAX, WALKS_MAX);
		tree->is_walk_told = true;
	}
	return may;
}

static void walk(struct tree *tree, folder_id id, enum depth depth)
{
	bool is_seen = is_loop(tree, id);

	if (is_seen)
		walks_leave(&tree->walks, id);
	if (!is_seen && may_enter(tree, id))
		children_scan(tree, id, depth);
	else
		tree_walk_lose_children(tree, id);
	tree_walk_note_right(tree, id);
}

void tree_walk(struct tree *tree, folder_id id, enum depth depth)
{
	if (tree_folder(tree, id)->flags & FOLDER_IS_LINK)
		walks_add(&tree->walks, id);
	else
		walk(tree, id, depth);
}

HOT void tree_walk_waiting(struct tree *tree)
{
	folder_id id;

	while (walks_next(&tree->walks, &id))
		if (tree_walk_is_possible(tree, id))
			walk(tree, id, DEPTH_ALL);
}

HOT bool tree_look(struct tree *tree, folder_id id, enum depth depth)
{
	bool is_there = look(tree, id, depth);

	tree_walk_waiting(tree);
	return is_there;
}
