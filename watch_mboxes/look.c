#include "look.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "contents.h"
#include "entry.h"
#include "hot.h"
#include "message.h"
#include "place.h"
#include "state.h"
#include "tree_place.h"
#include "tree_walk.h"

/* --- files --- */

/* Says once that the file can't be read, and so is taken for a mailbox. */
static void unreadable_tell(struct tree *tree, folder_id id, int error)
{
	if (error != EACCES && error != EPERM)
		report_all(tree->report);
	if (!(tree_folder(tree, id)->flags & FOLDER_IS_FAILING))
		message_error("%s: can't be read: %s; taken for a mailbox",
		              tree_path_shown(tree, id), strerror(error));
	tree_folder(tree, id)->flags |= FOLDER_IS_FAILING;
}

/*
 * Whether the file must be kept in mind although it is no mailbox now.  One that has
 * other names may be made one again by these: its directory does not tell that.
 */
static bool is_kept(struct tree *tree, folder_id id, bool has_others)
{
	unsigned flags = tree_folder(tree, id)->flags;

	return tree_is_root(tree, id) || (flags & FOLDER_IS_LINK) ||
	       tree_value(tree, id, FOLDER_SELF) < 0 ||
	       (has_others && (flags & FOLDER_WAS_MAILBOX));
}

/* Sees whether the file is a mailbox now, and tells that it has changed; false when it can be
 * forgotten. */
static bool contents_judge(struct tree *tree, folder_id id, bool has_others)
{
	enum contents contents = contents_look(tree_path(tree, id));

	if (contents == CONTENTS_UNREADABLE)
		unreadable_tell(tree, id, errno);
	else
		folder_mark(tree_folder(tree, id), FOLDER_IS_FAILING, false);
	if (contents == CONTENTS_NO_FILE || contents == CONTENTS_OTHER) {
		entry_gone(tree, id);
		return is_kept(tree, id, has_others);
	}
	tree_folder(tree, id)->flags |= FOLDER_IS_MAILBOX | FOLDER_WAS_MAILBOX;
	tree_tell_nameless(tree, id);
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
	int old = tree_value(tree, id, FOLDER_SELF);

	if (!was)
		tree_walk_lose_children(tree, id);
	folder->flags |= FOLDER_IS_FILE | FOLDER_IS_MET;
	if (!(folder->flags & FOLDER_IS_BOX)) {
		tree_place_drop(tree, id, FOLDER_SELF);
		return (folder->flags & FOLDER_IS_LINK) != 0;
	}
	if (!place_look_file(tree, id, is_apart) && !is_changed && was)
		return true;
	if (status->st_nlink > 1 && tree_value(tree, id, FOLDER_SELF) != old)
		tree->wants_scan = true;
	if (tree_value(tree, id, FOLDER_SELF) == PLACE_DANGLING)
		return true;
	return contents_judge(tree, id, status->st_nlink > 1);
}

/* --- directories --- */

static bool holds_directory(struct tree *tree, folder_id id, const char *name)
{
	char path[PATH_MAX];
	struct stat status;
	size_t length = strlen(tree_path(tree, id));

	if (length + strlen(name) + 2 > sizeof path)
		return false;
	memcpy(path, tree_path(tree, id), length);
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
			tree_path_shown(tree, id));
		tree_folder(tree, id)->flags |= FOLDER_IS_TOLD;
	}
	return is;
}

/* Whether the folder, which is as it was found, is a directory or a link to one. */
static bool leads_to_directory(struct tree *tree, folder_id id)
{
	struct stat status;

	if (entry_is(tree, id, ENTRY_FILE))
		return false;
	return stat(tree_path(tree, id), &status) == 0 && S_ISDIR(status.st_mode);
}

bool look_put_off(struct tree *tree, folder_id id)
{
	bool is_fresh = (tree_folder(tree, id)->flags & FOLDER_IS_FRESH) != 0;

	if (!tree_is_inbox(tree, id) &&
	    (!is_fresh || tree->is_starting || leads_to_directory(tree, id)))
		return false;
	bursts_appear(&mailstore_of(tree)->bursts, id, tree->now);
	return true;
}

/* What the entry of an open directory is; false for what can be no mailbox. */
static bool kind_of(int directory, const struct dirent *entry, enum entry_kind *kind)
{
	unsigned char type = entry->d_type;
	struct stat status;

	if (type == DT_UNKNOWN) /* some file systems do not say */
		type = fstatat(directory, entry->d_name, &status, AT_SYMLINK_NOFOLLOW) == 0
		       ? (unsigned char)IFTODT(status.st_mode) : DT_REG;
	*kind = type == DT_DIR ? ENTRY_DIRECTORY : type == DT_LNK ? ENTRY_LINK : ENTRY_FILE;
	return type == DT_DIR || type == DT_LNK || type == DT_REG;
}

folder_id look_meet(struct tree *tree, folder_id parent, folder_id known, int directory,
                    const struct dirent *entry)
{
	enum entry_kind kind;

	if (!kind_of(directory, entry, &kind))
		return FOLDER_NONE;
	if (known != FOLDER_NONE && entry_is(tree, known, kind))
		return known;
	if (known != FOLDER_NONE)
		entry_lose(tree, known);
	return entry_add(tree, parent, entry->d_name, kind);
}

static bool directory_look(struct tree *tree, folder_id id, enum depth depth)
{
	struct folder *folder = tree_folder(tree, id);
	int old = tree_value(tree, id, FOLDER_SELF);
	bool was_maildir = (folder->flags & FOLDER_IS_MAILDIR) != 0, news;

	entry_gone(tree, id);
	folder_mark(folder, FOLDER_IS_FILE, false);
	if (!(folder->flags & FOLDER_IS_WALKED)) {
		tree_place_drop(tree, id, FOLDER_SELF);
		return (folder->flags & FOLDER_IS_LINK) != 0;
	}
	news = place_look_directory(tree, id);
	if (!tree_walk_meet(tree, id, old, news, &depth))
		return false;
	if (tree_walk_note_beyond(tree, id) || was_maildir)
		depth = DEPTH_ALL;
	tree_walk_note_right(tree, id);
	if (tree_value(tree, id, FOLDER_SELF) == PLACE_REFUSED)
		return true;
	if (!folders_is_there(&tree->folders, id, FOLDER_SELF) || is_maildir(tree, id))
		tree_walk_lose_children(tree, id);
	else if (news || depth == DEPTH_ALL)
		tree_walk(tree, id, depth);
	return true;
}

/* --- both --- */

/*
 * What the folder is now: 0 with its status, or an errno.  Where a link, or INBOX's
 * path, leads there, the way is watched first.
 */
static int status_look(struct tree *tree, folder_id id, struct stat *status)
{
	struct folder *folder = tree_folder(tree, id);
	bool is_link;

	if (tree_is_root(tree, id) && !tree_is_inbox(tree, id))
		return stat(tree_path(tree, id), status) == -1 ? errno : 0;
	if (!tree_is_inbox(tree, id)) {
		if (lstat(tree_path(tree, id), status) == -1)
			return errno;
		is_link = S_ISLNK(status->st_mode);
		if (!is_link && (folder->flags & FOLDER_IS_LINKED))
			tree_place_drop_way(tree, id);
		folder_mark(folder, FOLDER_IS_LINK, is_link);
		folder_mark(folder, FOLDER_IS_LINKED, is_link);
		if (!is_link)
			return 0;
	}
	place_follow(tree, id);
	return stat(tree_path(tree, id), status) == -1 ? errno : 0;
}

/* The folder is nothing now, for this reason (an errno); false when it can be forgotten. */
static bool nothing_look(struct tree *tree, folder_id id, int error)
{
	tree_walk_lose_children(tree, id);
	entry_gone(tree, id);
	folder_mark(tree_folder(tree, id), FOLDER_IS_MET, false);
	place_set_missing(tree, id, error);
	return tree_value(tree, id, FOLDER_SELF) != PLACE_MISSING;
}

/* Looks at what the folder is now; false when it can be forgotten. */
HOT static bool look(struct tree *tree, folder_id id, enum depth depth, bool is_changed)
{
	struct folder *folder = tree_folder(tree, id);
	struct stat status;
	int error = status_look(tree, id, &status);

	if (error != 0)
		return nothing_look(tree, id, error);
	if (depth == DEPTH_ALL || (folder->flags & FOLDER_IS_LINKED))
		tree_place_note_remote(tree, id, status.st_mode);
	if (S_ISDIR(status.st_mode))
		return directory_look(tree, id, depth);
	if (S_ISREG(status.st_mode))
		return file_look(tree, id, &status, is_changed);
	return nothing_look(tree, id, ENOENT);
}

HOT bool look_at(struct tree *tree, folder_id id, enum depth depth)
{
	bool was_refused = tree_value(tree, id, FOLDER_SELF) == PLACE_REFUSED;
	bool is_changed = depth == DEPTH_CHANGED;
	bool is_there = look(tree, id, is_changed ? DEPTH_ALL : depth, is_changed);

	/* What may have come and gone there meanwhile is not known. */
	if (was_refused &&
	    (!is_there || tree_value(tree, id, FOLDER_SELF) != PLACE_REFUSED))
		report_all(tree->report);
	return is_there || tree_is_inbox(tree, id);
}
