/*
 * The loop of a watcher: it waits for events and for the reader of the report,
 * and has the watcher do what is due.
 */
#ifndef LIB_WATCHER_H
#define LIB_WATCHER_H

#include "clock.h"
#include "report.h"

struct watcher {
	struct report *report;
	int inotify, mounts;    /* filesystem_mounts_open(); each -1 where there is none */

	void *context;          /* of what follows */
	report_name *name;
	/* Reads and takes events that have come until now.  Returns 0, or -1 with errno. */
	int (*read)(void *context, clock_ms now);
	/* When read() must be called although nothing may have come. */
	clock_ms (*read_due)(const void *context);
	/* Does what is due at now without events, and when there is something to do next. */
	void (*tick)(void *context, clock_ms now);
	clock_ms (*tick_due)(const void *context);
	/* File systems were mounted or unmounted. */
	void (*mounts_changed)(void *context);
	/* What the mailstore has lost, as a path; NULL as long as it is there. */
	const char *(*gone)(const void *context);
};

/* Exit statuses; 0 is "nobody reads the output any more". */
#define WATCHER_ERROR 1
#define WATCHER_GONE 2

/*
 * Sets up a watcher's process: its messages, and signals that end it.  Ends it, with
 * status 1, when standard output is closed.
 */
void watcher_start(const char *program);

/*
 * Prints the empty line, as all is watched now, and then what changes.  Returns
 * the status to exit with, after a message unless that is 0.
 */
int watcher_run(const struct watcher *watcher);

#endif
