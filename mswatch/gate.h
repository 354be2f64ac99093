/*
 * The gate for names: what is to be synced for what a store reports.  Whatever
 * is known of which names a syncer takes is known here alone; each report is
 * asked about once.  Decides.
 */
#ifndef MSWATCH_GATE_H
#define MSWATCH_GATE_H

#include "config/config.h"

/* One mailbox to be synced, by its name for the syncer ("" is all), at most every inter_delay. */
typedef void gate_pass(void *context, const char *name, clock_ms inter_delay);

/*
 * Passes what is to be synced when this mailbox ("" is all) has changed:
 * nothing where it is ignored, all where it can't be given to the syncer by
 * name.  Returns why it can't, or NULL.
 */
const char *gate_ask(const struct config *config, const char *mailbox, gate_pass *pass,
                     void *context);

#endif
