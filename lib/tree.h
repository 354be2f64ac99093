/*
 * The tree of a mailstore on a disk, for watchers: the folders below a base, and an
 * INBOX outside it, with all that is known of them.
 *
 * tree_watch.h watches it; tree_events, tree_update, tree_roots, tree_walk and
 * tree_place keep the tables true.  What makes a mailbox, and when it has changed, is
 * for the watcher to say: struct tree_kind.
 */
#ifndef LIB_TREE_H
#define LIB_TREE_H

#include <dirent.h>
#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "clock.h"
#include "folders.h"
#include "follow.h"
#include "inotify.h"
#include "presence.h"
#include "report.h"
#include "stamp.h"
#include "walks.h"
#include "watcher.h"
#include "watchoptions.h"
#include "ways.h"

struct tree;

/* What one kind of mailstore has of its own. */
struct tree_kind {
	/* Adds the roots that there are to tree->root.  False after a message that it can't. */
	bool (*roots_add)(struct tree *tree);
	/* Says that there is no mailbox: what is watched is likely not what was meant. */
	void (*tell_empty)(const struct tree *tree);
	/*
	 * Looks at a folder, watches it, and reports what has changed.  False when it is
	 * nothing any more, which is left to the caller.
	 */
	bool (*look)(struct tree *tree, folder_id id, enum depth depth);
	/*
	 * What a directory, open as that descriptor, holds: the parent's child of that
	 * name, as it is known (or FOLDER_NONE) or new, or FOLDER_NONE for what is no folder.
	 */
	folder_id (*meet)(struct tree *tree, folder_id parent, folder_id known, int directory,
	                  const struct dirent *entry);
	/* Whether what was met, or has come where it was awaited, is looked at later; or NULL. */
	bool (*put_off)(struct tree *tree, folder_id id);
	/* Forgets a folder and all below it, and tells what mailboxes went. */
	void (*lose)(struct tree *tree, folder_id id);
	/* The same for a root that may come again: the folder itself stays; or NULL. */
	void (*empty)(struct tree *tree, folder_id id);
	/* What was told of mailboxes counts no more: each may have changed unseen; or NULL. */
	void (*forget_told)(struct tree *tree);
	/* What an event means to the folders that have its watch. */
	void (*take)(struct tree *tree, const struct inotify_notice *event);
	/* Of these: name, read, read_due, tick, tick_due and mounts_changed, with the tree. */
	struct watcher watcher;
};

/* The base, and an INBOX outside it. */
#define TREE_ROOTS 2

struct tree_root {
	folder_id folder;
	const char *directory;  /* that must be there: the root, or the one that INBOX is in */
	bool is_whole;          /* all that is below the directory belongs to the root */
	bool may_come;          /* it is waited for where it is missing */
	follow_is_inside *is_inside; /* where a part of its way is awaited; has the tree */
	struct presence presence; /* its path is NULL while the root is still to come */
};

struct tree {
	const struct tree_kind *kind;
	void *mailstore;        /* the watcher's own */
	const struct watchoptions *options;
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
	bool is_limit_told, is_remote_told, is_refusal_told, is_walk_told;
	bool is_incomplete;     /* a directory could not be read to its end */
	bool wants_scan;        /* a look found news of others too: everything is looked at again */
	folder_id *changed;     /* whose ways have changed */
	size_t changes, changed_room;
	struct tree_root *gone; /* one that is not where it was, or NULL */
	clock_ms poll_due, rescan_due, rescan_end;
	clock_ms now;           /* the time of the events that are taken */
	folder_id *own;         /* scratch: the folders whose directory has an event's watch */
	size_t own_room;
	char path[PATH_MAX];    /* scratch: the path that was asked for last */
};

static inline struct folder *tree_folder(struct tree *tree, folder_id id)
{
	return &tree->folders.folder[id];
}

/* What is known of the folder's place: folders_value(). */
static inline int tree_value(const struct tree *tree, folder_id id, enum folder_role role)
{
	return folders_value(&tree->folders, id, role);
}

static inline bool tree_is_root(const struct tree *tree, folder_id id)
{
	return tree->folders.folder[id].parent == FOLDER_NONE;
}

/* Whether the root is not there, and waited for. */
static inline bool tree_awaits(const struct tree_root *root)
{
	return root->presence.real == NULL;
}

/* The root above the folder, or which it is. */
struct tree_root *tree_root_of(struct tree *tree, folder_id id);

/* Adds a root that is a folder at path, with these flags; the rest is for the caller to set. */
struct tree_root *tree_root_add(struct tree *tree, const char *path, unsigned flags);

/* Its path, valid until the next one is asked for; when that is too long, its name. */
const char *tree_path(struct tree *tree, folder_id id);

/* The same from below its root on, "" for that itself; NULL when it is too long. */
const char *tree_path_below(struct tree *tree, folder_id id);

/* Its path for a message, which is one line. */
const char *tree_path_shown(struct tree *tree, folder_id id);

/* Writes the path below the root of the parent's child of that name; false when it is too long. */
bool tree_path_child(struct tree *tree, folder_id parent, const char *name, char path[PATH_MAX]);

/* Says of a mailbox, once, that it has no name that can be told, if that is so. */
void tree_tell_nameless(struct tree *tree, folder_id id);

/* Says the empty name: each mailbox may have changed, and what was told before counts no more. */
void tree_report_unseen(struct tree *tree);

#endif
