#include "scan.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "entry.h"
#include "folders.h"
#include "location.h"
#include "place.h"
#include "state.h"

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

/* Meets what a directory holds. */
static void child_meet(struct tree *tree, folder_id parent, const char *name, enum entry_kind kind)
{
	folder_id child = tree->is_starting ? FOLDER_NONE
	                                    : folders_find(&tree->folders, parent, name);

	if (child != FOLDER_NONE && !entry_is(tree, child, kind)) {
		entry_lose(tree, child);
		child = FOLDER_NONE;
	}
	if (child == FOLDER_NONE)
		child = entry_add(tree, parent, name, kind);
	if (child != FOLDER_NONE)
		tree_folder(tree, child)->flags |= FOLDER_IS_SEEN;
}

/* Returns 0 at the directory's end, otherwise an errno. */
static int read_to_end(struct tree *tree, folder_id id)
{
	const struct dirent *entry;
	enum entry_kind kind;
	DIR *directory;
	int error;

	while ((directory = opendir(location_path(tree, id))) == NULL && errno == EINTR)
		;
	if (directory == NULL)
		return errno;
	while ((errno = 0, entry = readdir(directory)) != NULL)
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0 &&
		    kind_of(dirfd(directory), entry, &kind))
			child_meet(tree, id, entry->d_name, kind);
	error = errno;
	closedir(directory);
	return error;
}

bool scan_directory(struct tree *tree, folder_id id)
{
	int error = read_to_end(tree, id);

	folder_mark(tree_folder(tree, id), FOLDER_IS_UNREAD, false);
	if (error == 0 || error == ENOENT || error == ENOTDIR)
		return error == 0;
	tree_folder(tree, id)->flags |= FOLDER_IS_UNREAD;
	tree->is_incomplete = true;
	place_tell(tree, id, "read", error);
	return false;
}
