/*
 * What users wait for: syncs of mailboxes that they have asked for by name, or
 * of all, each until the first run that began after it was asked and held them
 * is over.  Decides.
 */
#ifndef MSWATCH_DEMANDS_H
#define MSWATCH_DEMANDS_H

#include <stdbool.h>
#include <stddef.h>

#include "names.h"
#include "schedule/schedule.h"

/* How many users wait, at the most. */
#define DEMANDS_MOST 32

/* The mailboxes of one demand, at the most. */
#define DEMAND_NAMES 10000

struct demand {
	void *who;         /* NULL: nobody */
	bool counts;       /* it was there when the run under way began */
	struct names left; /* what no run has synced yet */
};

struct demands {
	struct demand list[DEMANDS_MOST];
};

/* A demand for the names to be added to, by somebody new; NULL: too many. */
struct names *demands_add(struct demands *demands, void *who);

/* That one does not wait any more. */
void demands_drop(struct demands *demands, const void *who);

/* A run begins. */
void demands_begin(struct demands *demands);

/* Somebody's demand is met; with success, or the run that has just ended has failed for it. */
typedef void demands_met(void *context, void *who, bool success);

/* The run that began last has ended: calls met for each who need not wait any more. */
void demands_end(struct demands *demands, const struct schedule_run *run, bool success,
                 demands_met *met, void *context);

/* Drops all, and frees their memory. */
void demands_free(struct demands *demands);

#endif
