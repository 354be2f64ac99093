/*
 * What is told of sync runs: starts and ends of those that are news, failures
 * by their causes, and that what failed works again.
 */
#ifndef MSWATCH_REPORTER_H
#define MSWATCH_REPORTER_H

#include <stdbool.h>
#include <stddef.h>

#include "clock.h"
#include "failure.h"
#include "schedule.h"
#include "syncer.h"

/* Failing mailboxes that are told apart, at the most. */
#define REPORTER_MOST 1000

/* The mailboxes of one kind of run that keeps failing. */
struct reporter_entry {
	char *mailbox;                  /* "" is all, "\n" several */
	struct failure failure;
};

struct reporter {
	bool quiet, verbose;
	struct reporter_entry *entry;
	size_t count;
	bool retry;                     /* the run under way is a retry */
	bool whole;
	bool part;                      /* of what failed together */
	size_t names;                   /* of the run under way */
	size_t owed;                    /* names that failed together and were in no part since */
	char mailbox[300];              /* its entry's name */
	char label[300];                /* "all mailboxes", "1 mailbox", "INBOX" */
};

/* Nothing has failed yet.  Quiet: only failures are printed; verbose: every retry as well. */
void reporter_init(struct reporter *reporter, bool quiet, bool verbose);

/* A run is about to start; argv is its command. */
void reporter_started(struct reporter *reporter, const struct schedule_run *run,
                      const struct syncer *syncer);

/* It is over: see syncer's result. */
void reporter_ended(struct reporter *reporter, struct syncer *syncer, clock_ms now);

/* Frees what is remembered of failures. */
void reporter_free(struct reporter *reporter);

#endif
