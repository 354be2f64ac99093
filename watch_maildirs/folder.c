#include "folder.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "entry.h"
#include "message.h"
#include "place.h"
#include "walks.h"

static bool is_due(const struct folder *folder, enum folder_role role, enum tree_depth depth)
{
	return depth != TREE_UNWATCHED || folder->watch[role] < 0 ||
	       (folder->watch[role] == PLACE_MISSING && folder->watch[FOLDER_SELF] < 0);
}

/* Looks at the folder's new/ and cur/; reports what they tell. */
static void mailbox_look(struct tree *tree, folder_id id, enum tree_depth depth)
{
	bool was = (entry_get(tree, id)->flags & FOLDER_IS_MAILBOX) != 0, is, news = false;

	if (!(entry_get(tree, id)->flags & FOLDER_IS_BOX))
		return;
	if (is_due(entry_get(tree, id), FOLDER_NEW, depth))
		news |= place_look(tree, id, FOLDER_NEW);
	if (is_due(entry_get(tree, id), FOLDER_CUR, depth))
		news |= place_look(tree, id, FOLDER_CUR);
	is = place_is_there(tree, id, FOLDER_NEW) && place_is_there(tree, id, FOLDER_CUR);
	entry_get(tree, id)->flags &= ~(unsigned)FOLDER_IS_MAILBOX;
	if (is)
		entry_get(tree, id)->flags |= FOLDER_IS_MAILBOX;
	if (was && !is)
		report_all(tree->report);
	if (is && (news || !was) && !tree->is_starting)
		report_mailbox(tree->report, id);
	if (is && !was && (entry_get(tree, id)->flags & (FOLDER_IS_NAMELESS | FOLDER_IS_TOLD)) ==
	          FOLDER_IS_NAMELESS) {
		message_error("%s: has no name that can be told; its changes are reported as "
		              "changes of all mailboxes (see --exclude)", entry_shown(tree, id));
		entry_get(tree, id)->flags |= FOLDER_IS_TOLD;
	}
}

/* Whether the folder is a link itself. */
static bool is_link(struct tree *tree, folder_id id)
{
	const struct folder *folder = entry_get(tree, id);
	char nothing[1];

	if (entry_is_root(tree, id) ||
	    (folder->watch[FOLDER_SELF] > 0 && !(folder->flags & FOLDER_IS_LINKED)))
		return false;
	return readlink(entry_path(tree, id), nothing, sizeof nothing) != -1;
}

/* Notes whether the folder is a link, or below one; true when that is news. */
static bool link_note(struct tree *tree, folder_id id)
{
	struct folder *folder = entry_get(tree, id);
	unsigned old = folder->flags;

	folder->flags &= ~(unsigned)(FOLDER_IS_LINK | FOLDER_IS_BEYOND);
	if (is_link(tree, id))
		folder->flags |= FOLDER_IS_LINK | FOLDER_IS_BEYOND;
	else if (!entry_is_root(tree, id))
		folder->flags |= entry_get(tree, folder->parent)->flags & FOLDER_IS_BEYOND;
	return folder->flags != old;
}

/* Whether a link has led back to a directory above; notes it. */
static bool is_loop(struct tree *tree, folder_id id)
{
	folder_id up = id;
	struct stat here, above;

	entry_get(tree, id)->flags &= ~(unsigned)FOLDER_IS_LOOP;
	if (!(entry_get(tree, id)->flags & FOLDER_IS_LINK) ||
	    stat(entry_path(tree, id), &here) == -1)
		return false;
	while ((up = entry_get(tree, up)->parent) != FOLDER_NONE)
		if (stat(entry_path(tree, up), &above) == 0 && above.st_dev == here.st_dev &&
		    above.st_ino == here.st_ino) {
			entry_get(tree, id)->flags |= FOLDER_IS_LOOP;
			return true;
		}
	return false;
}

static void children_lose(struct tree *tree, folder_id id)
{
	while (entry_get(tree, id)->child != FOLDER_NONE)
		entry_lose(tree, entry_get(tree, id)->child);
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
		entry_get(tree, child)->flags |= FOLDER_IS_SEEN;
}

/* Notes how reading the folder's directory has ended: an errno, or 0. */
static void unread_note(struct tree *tree, folder_id id, int error)
{
	entry_get(tree, id)->flags &= ~(unsigned)FOLDER_IS_UNREAD;
	if (error == 0 || error == ENOENT || error == ENOTDIR)
		return;
	entry_get(tree, id)->flags |= FOLDER_IS_UNREAD;
	tree->is_incomplete = true;
	place_tell(tree, id, entry_shown(tree, id), "read", error);
}

/* Reads the folder's directory; returns 0 at its end, otherwise an errno. */
static int directory_read(struct tree *tree, folder_id id)
{
	const struct dirent *entry;
	DIR *directory;
	int error;

	do
		directory = opendir(entry_path(tree, id));
	while (directory == NULL && errno == EINTR);
	if (directory == NULL)
		return errno;
	while ((errno = 0, entry = readdir(directory)) != NULL)
		child_meet(tree, id, entry);
	error = errno;
	closedir(directory);
	return error;
}

static bool look(struct tree *tree, folder_id id, enum tree_depth depth);

/* Looks through the folder's directory for folders, and at those that are new. */
static void children_scan(struct tree *tree, folder_id id, enum tree_depth depth)
{
	int error = directory_read(tree, id);
	bool is_whole = error == 0, is_gone, is_wanted;
	folder_id child, next;
	unsigned flags;

	unread_note(tree, id, error);
	for (child = entry_get(tree, id)->child; child != FOLDER_NONE; child = next) {
		next = entry_get(tree, child)->sibling;
		flags = entry_get(tree, child)->flags;
		entry_get(tree, child)->flags &= ~(unsigned)FOLDER_IS_SEEN;
		is_gone = is_whole && !(flags & FOLDER_IS_SEEN);
		is_wanted = (flags & FOLDER_IS_FRESH) || depth == TREE_DEEP;
		if (is_gone || (is_wanted && !look(tree, child, TREE_DEEP)))
			entry_lose(tree, child);
	}
}

/* Whether the folder may be on another file system than its parent, unknown to watch_link(). */
static bool may_be_mounted(struct tree *tree, folder_id id)
{
	if (tree->mounts_below != 0)
		return true;
	while ((id = entry_get(tree, id)->parent) != FOLDER_NONE)
		if (entry_get(tree, id)->flags & FOLDER_IS_LINKED)
			return true;
	return false;
}

/* Forgets what was known of links and file systems on the folder's way. */
static void way_forget(struct tree *tree, folder_id id)
{
	struct folder *folder = entry_get(tree, id);

	if (entry_is_root(tree, id))
		return;
	if (folder->flags & FOLDER_IS_LINKED)
		links_drop(&tree->links, id, place_release, tree);
	folder->flags &= ~(unsigned)(FOLDER_IS_LINKED | FOLDER_IS_REMOTE);
	folder->flags |= entry_get(tree, folder->parent)->flags & FOLDER_IS_REMOTE;
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
	int role;

	for (role = 0; role < FOLDER_ROLES; role++)
		if (folder->watch[role] == PLACE_REFUSED || folder->watch[role] == PLACE_DANGLING)
			return false;
	return !(folder->flags & FOLDER_IS_UNREAD);
}

/* Whether there is a directory to walk through. */
static bool can_be_walked(struct tree *tree, folder_id id)
{
	return (entry_get(tree, id)->flags & FOLDER_IS_WALKED) &&
	       place_is_there(tree, id, FOLDER_SELF) &&
	       entry_get(tree, id)->watch[FOLDER_SELF] != PLACE_REFUSED;
}

/* Looks at what lies below the folder, unless that is seen by enough other ways. */
static void walk(struct tree *tree, folder_id id, enum tree_depth depth)
{
	if (is_loop(tree, id)) {
		walks_leave(tree, id);
		children_lose(tree, id);
	} else if (!walks_enter(tree, id)) {
		children_lose(tree, id);
	} else {
		children_scan(tree, id, depth);
	}
	if (is_right(entry_get(tree, id)))
		entry_get(tree, id)->flags &= ~(unsigned)FOLDER_IS_FAILING;
}

/* folder_look(), but for what waits to be walked. */
static bool look(struct tree *tree, folder_id id, enum tree_depth depth)
{
	struct folder *folder = entry_get(tree, id);
	int old = folder->watch[FOLDER_SELF];
	bool news = false;

	if (folder->flags & FOLDER_IS_FRESH)
		depth = TREE_DEEP;
	folder->flags &= ~(unsigned)FOLDER_IS_FRESH;
	if ((folder->flags & FOLDER_IS_LINKED) && depth == TREE_UNWATCHED)
		depth = TREE_PLACES;
	if (depth == TREE_DEEP || (folder->flags & FOLDER_IS_LINKED))
		way_forget(tree, id);
	if (is_due(folder, FOLDER_SELF, depth))
		news = place_look(tree, id, FOLDER_SELF);
	if (folder->watch[FOLDER_SELF] == PLACE_MISSING)
		return false;
	if (is_exchanged(folder, old))
		report_all(tree->report);
	folder->flags |= FOLDER_IS_MET;
	if (news && folder->watch[FOLDER_SELF] != old)
		depth = TREE_DEEP;
	mailbox_look(tree, id, depth);
	if (is_right(folder))
		folder->flags &= ~(unsigned)FOLDER_IS_FAILING;
	if (!can_be_walked(tree, id) || (!news && depth != TREE_DEEP))
		return true;
	if (link_note(tree, id))
		depth = TREE_DEEP;
	if (folder->flags & FOLDER_IS_LINK)
		walks_add(tree, id);
	else
		walk(tree, id, depth);
	return true;
}

bool folder_look(struct tree *tree, folder_id id, enum tree_depth depth)
{
	bool is_there = look(tree, id, depth);

	folder_walk_waiting(tree);
	return is_there;
}

void folder_walk_waiting(struct tree *tree)
{
	folder_id id;

	while (walks_next(tree, &id))
		if (can_be_walked(tree, id))
			walk(tree, id, TREE_DEEP);
}
