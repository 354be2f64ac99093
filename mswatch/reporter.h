/*
 * What is told of sync runs: that they are over, the starts of long ones,
 * failures by their causes, and that what failed works again.
 */
#ifndef MSWATCH_REPORTER_H
#define MSWATCH_REPORTER_H

#include <stdbool.h>
#include <stddef.h>

#include "clock.h"
#include "damper.h"
#include "names.h"
#include "schedule/schedule.h"
#include "syncer.h"

/* Failing mailboxes that are told apart, at the most. */
#define REPORTER_MOST 1000

/* The start of a run that lasts longer than this is told, in ms. */
#define REPORTER_LONG 10000

/* The mailboxes of one kind of run that keeps failing. */
struct reporter_entry {
	char *mailbox;                  /* "" is all, "\n" several */
	struct damper damper;
	char cause[CHILD_ROOM];         /* of the last failure */
};

struct reporter {
	bool verbose;
	struct reporter_entry *entry;
	size_t count;
	struct names owed;      /* failed together, and neither succeeded nor failed alone since */
	struct names mended;            /* failed together with these, and succeeded since */
	clock_ms long_at;               /* when the start of the run under way is told */
	char mailbox[300];              /* its entry's name */
	char label[NAMES_ROOM];         /* "all mailboxes", "INBOX", "a, b, c and 7 more" */
};

/*
 * Nothing has failed yet.  max_pending: the most names that fail at a time.
 * Verbose: every start and retry is told as well.
 */
void reporter_init(struct reporter *reporter, size_t max_pending, bool verbose);

/* From now on this many names fail at a time, at the most. */
void reporter_configure(struct reporter *reporter, size_t max_pending);

/* A run would start, and is left out (--dry); syncer's argv is its command. */
void reporter_would(struct reporter *reporter, const struct schedule_run *run,
                    const struct syncer *syncer);

/* A run is about to start; syncer's argv is its command. */
void reporter_started(struct reporter *reporter, const struct schedule_run *run,
                      const struct syncer *syncer);

/* Tells the start of a run that takes long by now. */
void reporter_tick(struct reporter *reporter, const struct syncer *syncer, clock_ms now);

/* When reporter_tick() is needed next, in clock_ms; CLOCK_NEVER: not for this run. */
clock_ms reporter_wake(const struct reporter *reporter);

/* It is over: see syncer's result. */
void reporter_ended(struct reporter *reporter, const struct schedule_run *run,
                    struct syncer *syncer, clock_ms now);

/* The room for what fails, in bytes. */
#define REPORTER_ROOM (CHILD_ROOM + NAMES_ROOM + 100)

/*
 * What goes on failing, in words: "failing since 09:14: mbsync exited (status 1)
 * (INBOX)", of what began first and with all mailboxes.  Returns buffer, or NULL
 * when nothing does.
 */
const char *reporter_failing(const struct reporter *reporter, clock_ms now,
                             char buffer[REPORTER_ROOM]);

/* Frees what is remembered of failures. */
void reporter_free(struct reporter *reporter);

#endif
