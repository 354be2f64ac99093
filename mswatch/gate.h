/*
 * The gate for names: what is to be synced for what a store reports.  Whatever
 * is known of which names a syncer takes is known here alone; each report is
 * asked about once.  Decides.
 */
#ifndef MSWATCH_GATE_H
#define MSWATCH_GATE_H

#include "config/config.h"
#include "mbsyncsubject.h"

/* The inter_delay of what mbsync is given for a mailbox that has one of its own. */
struct gate_delay {
	char *argument;
	clock_ms delay;
};

/* What the gate goes by. */
struct gate {
	const struct config *config;
	const struct mbsyncsubject *subject;    /* of the setting channel; NULL: without it */
	bool doubtful;                  /* the encoding of mbsync's names is not known */
	struct gate_delay *delays;
	size_t delay_count, delay_room;
};

/*
 * A gate after the settings of config, which must outlive it.  With the setting
 * channel: subject is what it means, and store which of mbsync's stores each
 * of config's is, in config's order; doubtful: names that the versions of
 * mbsync call differently mean all.
 */
void gate_open(struct gate *gate, const struct config *config, const struct mbsyncsubject *subject,
               const struct mbsyncrc_store *const *store, bool doubtful);

/* Frees its memory. */
void gate_close(struct gate *gate);

/* One mailbox to be synced, by its name for the syncer ("" is all), at most every inter_delay. */
typedef void gate_pass(void *context, const char *name, clock_ms inter_delay);

enum gate_verdict {
	GATE_PASSED,            /* what was passed is it */
	GATE_IGNORED,           /* by the setting */
	GATE_EXCLUDED,          /* no channel holds it */
	GATE_DROPPED,           /* a channel does, but can't ever sync it: the others were passed */
	GATE_WIDENED            /* it can't be given to the syncer by name: all was passed */
};

struct gate_answer {
	enum gate_verdict verdict;
	const char *why;        /* why it was dropped or widened; not to be freed */
};

/*
 * Passes what is to be synced when this mailbox ("" is all) of the store has
 * changed: with the setting channel, the arguments for all its channels that
 * hold the mailbox.  Store is mbsync's, and NULL without that setting.
 */
struct gate_answer gate_ask(const struct gate *gate, const struct mbsyncrc_store *store,
                            const char *mailbox, gate_pass *pass, void *context);

/* The same for a mailbox that the user asks for, whatever ignore says of it. */
struct gate_answer gate_demand(const struct gate *gate, const struct mbsyncrc_store *store,
                               const char *mailbox, gate_pass *pass, void *context);

/* The inter_delay of what is given to the syncer; "": of all. */
clock_ms gate_delay(const struct gate *gate, const char *name);

/* Passes what a person waits for: each INBOX that is synced, as far as it has a name. */
void gate_ask_inboxes(const struct gate *gate, gate_pass *pass, void *context);

#endif
