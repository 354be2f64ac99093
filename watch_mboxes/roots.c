#include "roots.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "entry.h"
#include "filesystem.h"
#include "folders.h"
#include "look.h"
#include "message.h"
#include "options.h"
#include "path.h"
#include "place.h"
#include "presence.h"
#include "report.h"
#include "state.h"
#include "ways.h"

/* Watches the way to a root, and sees what it is on. */
static void root_follow(struct tree *tree, struct tree_root *root)
{
	folder_mark(tree_folder(tree, root->folder), FOLDER_IS_REMOTE, false);
	place_set_remote(tree, root->folder, root->directory);
	place_follow(tree, root->folder);
}

/* Looks at a root; one that is no directory any more is gone, an INBOX may come again. */
static void root_look(struct tree *tree, struct tree_root *root, enum depth depth)
{
	if (!look_at(tree, root->folder, depth, false) && !tree_is_inbox(tree, root->folder))
		tree->gone = root;
}

/*
 * Looks again at links to nothing, once all that was there is watched: what
 * they led to may have come to a directory after they were looked at.
 */
static void look_at_dangling(struct tree *tree)
{
	for (folder_id id = 0; id < tree->folders.count && tree->folders.dangling > 0; id++)
		if (ways_has_owner(&tree->awaited, id) && !tree_is_root(tree, id) &&
		    !look_at(tree, id, DEPTH_ALL, false))
			entry_lose(tree, id);
}

void roots_scan(struct tree *tree)
{
	tree->rescan_due = CLOCK_NEVER;
	for (size_t i = 0; i < tree->roots; i++)
		root_look(tree, &tree->root[i], DEPTH_ALL);
	look_at_dangling(tree);
	tree->has_second_name = false;
	tree->rescan_end = clock_now();
}

/* Whether the base's own watch, or what it has instead, is gone. */
static bool is_lost(struct tree *tree, const struct tree_root *root)
{
	return !tree_is_inbox(tree, root->folder) &&
	       tree_folder(tree, root->folder)->watch[FOLDER_SELF] == PLACE_MISSING;
}

void roots_check(struct tree *tree, struct tree_root *root)
{
	enum presence_fate fate;

	/* The way's watches before the look: what happens in between is seen by one of them. */
	root_follow(tree, root);
	fate = presence_look(&root->presence, root->directory, is_lost(tree, root));
	if (fate == PRESENCE_GONE)
		tree->gone = root;
	if (fate == PRESENCE_ELSEWHERE) {
		roots_scan(tree);
		report_all(tree->report);
	} else if (fate == PRESENCE_SAME && tree_is_inbox(tree, root->folder)) {
		root_look(tree, root, DEPTH_PLACES);
	}
}

bool roots_check_all(struct tree *tree)
{
	for (size_t i = 0; i < tree->roots && tree->gone == NULL; i++)
		roots_check(tree, &tree->root[i]);
	return tree->gone == NULL;
}

bool roots_is_inside(const void *context, const char *path)
{
	const struct tree *tree = context;

	return tree->root[0].presence.real != NULL &&
	       path_below(path, tree->root[0].presence.real) != NULL;
}

bool roots_is_around_inbox(const void *context, const char *path)
{
	const struct tree *tree = context;

	return roots_is_inside(context, path) || (tree->root[1].presence.real != NULL &&
	                                          strcmp(path, tree->root[1].presence.real) == 0);
}

uint64_t roots_mounts(const struct tree *tree)
{
	return tree->mounts == -1 ? 0 : filesystem_mounts_below(tree->root[0].presence.real);
}

static bool add(struct tree *tree, const char *path, const char *directory, unsigned flags)
{
	struct tree_root *root = &tree->root[tree->roots++];

	root->folder = folders_add(&tree->folders, FOLDER_NONE, path, flags);
	root->directory = directory;
	if (presence_note(&root->presence, directory))
		return true;
	message_error("%s: %s", directory, strerror(errno));
	return false;
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

/* An INBOX inside the base is told by that name, whatever becomes of its file. */
static bool inbox_start(struct tree *tree)
{
	const struct options *options = tree->options;

	tree->inbox = FOLDER_NONE;
	if (options->inbox == NULL || options_exclude(options, "INBOX") ||
	    !is_inbox_possible(options->inbox))
		return true;
	if (options->naming.inbox != NULL) {
		tree->inbox = folders_add(&tree->folders, FOLDER_NONE, options->inbox, 0);
		return true;
	}
	if (!add(tree, options->inbox, options->inbox_directory, FOLDER_IS_BOX | FOLDER_IS_FILE))
		return false;
	tree->inbox = tree->root[1].folder;
	return true;
}

bool roots_start(struct tree *tree)
{
	if (!add(tree, tree->options->base, tree->options->base, FOLDER_IS_WALKED) ||
	    !inbox_start(tree))
		return false;
	for (size_t i = 0; i < tree->roots; i++)
		root_follow(tree, &tree->root[i]);
	return true;
}

void roots_end(struct tree *tree)
{
	for (size_t i = 0; i < tree->roots; i++)
		free(tree->root[i].presence.real);
}
