/* What is told of the names that the gate does not pass as they are. */
#ifndef MSWATCH_REFUSALS_H
#define MSWATCH_REFUSALS_H

#include <stdbool.h>

#include "config/config.h"
#include "gate.h"

struct refusals {
	const struct config *config;
	bool verbose;
	bool told_widened, told_dropped;        /* each is told once */
};

/* Tells what the gate has answered about a mailbox of the store, where that is news. */
void refusals_tell(struct refusals *refusals, const char *store, const char *mailbox,
                   struct gate_answer answer);

#endif
