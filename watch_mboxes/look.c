#include "look.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "bursts.h"
#include "contents.h"
#include "entry.h"
#include "folders.h"
#include "location.h"
#include "message.h"
#include "place.h"
#include "report.h"
#include "scan.h"
#include "state.h"
#include "walks.h"

/* --- files --- */

static void nameless_tell(struct tree *tree, folder_id id)
{
	if ((tree_folder(tree, id)->flags & (FOLDER_IS_NAMELESS | FOLDER_IS_TOLD)) !=
	    FOLDER_IS_NAMELESS)
		return;
	message_error(
		"%s: has no name that can be told; its changes are reported as changes of all "
		"mailboxes (see --exclude)",
		location_shown(tree, id));
	tree_folder(tree, id)->flags |= FOLDER_IS_TOLD;
}

/* Says once that the file can't be read, and so is taken for a mailbox. */
static void unreadable_tell(struct tree *tree, folder_id id, int error)
{
	if (error != EACCES && error != EPERM)
		report_all(tree->report);
	if (!(tree_folder(tree, id)->flags & FOLDER_IS_FAILING))
		message_error("%s: can't be read: %s; taken for a mailbox",
		              location_shown(tree, id), strerror(error));
	tree_folder(tree, id)->flags |= FOLDER_IS_FAILING;
}

/* Whether the file must be kept in mind although it is no mailbox now. */
static bool is_kept(struct tree *tree, folder_id id)
{
	return tree_is_root(tree, id) || (tree_folder(tree, id)->flags & FOLDER_IS_LINK) ||
	       tree_folder(tree, id)->watch[FOLDER_SELF] < 0;
}

/* Sees whether the file is a mailbox now, and tells that it has changed; false when it can be
 * forgotten. */
static bool contents_judge(struct tree *tree, folder_id id)
{
	enum contents contents = contents_look(location_path(tree, id));

	if (contents == CONTENTS_UNREADABLE)
		unreadable_tell(tree, id, errno);
	else
		folder_mark(tree_folder(tree, id), FOLDER_IS_FAILING, false);
	if (contents == CONTENTS_NO_FILE || contents == CONTENTS_OTHER) {
		entry_gone(tree, id);
		return is_kept(tree, id);
	}
	tree_folder(tree, id)->flags |= FOLDER_IS_MAILBOX;
	nameless_tell(tree, id);
	if (!tree->is_starting)
		entry_changed(tree, id);
	return true;
}

/* Looks at a file, of which the directory said this; false when it can be forgotten. */
static bool file_look(struct tree *tree, folder_id id, const struct stat *status, bool is_changed)
{
	struct folder *folder = tree_folder(tree, id);
	bool is_apart = tree_is_root(tree, id) || (folder->flags & FOLDER_IS_LINK) ||
	                status->st_nlink > 1;
	bool was = (folder->flags & FOLDER_IS_FILE) && (folder->flags & FOLDER_IS_MET);
	int old = folder->watch[FOLDER_SELF];

	if (!was)
		entry_lose_children(tree, id);
	folder->flags |= FOLDER_IS_FILE | FOLDER_IS_MET;
	if (!(folder->flags & FOLDER_IS_BOX)) {
		place_drop(tree, id);
		return (folder->flags & FOLDER_IS_LINK) != 0;
	}
	if (!place_look_file(tree, id, is_apart) && !is_changed && was)
		return true;
	if (status->st_nlink > 1 && tree_folder(tree, id)->watch[FOLDER_SELF] != old)
		tree->has_second_name = true;
	if (tree_folder(tree, id)->watch[FOLDER_SELF] == PLACE_DANGLING)
		return true;
	return contents_judge(tree, id);
}

/* --- directories --- */

static bool holds_directory(struct tree *tree, folder_id id, const char *name)
{
	char path[PATH_MAX];
	struct stat status;
	size_t length = strlen(location_path(tree, id));

	if (length + strlen(name) + 2 > sizeof path)
		return false;
	memcpy(path, location_path(tree, id), length);
	path[length] = '/';
	memcpy(path + length + 1, name, strlen(name) + 1);
	return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

/* Whether the directory is a Maildir, which is passed over; says so once. */
static bool is_maildir(struct tree *tree, folder_id id)
{
	struct folder *folder = tree_folder(tree, id);
	bool is = holds_directory(tree, id, "cur") && holds_directory(tree, id, "new");

	folder_mark(folder, FOLDER_IS_MAILDIR, is);
	if (is && !(folder->flags & FOLDER_IS_TOLD)) {
		message_error(
			"%s: a Maildir among mboxes: passed over; run watch_maildirs beside this "
			"for it",
			location_shown(tree, id));
		tree_folder(tree, id)->flags |= FOLDER_IS_TOLD;
	}
	return is;
}

/* Whether a link has led back to a directory above; notes it. */
static bool is_loop(struct tree *tree, folder_id id)
{
	folder_id up = id;
	struct stat here, above;

	folder_mark(tree_folder(tree, id), FOLDER_IS_LOOP, false);
	if (!(tree_folder(tree, id)->flags & FOLDER_IS_LINK) ||
	    stat(location_path(tree, id), &here) == -1)
		return false;
	while ((up = tree_folder(tree, up)->parent) != FOLDER_NONE)
		if (stat(location_path(tree, up), &above) == 0 && above.st_dev == here.st_dev &&
		    above.st_ino == here.st_ino) {
			tree_folder(tree, id)->flags |= FOLDER_IS_LOOP;
			return true;
		}
	return false;
}

static bool look_deeper(struct tree *tree, folder_id id, enum depth depth, bool is_changed);

/* Whether the folder, which is as it was found, is a directory or a link to one. */
static bool leads_to_directory(struct tree *tree, folder_id id)
{
	struct stat status;

	if (entry_is(tree, id, ENTRY_FILE))
		return false;
	return stat(location_path(tree, id), &status) == 0 && S_ISDIR(status.st_mode);
}

/*
 * Looks at what a directory was found to hold.  A name that is new counts once it
 * has been there for a moment; directories are looked into at once.
 */
static bool child_look(struct tree *tree, folder_id id, enum depth depth)
{
	bool is_fresh = (tree_folder(tree, id)->flags & FOLDER_IS_FRESH) != 0;

	if (is_fresh && !tree->is_starting && !leads_to_directory(tree, id)) {
		bursts_appear(&tree->bursts, id, tree->now);
		return true;
	}
	return (!is_fresh && depth != DEPTH_ALL) || look_deeper(tree, id, DEPTH_ALL, false);
}

/* Looks through the folder's directory, and at what is new there. */
static void children_scan(struct tree *tree, folder_id id, enum depth depth)
{
	bool is_whole = scan_directory(tree, id), is_gone;
	folder_id child, next;

	for (child = tree_folder(tree, id)->child; child != FOLDER_NONE; child = next) {
		next = tree_folder(tree, child)->sibling;
		is_gone = is_whole && !(tree_folder(tree, child)->flags & FOLDER_IS_SEEN);
		folder_mark(tree_folder(tree, child), FOLDER_IS_SEEN, false);
		if (is_gone || !child_look(tree, child, depth))
			entry_lose(tree, child);
	}
}

/* Whether what was said of the folder may be said again: it is as it should be. */
static bool is_right(const struct folder *folder)
{
	return folder->watch[FOLDER_SELF] != PLACE_REFUSED &&
	       folder->watch[FOLDER_SELF] != PLACE_DANGLING && !(folder->flags & FOLDER_IS_UNREAD);
}

/* Whether there is a directory to walk through. */
static bool can_be_walked(struct tree *tree, folder_id id)
{
	const struct folder *folder = tree_folder(tree, id);

	return (folder->flags & FOLDER_IS_WALKED) &&
	       !(folder->flags & (FOLDER_IS_FILE | FOLDER_IS_MAILDIR)) &&
	       folders_is_there(&tree->folders, id, FOLDER_SELF) &&
	       folder->watch[FOLDER_SELF] != PLACE_REFUSED;
}

/* Whether the folder may be walked; says the first time that one may not. */
static bool may_enter(struct tree *tree, folder_id id)
{
	folder_id refused;
	bool may = walks_enter(&tree->walks, id, &refused);

	if (refused != FOLDER_NONE && !tree->is_walk_told) {
		message_error(
			"%s: links lead to this directory by more than %d ways; what lies below it "
			"is told by %d of them only",
			location_shown(tree, refused), WALKS_MAX, WALKS_MAX);
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
		entry_lose_children(tree, id);
	if (is_right(tree_folder(tree, id)))
		folder_mark(tree_folder(tree, id), FOLDER_IS_FAILING, false);
}

/* Notes whether the folder is below a link; true when that is news. */
static bool beyond_note(struct tree *tree, folder_id id)
{
	struct folder *folder = tree_folder(tree, id);
	unsigned old = folder->flags;

	if (tree_is_root(tree, id))
		return false;
	folder_mark(folder, FOLDER_IS_BEYOND, (folder->flags & FOLDER_IS_LINK) ||
	            (tree_folder(tree, folder->parent)->flags & FOLDER_IS_BEYOND));
	return folder->flags != old;
}

/*
 * Whether a folder's directory has gone for another one: what mailboxes there may
 * have been since the last look is not known.
 */
static bool is_exchanged(const struct folder *folder, int old)
{
	return (folder->flags & FOLDER_IS_MET) && old != PLACE_DANGLING && old != PLACE_REFUSED &&
	       folder->watch[FOLDER_SELF] != old;
}

static bool directory_look(struct tree *tree, folder_id id, enum depth depth)
{
	struct folder *folder = tree_folder(tree, id);
	int old = folder->watch[FOLDER_SELF];
	bool was_maildir = (folder->flags & FOLDER_IS_MAILDIR) != 0, news;

	entry_gone(tree, id);
	folder_mark(folder, FOLDER_IS_FILE, false);
	if (!(folder->flags & FOLDER_IS_WALKED)) {
		place_drop(tree, id);
		return (folder->flags & FOLDER_IS_LINK) != 0;
	}
	news = place_look_directory(tree, id);
	if (folder->watch[FOLDER_SELF] == PLACE_MISSING)
		return false;
	if (is_exchanged(folder, old))
		report_all(tree->report);
	folder->flags |= FOLDER_IS_MET;
	if (beyond_note(tree, id) || (news && folder->watch[FOLDER_SELF] != old) || was_maildir)
		depth = DEPTH_ALL;
	if (is_right(folder))
		folder_mark(folder, FOLDER_IS_FAILING, false);
	if (folder->watch[FOLDER_SELF] == PLACE_REFUSED)
		return true;
	if (!folders_is_there(&tree->folders, id, FOLDER_SELF) || is_maildir(tree, id)) {
		entry_lose_children(tree, id);
		return true;
	}
	if (!news && depth != DEPTH_ALL)
		return true;
	if (folder->flags & FOLDER_IS_LINK)
		walks_add(&tree->walks, id);
	else
		walk(tree, id, depth);
	return true;
}

/* --- both --- */

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

/* Sees anew whether the folder is on a file system that must be polled. */
static void remote_note(struct tree *tree, folder_id id, mode_t type)
{
	struct folder *folder = tree_folder(tree, id);

	if (tree_is_root(tree, id))
		return;
	folder_mark(folder, FOLDER_IS_REMOTE,
	            (tree_folder(tree, folder->parent)->flags & FOLDER_IS_REMOTE) != 0);
	if (!(folder->flags & FOLDER_IS_REMOTE) && may_be_mounted(tree, id, type))
		place_set_remote(tree, id, location_path(tree, id));
}

/*
 * What the folder is now: 0 with its status, or an errno.  Where a link, or INBOX's
 * path, leads there, the way is watched first.
 */
static int status_look(struct tree *tree, folder_id id, struct stat *status)
{
	struct folder *folder = tree_folder(tree, id);
	bool is_link;

	if (tree_is_root(tree, id) && !tree_is_inbox(tree, id))
		return stat(location_path(tree, id), status) == -1 ? errno : 0;
	if (!tree_is_inbox(tree, id)) {
		if (lstat(location_path(tree, id), status) == -1)
			return errno;
		is_link = S_ISLNK(status->st_mode);
		if (!is_link && (folder->flags & FOLDER_IS_LINKED))
			place_drop_way(tree, id);
		folder_mark(folder, FOLDER_IS_LINK, is_link);
		folder_mark(folder, FOLDER_IS_LINKED, is_link);
		if (!is_link)
			return 0;
	}
	place_follow(tree, id);
	return stat(location_path(tree, id), status) == -1 ? errno : 0;
}

/* The folder is nothing now, for this reason (an errno); false when it can be forgotten. */
static bool nothing_look(struct tree *tree, folder_id id, int error)
{
	entry_lose_children(tree, id);
	entry_gone(tree, id);
	folder_mark(tree_folder(tree, id), FOLDER_IS_MET, false);
	place_set_missing(tree, id, error);
	return tree_folder(tree, id)->watch[FOLDER_SELF] != PLACE_MISSING;
}

/* Looks at what the folder is now. */
static bool look(struct tree *tree, folder_id id, enum depth depth, bool is_changed)
{
	struct folder *folder = tree_folder(tree, id);
	struct stat status;
	int error;

	if (folder->flags & FOLDER_IS_FRESH)
		depth = DEPTH_ALL;
	folder_mark(folder, FOLDER_IS_FRESH, false);
	error = status_look(tree, id, &status);
	if (error != 0)
		return nothing_look(tree, id, error);
	if (depth == DEPTH_ALL || (folder->flags & FOLDER_IS_LINKED))
		remote_note(tree, id, status.st_mode);
	if (S_ISDIR(status.st_mode))
		return directory_look(tree, id, depth);
	if (S_ISREG(status.st_mode))
		return file_look(tree, id, &status, is_changed);
	return nothing_look(tree, id, ENOENT);
}

/* look_at(), but for what waits to be walked. */
static bool look_deeper(struct tree *tree, folder_id id, enum depth depth, bool is_changed)
{
	bool was_refused = tree_folder(tree, id)->watch[FOLDER_SELF] == PLACE_REFUSED;
	bool is_there = look(tree, id, depth, is_changed);

	/* What may have come and gone there meanwhile is not known. */
	if (was_refused &&
	    (!is_there || tree_folder(tree, id)->watch[FOLDER_SELF] != PLACE_REFUSED))
		report_all(tree->report);
	return is_there;
}

bool look_at(struct tree *tree, folder_id id, enum depth depth, bool is_changed)
{
	bool is_there = look_deeper(tree, id, depth, is_changed);

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
