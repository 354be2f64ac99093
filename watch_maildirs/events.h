/*
 * What the kernel's events mean: changes for the report, looks for the tree.
 */
#ifndef WATCH_MAILDIRS_EVENTS_H
#define WATCH_MAILDIRS_EVENTS_H

#include <stdbool.h>
#include <stddef.h>

#include "clock.h"
#include "echo.h"
#include "folders.h"
#include "inotify.h"
#include "renames.h"

struct options;
struct report;
struct tree;

struct events {
	struct tree *tree;
	const struct folders *folders; /* the tree's */
	struct report *report;
	bool all;               /* what no syncer can see as well */
	struct echo echo;
	struct renames renames;
	clock_ms now;
	folder_id *own;         /* scratch: the folders whose directory has an event's watch */
	size_t own_room;
};

/* Starts with no rename or echo under way, for a tree that was started. */
void events_start(struct events *events, const struct options *options, struct report *report,
                  struct tree *tree);

/* Frees what is remembered; the tree is the caller's. */
void events_end(struct events *events);

/* Reads and takes what has come until now, a struct watcher's read().  Returns 0, or -1 with errno. */
int events_read(void *events, clock_ms now);

/* When events_read() must be called although nothing may have come. */
clock_ms events_due(const void *events);

#endif
