/*
 * What the kernel's events, and time, mean: changes for the report, looks for the tree.
 * For the mailstore's modules only; what takes a void *tree is for watcher_run().
 */
#ifndef WATCH_MBOXES_EVENTS_H
#define WATCH_MBOXES_EVENTS_H

#include "clock.h"
#include "inotify.h"

struct tree;

/* Takes an event that is not about the watch itself; of a struct tree_kind. */
void events_take(struct tree *tree, const struct inotify_notice *event);

/* Reads and takes what has come until now.  Returns 0, or -1 with errno. */
int events_read(void *tree, clock_ms now);

/* Never: events_read() has nothing to do but when something has come. */
clock_ms events_due(const void *tree);

/* Does what is due at now: changes that are complete, polls and rescans. */
void events_tick(void *tree, clock_ms now);

/* When events_tick() has something to do next. */
clock_ms events_tick_due(const void *tree);

/* File systems were mounted or unmounted. */
void events_mounts(void *tree);

#endif
