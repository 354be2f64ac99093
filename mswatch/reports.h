/*
 * What stores report, on its way to the schedule: through the gate, and what
 * that does not pass as it is told.
 */
#ifndef MSWATCH_REPORTS_H
#define MSWATCH_REPORTS_H

#include <stdbool.h>

#include "config/config.h"
#include "gate.h"
#include "origins.h"
#include "schedule/schedule.h"
#include "subject.h"

struct reports {
	const struct config *config;
	const struct subject *subject;          /* of its channel, or NULL */
	struct schedule *schedule;
	struct origins *origins;
	bool verbose;                           /* what is excluded is told, too */
	bool told_widened, told_dropped;        /* each is told once */
	struct gate gate;
};

/*
 * Takes reports for the schedule, which is told by origins which stores they come
 * from, and where each INBOX that is synced is put first.
 * All that is given must outlive it.  Returns false when there is no memory.
 */
bool reports_open(struct reports *reports, const struct config *config,
                  const struct subject *subject, struct schedule *schedule,
                  struct origins *origins, bool verbose);

/* A mailbox ("" is all) of config's store of this number has changed. */
void reports_take(struct reports *reports, size_t store, const char *mailbox);

/* Frees its memory. */
void reports_close(struct reports *reports);

#endif
