/*
 * What the kernel's events mean: changes for the report, looks for the tree.
 * For the tree's modules only, and watcher_run().
 */
#ifndef WATCH_MBOXES_EVENTS_H
#define WATCH_MBOXES_EVENTS_H

#include "clock.h"

/* Reads and takes what has come until now.  Returns 0, or -1 with errno. */
int events_read(void *tree, clock_ms now);

#endif
