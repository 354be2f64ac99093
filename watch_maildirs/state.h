/*
 * What the tree (tree.h) knows: the tables, and where it is with the disk.
 * For its own modules only.
 */
#ifndef WATCH_MAILDIRS_STATE_H
#define WATCH_MAILDIRS_STATE_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "clock.h"
#include "echo.h"
#include "folders.h"
#include "follow.h"
#include "layout.h"
#include "presence.h"
#include "renames.h"
#include "stamp.h"
#include "walks.h"
#include "ways.h"

/* The base, and an INBOX outside it. */
#define TREE_ROOTS 2

struct tree_root {
	folder_id folder;
	enum layout_root kind;
	struct presence presence; /* its path is NULL while an INBOX is still to come */
};

struct tree {
	const struct options *options;
	struct report *report;
	struct folders folders;
	struct ways ways, awaited;
	struct follow follow;
	struct walks walks;
	struct stamps stamps;   /* of each place, once one is polled */
	struct tree_root root[TREE_ROOTS];
	size_t roots;
	int inotify;            /* -1: everything is polled */
	int mounts;             /* /proc/self/mountinfo, or -1 */
	uint64_t mounts_below;
	bool is_starting;       /* nothing is news yet */
	bool is_limited;        /* the kernel has just refused a watch */
	bool is_limit_told, is_remote_told, is_double_told, is_walk_told;
	bool is_incomplete;     /* a directory could not be read to its end */
	folder_id *changed;     /* whose ways have changed */
	size_t changes, changed_room;
	struct tree_root *gone; /* one that is not where it was, or NULL */
	clock_ms poll_due, rescan_due, rescan_end;
	struct echo echo;
	struct renames renames;
	clock_ms now;           /* the time of the events that are read */
	folder_id *own;         /* scratch: the folders whose directory has an event's watch */
	size_t own_room;
	char path[PATH_MAX];
	char name[LAYOUT_NAME_MAX];
};

static inline struct folder *tree_folder(struct tree *tree, folder_id id)
{
	return &tree->folders.folder[id];
}

/* The path of a folder's place as folders_path() writes it, in tree->path. */
static inline const char *tree_path(struct tree *tree, folder_id id, enum folder_role role,
                                    bool relative)
{
	return folders_path(&tree->folders, id, role, relative, tree->path, sizeof tree->path);
}

/* Whether the root is not there, and waited for. */
static inline bool tree_awaits(const struct tree_root *root)
{
	return root->presence.real == NULL;
}

static inline bool tree_is_root(const struct tree *tree, folder_id id)
{
	return tree->folders.folder[id].parent == FOLDER_NONE;
}

#endif
