/*
 * How things are, in words: the report, the line that the service manager
 * shows, one for a status bar, and JSON.
 */
#ifndef MSWATCH_STATUS_H
#define MSWATCH_STATUS_H

#include <stdbool.h>
#include <stddef.h>

#include "clock.h"
#include "hook.h"
#include "reporter.h"
#include "schedule/schedule.h"
#include "store.h"
#include "syncer.h"

/* A run of the syncer that is over. */
struct status_run {
	clock_ms ended, lasted;
	bool success;
	char label[NAMES_ROOM];         /* its mailboxes */
	char cause[CHILD_ROOM];         /* why it failed */
	char words[TAIL_WIDTH + 1];     /* the last that the syncer said then */
};

/* What is shown. */
struct status {
	clock_ms now, started;          /* since when mswatch runs */
	const char *file;               /* its configuration, or NULL: a pipe */
	const struct schedule *schedule;
	struct store *const *store;     /* each of the configuration */
	size_t store_count;
	const struct store *hold;       /* for whose sake nothing may be synced, or NULL */
	const struct syncer *syncer;
	const struct status_run *last;  /* the last run that is over, or NULL */
	const struct status_run *failed; /* the last one that failed, or NULL */
	const struct hook *hook;
	const struct reporter *reporter; /* of its runs; label: of the one under way */
	bool ending;                    /* nothing more is synced */
	unsigned long syncs, failures, changes;
};

/* As many bytes of pending mailboxes are listed, at the most; the rest is counted. */
#define STATUS_LISTED (64 * 1024)

/* Whether all is well: each store is ready or about to be, and the last sync succeeded. */
bool status_is_well(const struct status *status);

/*
 * The report, of several lines.  The caller frees, as below.  NULL: no memory.
 */
char *status_report(const struct status *status);

/* The room for the line, in bytes. */
#define STATUS_ROOM 1000

/*
 * How many stores are watched, what is done, what fails and which stores are
 * not watched or degraded, in a line that holds what there is room for.  It is
 * the same until something happens.  Returns buffer.
 */
const char *status_line(const struct status *status, char buffer[STATUS_ROOM]);

/* The same for a status bar: "2/2 watched, idle, last sync 12 s ago". */
const char *status_short(const struct status *status, char buffer[STATUS_ROOM]);

#endif
