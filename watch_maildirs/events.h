/*
 * What the kernel's events mean: changes for the report, looks for the tree.
 */
#ifndef WATCH_MAILDIRS_EVENTS_H
#define WATCH_MAILDIRS_EVENTS_H

#include <stddef.h>
#include <stdint.h>

#include "clock.h"
#include "echo.h"
#include "notify.h"
#include "renames.h"
#include "tree.h"

struct events {
	struct tree *tree;
	struct echo echo;
	struct renames renames;
	clock_ms now;
	uint32_t *place;        /* scratch: the places of an event's watch */
	size_t place_room;
};

/* Starts with no rename or echo under way, for a tree that was started. */
void events_start(struct events *events, struct tree *tree);

/* Frees what is remembered; the tree is the caller's. */
void events_end(struct events *events);

/* Takes one event; events->now is its time. */
void events_take(void *events, const struct notify_event *event);

/* Reads and takes what has come until now.  Returns 0, or -1 with errno. */
int events_read(struct events *events, clock_ms now);

/* When events_read() must be called although nothing may have come. */
clock_ms events_due(const struct events *events);

#endif
