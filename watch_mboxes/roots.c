#include "roots.h"

#include <string.h>
#include <sys/stat.h>

#include "message.h"
#include "state.h"
#include "tree_roots.h"

/* Whether it is inside the base, or the directory that INBOX is in; a follow_is_inside. */
static bool is_around_inbox(const void *context, const char *path)
{
	const struct tree *tree = context;

	return tree_roots_is_inside(context, path) ||
	       (!tree_awaits(&tree->root[1]) && strcmp(path, tree->root[1].presence.real) == 0);
}

/* Whether there may be a mailbox at INBOX's path; says so when it is a directory. */
static bool is_inbox_possible(const char *path)
{
	struct stat status;

	if (stat(path, &status) == -1 || !S_ISDIR(status.st_mode))
		return true;
	message_error("%s: a directory, no mbox: INBOX is not watched (see --inbox; "
	              "watch_maildirs is for Maildirs)", path);
	return false;
}

/* Adds an INBOX outside the base; where its directory is must be known before its way is. */
static void inbox_add(struct tree *tree, const struct options *options)
{
	struct tree_root *root = tree_root_add(tree, options->inbox,
	                                       FOLDER_IS_BOX | FOLDER_IS_FILE);

	root->directory = options->inbox_directory;
	root->is_inside = is_around_inbox;
	presence_note(&root->presence, root->directory);
	mailstore_of(tree)->inbox = root->folder;
}

bool roots_add(struct tree *tree)
{
	const struct options *options = mailstore_of(tree)->options;
	struct tree_root *base = tree_root_add(tree, options->base, FOLDER_IS_WALKED);

	base->directory = options->base;
	base->is_whole = true;
	base->is_inside = tree_roots_is_inside;
	mailstore_of(tree)->inbox = FOLDER_NONE;
	if (options->inbox == NULL || watchoptions_exclude(tree->options, "INBOX") ||
	    !is_inbox_possible(options->inbox))
		return true;
	/* An INBOX inside the base is told by that name, whatever becomes of its file. */
	if (options->naming.inbox != NULL)
		mailstore_of(tree)->inbox = folders_add(&tree->folders, FOLDER_NONE,
		                                        options->inbox, 0);
	else
		inbox_add(tree, options);
	return true;
}
