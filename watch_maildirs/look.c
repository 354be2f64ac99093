#include "look.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "entry.h"
#include "folders.h"
#include "message.h"
#include "place.h"
#include "report.h"
#include "state.h"
#include "walks.h"

static bool is_due(const struct folder *folder, enum folder_role role, enum depth depth)
{
	return depth != DEPTH_UNWATCHED || folder->watch[role] < 0 ||
	       (folder->watch[role] == PLACE_MISSING && folder->watch[FOLDER_SELF] < 0);
}

/* Looks at the folder's new/ and cur/; reports what they tell. */
static void mailbox_look(struct tree *tree, folder_id id, enum depth depth)
{
	bool was = (tree_folder(tree, id)->flags & FOLDER_IS_MAILBOX) != 0, is, news = false;

	if (!(tree_folder(tree, id)->flags & FOLDER_IS_BOX))
		return;
	if (is_due(tree_folder(tree, id), FOLDER_NEW, depth))
		news |= place_look(tree, id, FOLDER_NEW);
	if (is_due(tree_folder(tree, id), FOLDER_CUR, depth))
		news |= place_look(tree, id, FOLDER_CUR);
	is = folders_is_there(&tree->folders, id, FOLDER_NEW) &&
	     folders_is_there(&tree->folders, id, FOLDER_CUR);
	folder_mark(tree_folder(tree, id), FOLDER_IS_MAILBOX, is);
	if (was && !is)
		report_all(tree->report);
	if (is && (news || !was) && !tree->is_starting)
		report_mailbox(tree->report, id);
	if (is && !was && (tree_folder(tree, id)->flags & (FOLDER_IS_NAMELESS | FOLDER_IS_TOLD)) ==
	          FOLDER_IS_NAMELESS) {
		message_error("%s: has no name that can be told; its changes are reported as "
		              "changes of all mailboxes (see --exclude)", entry_shown(tree, id));
		tree_folder(tree, id)->flags |= FOLDER_IS_TOLD;
	}
}

/* Whether the folder is a link itself. */
static bool is_link(struct tree *tree, folder_id id)
{
	const struct folder *folder = tree_folder(tree, id);
	char nothing[1];

	if (tree_is_root(tree, id) ||
	    (folder->watch[FOLDER_SELF] > 0 && !(folder->flags & FOLDER_IS_LINKED)))
		return false;
	return readlink(entry_path(tree, id), nothing, sizeof nothing) != -1;
}

/* Notes whether the folder is a link, or below one; true when that is news. */
static bool link_note(struct tree *tree, folder_id id)
{
	struct folder *folder = tree_folder(tree, id);
	unsigned old = folder->flags;

	folder->flags &= ~(unsigned)(FOLDER_IS_LINK | FOLDER_IS_BEYOND);
	if (is_link(tree, id))
		folder->flags |= FOLDER_IS_LINK | FOLDER_IS_BEYOND;
	else if (!tree_is_root(tree, id))
		folder->flags |= tree_folder(tree, folder->parent)->flags & FOLDER_IS_BEYOND;
	return folder->flags != old;
}

/* Whether a link has led back to a directory above; notes it. */
static bool is_loop(struct tree *tree, folder_id id)
{
	folder_id up = id;
	struct stat here, above;

	folder_mark(tree_folder(tree, id), FOLDER_IS_LOOP, false);
	if (!(tree_folder(tree, id)->flags & FOLDER_IS_LINK) ||
	    stat(entry_path(tree, id), &here) == -1)
		return false;
	while ((up = tree_folder(tree, up)->parent) != FOLDER_NONE)
		if (stat(entry_path(tree, up), &above) == 0 && above.st_dev == here.st_dev &&
		    above.st_ino == here.st_ino) {
			tree_folder(tree, id)->flags |= FOLDER_IS_LOOP;
			return true;
		}
	return false;
}

static void children_lose(struct tree *tree, folder_id id)
{
	while (tree_folder(tree, id)->child != FOLDER_NONE)
		entry_lose(tree, tree_folder(tree, id)->child);
}

/* Meets an entry of a directory that is scanned. */
static void child_meet(struct tree *tree, folder_id parent, const struct dirent *entry)
{
	folder_id child;

	if (entry->d_type != DT_DIR && entry->d_type != DT_LNK && entry->d_type != DT_UNKNOWN)
		return;
	if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
		return;
	child = tree->is_starting ? FOLDER_NONE
	                          : folders_find(&tree->folders, parent, entry->d_name);
	if (child == FOLDER_NONE)
		child = entry_add(tree, parent, entry->d_name);
	if (child != FOLDER_NONE)
		tree_folder(tree, child)->flags |= FOLDER_IS_SEEN;
}

/* Notes how reading the folder's directory has ended: an errno, or 0. */
static void unread_note(struct tree *tree, folder_id id, int error)
{
	folder_mark(tree_folder(tree, id), FOLDER_IS_UNREAD, false);
	if (error == 0 || error == ENOENT || error == ENOTDIR)
		return;
	tree_folder(tree, id)->flags |= FOLDER_IS_UNREAD;
	tree->is_incomplete = true;
	place_tell(tree, id, entry_shown(tree, id), "read", error);
}

/* Reads the folder's directory; returns 0 at its end, otherwise an errno. */
static int directory_read(struct tree *tree, folder_id id)
{
	const struct dirent *entry;
	DIR *directory;
	int error;

	while ((directory = opendir(entry_path(tree, id))) == NULL && errno == EINTR)
		;
	if (directory == NULL)
		return errno;
	while ((errno = 0, entry = readdir(directory)) != NULL)
		child_meet(tree, id, entry);
	error = errno;
	closedir(directory);
	return error;
}

static bool look_deeper(struct tree *tree, folder_id id, enum depth depth);

/* Looks through the folder's directory for folders, and at those that are new. */
static void children_scan(struct tree *tree, folder_id id, enum depth depth)
{
	int error = directory_read(tree, id);
	bool is_whole = error == 0, is_gone, is_wanted;
	folder_id child, next;
	unsigned flags;

	unread_note(tree, id, error);
	for (child = tree_folder(tree, id)->child; child != FOLDER_NONE; child = next) {
		next = tree_folder(tree, child)->sibling;
		flags = tree_folder(tree, child)->flags;
		folder_mark(tree_folder(tree, child), FOLDER_IS_SEEN, false);
		is_gone = is_whole && !(flags & FOLDER_IS_SEEN);
		is_wanted = (flags & FOLDER_IS_FRESH) || depth == DEPTH_ALL;
		if (is_gone || (is_wanted && !look_deeper(tree, child, DEPTH_ALL)))
			entry_lose(tree, child);
	}
}

/* Whether the folder may be on another file system than its parent, unknown to watch_link(). */
static bool may_be_mounted(struct tree *tree, folder_id id)
{
	if (tree->mounts_below != 0)
		return true;
	while ((id = tree_folder(tree, id)->parent) != FOLDER_NONE)
		if (tree_folder(tree, id)->flags & FOLDER_IS_LINKED)
			return true;
	return false;
}

/* Forgets what was known of links and file systems on the folder's way. */
static void way_forget(struct tree *tree, folder_id id)
{
	struct folder *folder = tree_folder(tree, id);

	if (tree_is_root(tree, id))
		return;
	if (folder->flags & FOLDER_IS_LINKED)
		place_drop_way(tree, id);
	folder->flags &= ~(unsigned)(FOLDER_IS_LINKED | FOLDER_IS_REMOTE);
	folder->flags |= tree_folder(tree, folder->parent)->flags & FOLDER_IS_REMOTE;
	if (!(folder->flags & FOLDER_IS_REMOTE) && may_be_mounted(tree, id))
		place_set_remote(tree, id, entry_path(tree, id));
}

/*
 * Whether a folder's directory has gone, for a link to nothing or for another
 * one: what it may have been since the last look is not known.
 */
static bool is_exchanged(const struct folder *folder, int old)
{
	return (folder->flags & FOLDER_IS_MET) && old != PLACE_DANGLING &&
	       old != PLACE_REFUSED && folder->watch[FOLDER_SELF] != old;
}

/* Whether what was said of the folder may be said again: its places are as they should be. */
static bool is_right(const struct folder *folder)
{
	for (int role = 0; role < FOLDER_ROLES; role++)
		if (folder->watch[role] == PLACE_REFUSED || folder->watch[role] == PLACE_DANGLING)
			return false;
	return !(folder->flags & FOLDER_IS_UNREAD);
}

/* Whether there is a directory to walk through. */
static bool can_be_walked(struct tree *tree, folder_id id)
{
	return (tree_folder(tree, id)->flags & FOLDER_IS_WALKED) &&
	       folders_is_there(&tree->folders, id, FOLDER_SELF) &&
	       tree_folder(tree, id)->watch[FOLDER_SELF] != PLACE_REFUSED;
}

/* Whether the folder may be walked; says the first time that one may not. */
static bool may_enter(struct tree *tree, folder_id id)
{
	folder_id refused;
	bool may = walks_enter(&tree->walks, id, &refused);

	if (refused != FOLDER_NONE && !tree->is_walk_told) {
		message_error("%s: links lead to this directory by more than %d ways; what lies "
		              "below it is told by %d of them only", entry_shown(tree, refused),
		              WALKS_MAX, WALKS_MAX);
		tree->is_walk_told = true;
	}
	return may;
}

/* Looks at what lies below the folder, unless that is seen by enough other ways. */
static void walk(struct tree *tree, folder_id id, enum depth depth)
{
	bool is_seen = is_loop(tree, id);

	if (is_seen)
		walks_leave(&tree->walks, id);
	if (!is_seen && may_enter(tree, id))
		children_scan(tree, id, depth);
	else
		children_lose(tree, id);
	if (is_right(tree_folder(tree, id)))
		folder_mark(tree_folder(tree, id), FOLDER_IS_FAILING, false);
}

/* look_at(), but for what waits to be walked. */
static bool look_deeper(struct tree *tree, folder_id id, enum depth depth)
{
	struct folder *folder = tree_folder(tree, id);
	int old = folder->watch[FOLDER_SELF];
	bool news = false;

	if (folder->flags & FOLDER_IS_FRESH)
		depth = DEPTH_ALL;
	folder_mark(folder, FOLDER_IS_FRESH, false);
	if ((folder->flags & FOLDER_IS_LINKED) && depth == DEPTH_UNWATCHED)
		depth = DEPTH_PLACES;
	if (depth == DEPTH_ALL || (folder->flags & FOLDER_IS_LINKED))
		way_forget(tree, id);
	if (is_due(folder, FOLDER_SELF, depth))
		news = place_look(tree, id, FOLDER_SELF);
	if (folder->watch[FOLDER_SELF] == PLACE_MISSING)
		return false;
	if (is_exchanged(folder, old))
		report_all(tree->report);
	folder->flags |= FOLDER_IS_MET;
	if (news && folder->watch[FOLDER_SELF] != old)
		depth = DEPTH_ALL;
	mailbox_look(tree, id, depth);
	if (is_right(folder))
		folder_mark(folder, FOLDER_IS_FAILING, false);
	if (!can_be_walked(tree, id) || (!news && depth != DEPTH_ALL))
		return true;
	if (link_note(tree, id))
		depth = DEPTH_ALL;
	if (folder->flags & FOLDER_IS_LINK)
		walks_add(&tree->walks, id);
	else
		walk(tree, id, depth);
	return true;
}

bool look_at(struct tree *tree, folder_id id, enum depth depth)
{
	bool is_there = look_deeper(tree, id, depth);

	look_at_waiting(tree);
	return is_there;
}

void look_at_waiting(struct tree *tree)
{
	folder_id id;

	while (walks_next(&tree->walks, &id))
		if (can_be_walked(tree, id))
			walk(tree, id, DEPTH_ALL);
}
