/* What SIGUSR1 prints, and the line that the service manager shows. */
#ifndef MSWATCH_STATUS_H
#define MSWATCH_STATUS_H

#include <stdbool.h>
#include <stddef.h>

#include "clock.h"
#include "reporter.h"
#include "schedule/schedule.h"
#include "store.h"
#include "syncer.h"

/* What is shown. */
struct status {
	clock_ms now;
	const struct schedule *schedule;
	const struct store *store;      /* each of the configuration */
	size_t store_count;
	const struct store *hold;       /* for whose sake nothing may be synced, or NULL */
	const struct syncer *syncer;
	const struct reporter *reporter; /* of its runs; label: of the one under way */
	bool ending;                    /* nothing more is synced */
	unsigned long syncs, failures, changes;
};

/* Prints the pending mailboxes, the stores, the running sync and the counts. */
void status_print(const struct status *status);

/* The room for the line, in bytes. */
#define STATUS_ROOM 1000

/*
 * How many stores are watched, what is done, what fails and which stores are
 * not watched or degraded, in a line that holds what there is room for.  It is
 * the same until something happens.  Returns buffer.
 */
const char *status_line(const struct status *status, char buffer[STATUS_ROOM]);

#endif
