#include "tree_roots.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "filesystem.h"
#include "hot.h"
#include "message.h"
#include "path.h"
#include "tree.h"
#include "tree_place.h"
#include "tree_walk.h"

/* Sees what a root is on, or would be on. */
static void root_set_remote(struct tree *tree, const struct tree_root *root)
{
	struct stat status;
	char *nearest = presence_nearest(root->directory, &status);

	folder_mark(tree_folder(tree, root->folder), FOLDER_IS_REMOTE, false);
	tree_place_set_remote(tree, root->folder, nearest);
	free(nearest);
}

/* Watches the way to a root, and sees what it is on. */
static void root_follow(struct tree *tree, const struct tree_root *root)
{
	root_set_remote(tree, root);
	tree_place_follow(tree, root->folder);
}

/* Looks for a root that was not there. */
static enum presence_fate root_look_for(struct tree *tree, struct tree_root *root)
{
	if (!presence_note(&root->presence, root->directory)) {
		presence_forget(&root->presence);
		return PRESENCE_SAME;
	}
	root_set_remote(tree, root);
	return PRESENCE_ELSEWHERE;
}

/*
 * A root is no more what it was, on this device.  One that may come, and whose file
 * system is still there, was moved or deleted: it is waited for, and may be there
 * again already (PRESENCE_ELSEWHERE).
 */
static enum presence_fate root_lose(struct tree *tree, struct tree_root *root, dev_t device)
{
	struct stat status = { .st_dev = 0 };

	free(presence_nearest(root->directory, &status));
	if (!root->may_come || status.st_dev != device) {
		tree->gone = root;
		return PRESENCE_GONE;
	}
	tree->kind->empty(tree, root->folder);
	presence_forget(&root->presence);
	root_follow(tree, root);
	return root_look_for(tree, root);
}

/*
 * Looks again at links to nothing, once all that was there is watched: what
 * they led to may have come to a directory after they were looked at.
 */
static void look_at_dangling(struct tree *tree)
{
	for (folder_id id = 0; id < tree->folders.count && tree->folders.dangling > 0; id++)
		if (ways_has_owner(&tree->awaited, id) && !tree_is_root(tree, id) &&
		    !tree_look(tree, id, DEPTH_ALL))
			tree->kind->lose(tree, id);
}

/* Looks at everything below a root. */
static void root_scan(struct tree *tree, struct tree_root *root)
{
	while (!tree_awaits(root) && !tree_look(tree, root->folder, DEPTH_ALL))
		if (root_lose(tree, root, root->presence.device) == PRESENCE_GONE)
			return;
}

void tree_roots_scan(struct tree *tree)
{
	tree->rescan_due = CLOCK_NEVER;
	for (size_t i = 0; i < tree->roots; i++)
		root_scan(tree, &tree->root[i]);
	look_at_dangling(tree);
	tree->wants_scan = false;
	tree->rescan_end = clock_now();
}

/* What has become of a root that was there. */
static enum presence_fate root_look(struct tree *tree, struct tree_root *root)
{
	int value = tree_value(tree, root->folder, FOLDER_SELF);
	bool is_lost = root->is_whole && value == PLACE_MISSING;
	dev_t device = root->presence.device;
	enum presence_fate fate = presence_look(&root->presence, root->directory, is_lost);

	return fate == PRESENCE_GONE ? root_lose(tree, root, device) : fate;
}

void tree_roots_check(struct tree *tree, struct tree_root *root)
{
	enum presence_fate fate;

	/* The way's watches before the look: what happens in between is seen by one of them. */
	root_follow(tree, root);
	fate = tree_awaits(root) ? root_look_for(tree, root) : root_look(tree, root);
	if (fate == PRESENCE_ELSEWHERE) {
		tree_roots_scan(tree);
		report_all(tree->report);
	} else if (fate == PRESENCE_SAME && !root->is_whole) {
		tree_look(tree, root->folder, DEPTH_PLACES);
	}
}

bool tree_roots_check_all(struct tree *tree)
{
	for (size_t i = 0; i < tree->roots && tree->gone == NULL; i++)
		tree_roots_check(tree, &tree->root[i]);
	return tree->gone == NULL;
}

bool tree_roots_is_inside(const void *context, const char *path)
{
	const struct tree *tree = context;

	for (size_t i = 0; i < tree->roots; i++)
		if (tree->root[i].is_whole && !tree_awaits(&tree->root[i]) &&
		    path_below(path, tree->root[i].presence.real) != NULL)
			return true;
	return false;
}

HOT bool tree_roots_are_polled(struct tree *tree)
{
	for (size_t i = 0; i < tree->roots; i++) {
		folder_id id = tree->root[i].folder;

		if (tree_awaits(&tree->root[i]) &&
		    (tree->inotify == -1 || (tree_folder(tree, id)->flags & FOLDER_IS_REMOTE) ||
		     !ways_has_owner(&tree->awaited, id)))
			return true;
	}
	return false;
}

uint64_t tree_roots_mounts(const struct tree *tree)
{
	uint64_t number = 0;

	if (tree->mounts == -1)
		return 0;
	for (size_t i = 0; i < tree->roots; i++)
		if (tree->root[i].is_whole && !tree_awaits(&tree->root[i]))
			number += filesystem_mounts_below(tree->root[i].presence.real);
	return number;
}

bool tree_roots_start(struct tree *tree)
{
	for (size_t i = 0; i < tree->roots; i++) {
		struct tree_root *root = &tree->root[i];

		root_follow(tree, root);
		if (presence_note(&root->presence, root->directory))
			continue;
		if (!root->may_come || errno != ENOENT) {
			message_error("%s: %s", root->directory, strerror(errno));
			return false;
		}
		presence_forget(&root->presence);
	}
	return true;
}

void tree_roots_end(struct tree *tree)
{
	for (size_t i = 0; i < tree->roots; i++)
		free(tree->root[i].presence.real);
}
