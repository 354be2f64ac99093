/*
 * Looks again where something may have changed in a tree.  What takes a void *tree is
 * for watcher_run().
 */
#ifndef LIB_TREE_UPDATE_H
#define LIB_TREE_UPDATE_H

#include <stdbool.h>

#include "clock.h"
#include "folders.h"

struct tree;

/* Looks at a folder, and drops it when it is no more. */
void tree_update(struct tree *tree, folder_id id, enum depth depth);

/* The kernel has ended this watch. */
void tree_update_watch_lost(struct tree *tree, int watch);

/*
 * A part of the ways that have this watch was moved, deleted or changed.
 * Where they lead is for tree_update_changed() to see.
 */
void tree_update_way(struct tree *tree, int watch);

/* A name has come to this watch's directory: the same for ways that wait for it. */
void tree_update_name_came(struct tree *tree, int watch, const char *name);

/*
 * Looks at folders whose ways have changed, and at most so many that the kernel can
 * hold the events of that.  True when there are more.
 */
bool tree_update_changed(struct tree *tree);

/* Walks what may be walked now; polls from now on, if that has become necessary, and says why. */
void tree_update_settle(struct tree *tree);

/* File systems were mounted or unmounted. */
void tree_update_mounts(void *tree);

/* Has everything looked at again soon, since events were lost. */
void tree_update_later(struct tree *tree);

/* Does what is due at now: polls and rescans. */
void tree_update_tick(void *tree, clock_ms now);

/* When tree_update_tick() has something to do next. */
clock_ms tree_update_due(const void *tree);

#endif
