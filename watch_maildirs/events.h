/*
 * What the kernel's events mean: changes for the report, looks for the tree.
 * For the tree's modules only, and watcher_run().
 */
#ifndef WATCH_MAILDIRS_EVENTS_H
#define WATCH_MAILDIRS_EVENTS_H

#include "clock.h"
#include "inotify.h"

struct tree;

/* Takes an event that is not about the watch itself; of a struct tree_kind. */
void events_take(struct tree *tree, const struct inotify_notice *event);

/* Reads and takes what has come until now.  Returns 0, or -1 with errno. */
int events_read(void *tree, clock_ms now);

/* When events_read() must be called although nothing may have come. */
clock_ms events_due(const void *tree);

#endif
