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

/* Watches the way to a root, and sees what it is on. */
static void root_follow(struct tree *tree, struct tree_root *root)
{
	const char *path = tree_folder(tree, root->folder)->name;

	folder_mark(tree_folder(tree, root->folder), FOLDER_IS_REMOTE, false);
	place_set_remote(tree, root->folder, path);
	if (tree->inotify == -1)
		return;
	place_drop_way(tree, root->folder);
	while (!follow_way(&tree->follow, root->folder, path, 0) &&
	       access(path, F_OK) == 0)
		; /* what was missing has come meanwhile */
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

void roots_scan(struct tree *tree)
{
	tree->rescan_due = CLOCK_NEVER;
	for (size_t i = 0; i < tree->roots; i++)
		if (!look_at(tree, tree->root[i].folder, DEPTH_ALL))
			tree->gone = &tree->root[i];
	look_at_dangling(tree);
	tree->rescan_end = clock_now();
}

void roots_check(struct tree *tree, struct tree_root *root)
{
	const struct folder *folder = tree_folder(tree, root->folder);
	enum presence_fate fate;

	/* The way's watches before the look: what happens in between is seen by one of them. */
	root_follow(tree, root);
	fate = presence_look(&root->presence, folder->name,
	                     folder->watch[FOLDER_SELF] == PLACE_MISSING);
	if (fate == PRESENCE_GONE)
		tree->gone = root;
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
		number += filesystem_mounts_below(tree->root[i].presence.real);
	return number;
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
		const char *path = tree_folder(tree, tree->root[i].folder)->name;

		if (!presence_note(&tree->root[i].presence, path)) {
			message_error("%s: %s", path, strerror(errno));
			return false;
		}
		root_follow(tree, &tree->root[i]);
	}
	return true;
}

void roots_end(struct tree *tree)
{
	for (size_t i = 0; i < tree->roots; i++)
		free(tree->root[i].presence.real);
}
