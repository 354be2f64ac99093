/*
 * The mailboxes and the directories that they are made of: what is watched,
 * what is polled, and what each look at the disk finds.  The one way to the
 * modules that keep the tables true: state, place, entry, look and roots.
 */
#ifndef WATCH_MAILDIRS_TREE_H
#define WATCH_MAILDIRS_TREE_H

#include <stdbool.h>
#include <stdint.h>

#include "clock.h"
#include "folders.h"

struct options;
struct report;
struct tree;

/* After a scan of everything, the next one waits so long, in milliseconds. */
#define TREE_RESCAN_PAUSE 1000

/*
 * Watches everything.  NULL, with a message, when the base or its INBOX can't
 * be watched.  Changes go to the report from then on.
 */
struct tree *tree_start(const struct options *options, struct report *report);

/* Ends all watches and frees everything; NULL is nothing. */
void tree_end(struct tree *tree);

/* The descriptors of inotify and of filesystem_mounts_open(); -1: there is none. */
int tree_inotify(const struct tree *tree);
int tree_mounts(const struct tree *tree);

/* The table of folders, which the tree alone changes. */
const struct folders *tree_folders(const struct tree *tree);

/*
 * The name to print for a mailbox (a folder_id), valid until the next one is
 * asked for, NULL when it has none.  This and what takes a void *tree is for
 * watcher_run().
 */
const char *tree_name(void *tree, folder_id mailbox);

/* The path of a root that is not where it was, or NULL; nothing is looked at any more then. */
const char *tree_gone(const void *tree);

/* Looks at a folder, and drops it when it is no more. */
void tree_look(struct tree *tree, folder_id id, enum depth depth);

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
void tree_mounts_changed(void *tree);

/* Has everything looked at again soon, since events were lost. */
void tree_rescan_later(struct tree *tree, clock_ms now);

/* Does what is due at now: polls and rescans. */
void tree_tick(void *tree, clock_ms now);

/* When tree_tick() has something to do next. */
clock_ms tree_due(const void *tree);

#endif
