/*
 * What the tree (tree.h) knows: the tables, and where it is with the disk.
 * For its own modules only.
 */
#ifndef WATCH_MBOXES_STATE_H
#define WATCH_MBOXES_STATE_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bursts.h"
#include "clock.h"
#include "echo.h"
#include "folders.h"
#include "follow.h"
#include "naming.h"
#include "presence.h"
#include "stamp.h"
#include "walks.h"
#include "ways.h"

/* The base, and an INBOX outside it. */
#define TREE_ROOTS 2

struct tree_root {
	folder_id folder;
	const char *directory;  /* that must be there: the base, or the one that INBOX is in */
	struct presence presence;
};

struct tree {
	const struct options *options;
	struct report *report;
	struct folders folders;
	struct ways ways, awaited;
	struct follow follow, inbox_follow;
	struct walks walks;
	struct stamps stamps;   /* of each place, once one is polled */
	struct bursts bursts;
	struct echo echo;
	struct tree_root root[TREE_ROOTS];
	size_t roots;
	folder_id inbox;        /* has INBOX's name, wherever that is; or FOLDER_NONE */
	int inotify;            /* -1: everything is polled */
	int mounts;             /* /proc/self/mountinfo, or -1 */
	uint64_t mounts_below;
	bool is_starting;       /* nothing is news yet */
	bool is_limited;        /* the kernel has just refused a watch */
	bool is_limit_told, is_remote_told, is_double_told, is_walk_told;
	bool is_incomplete;     /* a directory could not be read to its end */
	bool has_second_name;   /* link(2): the first one, if known, has no watch for it yet */
	folder_id *changed;     /* whose ways have changed */
	size_t changes, changed_room;
	struct tree_root *gone; /* one that is not where it was, or NULL */
	clock_ms poll_due, rescan_due, rescan_end;
	clock_ms now;           /* the time of what is being taken */
	unsigned long alls;     /* empty lines, at the last look at the report */
	clock_ms last_all;      /* when there was a new one */
	folder_id *own;         /* scratch: the folders that have an event's watch */
	size_t own_room;
	char path[PATH_MAX];
	char name[NAMING_NAME_MAX];
};

static inline struct folder *tree_folder(struct tree *tree, folder_id id)
{
	return &tree->folders.folder[id];
}

static inline bool tree_is_root(const struct tree *tree, folder_id id)
{
	return tree->folders.folder[id].parent == FOLDER_NONE;
}

/* Whether it is an INBOX outside the base. */
static inline bool tree_is_inbox(const struct tree *tree, folder_id id)
{
	return tree->roots > 1 && tree->root[1].folder == id;
}

#endif
