#include "roots.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "entry.h"
#include "filesystem.h"
#include "folders.h"
#include "follow.h"
#include "look.h"
#include "message.h"
#include "options.h"
#include "path.h"
#include "place.h"
#include "presence.h"
#include "report.h"
#include "state.h"
#include "ways.h"

static const char *root_path(struct tree *tree, const struct tree_root *root)
{
	return tree_folder(tree, root->folder)->name;
}

/* A part of the way to an INBOX is awaited wherever it is missing; a follow_is_inside. */
static bool is_anywhere(const void *context, const char *path)
{
	(void)context;
	(void)path;
	return true;
}

/* Sees what a root is on, or would be on. */
static void root_set_remote(struct tree *tree, const struct tree_root *root)
{
	struct stat status;
	char *nearest = presence_nearest(root_path(tree, root), &status);

	folder_mark(tree_folder(tree, root->folder), FOLDER_IS_REMOTE, false);
	place_set_remote(tree, root->folder, nearest);
	free(nearest);
}

/* Watches the way to a root, and sees what it is on. */
static void root_follow(struct tree *tree, const struct tree_root *root)
{
	struct follow follow = tree->follow;
	const char *path = root_path(tree, root);

	root_set_remote(tree, root);
	if (tree->inotify == -1)
		return;
	if (root->kind == LAYOUT_INBOX)
		follow.is_inside = is_anywhere;
	place_drop_way(tree, root->folder);
	while (!follow_way(&follow, root->folder, path, 0) && access(path, F_OK) == 0)
		; /* what was missing has come meanwhile */
}

/* Looks for an INBOX that was not there. */
static enum presence_fate root_look_for(struct tree *tree, struct tree_root *root)
{
	if (!presence_note(&root->presence, root_path(tree, root))) {
		presence_forget(&root->presence);
		return PRESENCE_SAME;
	}
	root_set_remote(tree, root);
	return PRESENCE_ELSEWHERE;
}

/*
 * A root is no more what it was, on this device.  An INBOX whose file system is
 * still there was moved or deleted: it is waited for, and may be there again
 * already (PRESENCE_ELSEWHERE).
 */
static enum presence_fate root_lose(struct tree *tree, struct tree_root *root, dev_t device)
{
	struct stat status = { .st_dev = 0 };

	free(presence_nearest(root_path(tree, root), &status));
	if (root->kind != LAYOUT_INBOX || status.st_dev != device) {
		tree->gone = root;
		return PRESENCE_GONE;
	}
	entry_empty(tree, root->folder);
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
		    !look_at(tree, id, DEPTH_ALL))
			entry_lose(tree, id);
}

/* Looks at everything below a root. */
static void root_scan(struct tree *tree, struct tree_root *root)
{
	while (!tree_awaits(root) && !look_at(tree, root->folder, DEPTH_ALL))
		if (root_lose(tree, root, root->presence.device) == PRESENCE_GONE)
			return;
}

void roots_scan(struct tree *tree)
{
	tree->rescan_due = CLOCK_NEVER;
	for (size_t i = 0; i < tree->roots; i++)
		root_scan(tree, &tree->root[i]);
	look_at_dangling(tree);
	tree->rescan_end = clock_now();
}

/* What has become of a root that was there. */
static enum presence_fate root_look(struct tree *tree, struct tree_root *root)
{
	const struct folder *folder = tree_folder(tree, root->folder);
	dev_t device = root->presence.device;
	enum presence_fate fate = presence_look(&root->presence, folder->name,
	                                        folder->watch[FOLDER_SELF] == PLACE_MISSING);

	return fate == PRESENCE_GONE ? root_lose(tree, root, device) : fate;
}

void roots_check(struct tree *tree, struct tree_root *root)
{
	enum presence_fate fate;

	/* The way's watches before the look: what happens in between is seen by one of them. */
	root_follow(tree, root);
	fate = tree_awaits(root) ? root_look_for(tree, root) : root_look(tree, root);
	if (fate == PRESENCE_ELSEWHERE) {
		roots_scan(tree);
		report_all(tree->report);
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

	for (size_t i = 0; i < tree->roots; i++)
		if (tree->root[i].presence.real != NULL &&
		    path_below(path, tree->root[i].presence.real) != NULL)
			return true;
	return false;
}

uint64_t roots_mounts(const struct tree *tree)
{
	uint64_t number = 0;

	if (tree->mounts == -1)
		return 0;
	for (size_t i = 0; i < tree->roots; i++)
		if (!tree_awaits(&tree->root[i]))
			number += filesystem_mounts_below(tree->root[i].presence.real);
	return number;
}

bool roots_are_polled(struct tree *tree)
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

static void add(struct tree *tree, const char *path, enum layout_root kind)
{
	tree->root[tree->roots++] = (struct tree_root){
		.folder = entry_add_root(tree, kind, path), .kind = kind,
	};
}

bool roots_start(struct tree *tree)
{
	add(tree, tree->options->base, LAYOUT_BASE);
	if (tree->options->inbox != NULL)
		add(tree, tree->options->inbox, LAYOUT_INBOX);
	for (size_t i = 0; i < tree->roots; i++) {
		struct tree_root *root = &tree->root[i];

		root_follow(tree, root);
		if (presence_note(&root->presence, root_path(tree, root)))
			continue;
		if (root->kind != LAYOUT_INBOX || errno != ENOENT) {
			message_error("%s: %s", root_path(tree, root), strerror(errno));
			return false;
		}
		presence_forget(&root->presence);
	}
	return true;
}

void roots_end(struct tree *tree)
{
	for (size_t i = 0; i < tree->roots; i++)
		free(tree->root[i].presence.real);
}
