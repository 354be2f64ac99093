/*
 * Looks again where something may have changed.  For the tree's modules only;
 * what takes a void *tree is for watcher_run().
 */
#ifndef WATCH_MBOXES_UPDATE_H
#define WATCH_MBOXES_UPDATE_H

#include <stdbool.h>
#include <stdint.h>

#include "clock.h"
#include "folders.h"

struct tree;

/* Looks at a folder, and drops it when it is no more; is_changed as in look_at(). */
void update_folder(struct tree *tree, folder_id id, enum depth depth, bool is_changed);

/* The kernel has ended this watch. */
void update_watch_lost(struct tree *tree, int watch);

/*
 * A part of the ways that have this watch was moved, deleted or changed.
 * Where they lead is for update_changed() to see.
 */
void update_way(struct tree *tree, int watch);

/* A name has come to this watch's directory: the same for ways that wait for it. */
void update_name_came(struct tree *tree, int watch, const char *name);

/* Looks at folders whose ways have changed, and at most so many that the
 * kernel can hold the events of that.  True when there are more. */
bool update_changed(struct tree *tree);

/* Walks what may be walked now; polls from now on, if that has become necessary, and says why. */
void update_settle(struct tree *tree);

/* File systems were mounted or unmounted. */
void update_mounts(void *tree);

/* Has everything looked at again soon, since events were lost. */
void update_later(struct tree *tree, clock_ms now);

/* Does what is due at now: changes that are complete, polls and rescans. */
void update_tick(void *tree, clock_ms now);

/* When update_tick() has something to do next. */
clock_ms update_due(const void *tree);

#endif
