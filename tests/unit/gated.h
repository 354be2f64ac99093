/* A schedule whose names come through the gate, as mswatch's own do. */
#ifndef TESTS_GATED_H
#define TESTS_GATED_H

#include "../../mswatch/gate.h"
#include "../../mswatch/schedule/schedule.h"

struct gated {
	struct schedule *schedule;
	clock_ms now;
	bool failed;
	uint64_t origins;
};

static inline void gated_pass_first(void *context, const char *name, clock_ms inter_delay)
{
	struct gated *gated = context;

	gated->failed = !schedule_put_first(gated->schedule, name, inter_delay);
}

/* A schedule that begins with INBOX; NULL: no memory. */
static inline struct schedule *gated_new(const struct config *config, size_t room, clock_ms now)
{
	struct gated gated = { schedule_new(config, room, now), now, false, 0 };
	const struct gate gate = { .config = config };

	if (gated.schedule != NULL)
		gate_ask_inboxes(&gate, gated_pass_first, &gated);
	return gated.failed ? NULL : gated.schedule;
}

static inline void gated_pass(void *context, const char *name, clock_ms inter_delay)
{
	const struct gated *gated = context;

	schedule_change(gated->schedule, name, inter_delay, gated->origins, gated->now);
}

/* A store, whose bit this is, has reported the mailbox. */
static inline void gated_report(struct schedule *schedule, const struct config *config,
                                const char *mailbox, uint64_t origins, clock_ms now)
{
	struct gated gated = { schedule, now, false, origins };
	const struct gate gate = { .config = config };

	(void)gate_ask(&gate, NULL, mailbox, gated_pass, &gated);
}

/* A store has. */
static inline void gated_change(struct schedule *schedule, const struct config *config,
                                const char *mailbox, clock_ms now)
{
	gated_report(schedule, config, mailbox, 0, now);
}

#endif
