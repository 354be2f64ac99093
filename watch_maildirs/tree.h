/*
 * The mailboxes and the directories that they are made of: what is watched,
 * what is polled, and what each look at the disk finds.
 */
#ifndef WATCH_MAILDIRS_TREE_H
#define WATCH_MAILDIRS_TREE_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

#include "clock.h"
#include "folders.h"
#include "layout.h"
#include "links.h"
#include "options.h"
#include "poll.h"
#include "report.h"
#include "groups.h"

/* After a scan of everything, the next one waits so long, in milliseconds. */
#define TREE_RESCAN_PAUSE 1000

/* The base, and an INBOX outside it. */
#define TREE_ROOTS 2

/* A root's directory when it was last looked at. */
struct tree_root {
	folder_id folder;
	enum layout_root kind;
	char *real;             /* its path without links */
	dev_t device;
	ino_t inode;
};

/* The directories that are walked: see walks.h. */
struct walks {
	struct groups entered, over;
	folder_id *waiting;
	size_t taken, count, room;
	bool is_told;
};

struct tree {
	const struct options *options;
	struct report *report;
	struct folders folders;
	struct groups watches;
	struct links links;
	struct walks walks;
	struct tree_root root[TREE_ROOTS];
	size_t roots;
	int notify;             /* inotify's descriptor; -1: everything is polled */
	int mounts;             /* /proc/self/mountinfo, or -1 */
	unsigned long mounts_below;
	struct poll_stamp *stamp; /* of each place, once one is polled */
	size_t stamps;
	size_t unwatched;       /* places that are polled, refused or dangling */
	size_t polled;          /* of these, the polled ones */
	size_t dangling;        /* and those that lead to nothing */
	bool is_starting;       /* nothing is news yet */
	bool is_limited;        /* the kernel has just refused a watch */
	bool is_limit_told, is_remote_told, is_double_told;
	bool is_incomplete;     /* a directory could not be read to its end */
	folder_id *changed;     /* whose ways have changed */
	size_t changes, changed_room;
	struct tree_root *gone; /* one that is not where it was, or NULL */
	clock_ms poll_due, rescan_due, rescan_end;
	char path[PATH_MAX];
	char name[LAYOUT_NAME_MAX];
};

/* How closely to look at a folder. */
enum tree_depth {
	TREE_UNWATCHED,       /* at places without a watch */
	TREE_PLACES,          /* at all its places */
	TREE_DEEP             /* at everything below it as well */
};

/*
 * Watches everything.  False, with a message, when the base or its INBOX
 * can't be watched.  Changes go to the report from then on.
 */
bool tree_start(struct tree *tree, const struct options *options, struct report *report);

/* Ends all watches and frees everything; also after tree_start() failed. */
void tree_end(struct tree *tree);

/* Looks at a folder, and drops it when it is no more. */
void tree_look(struct tree *tree, folder_id id, enum tree_depth depth);

/*
 * Looks at the parent's child of that name, known or not, since an event with
 * that mask told of it.  What may have come and gone unseen is told as all.
 */
void tree_look_at_child(struct tree *tree, folder_id parent, const char *name, uint32_t mask);

/* The kernel has ended this watch. */
void tree_watch_lost(struct tree *tree, int watch);

/*
 * A part of the ways that have this watch was moved, deleted or changed.
 * Where they lead is for tree_look_changed() to see.
 */
void tree_way_changed(struct tree *tree, int watch);

/* A name has come to this watch's directory: the same for ways that wait for it. */
void tree_name_came(struct tree *tree, int watch, const char *name);

/* Looks at folders whose ways have changed, and at most so many that the
 * kernel can hold the events of that.  True when there are more. */
bool tree_look_changed(struct tree *tree);

/* File systems were mounted or unmounted. */
void tree_mounts_changed(struct tree *tree);

/* Has everything looked at again soon, since events were lost. */
void tree_rescan_later(struct tree *tree, clock_ms now);

/* Does what is due at now: polls and rescans. */
void tree_tick(struct tree *tree, clock_ms now);

/* When tree_tick() has something to do next. */
clock_ms tree_due(const struct tree *tree);

#endif
