/*
 * The mailboxes that the schedule knows something of, sorted by name.
 *
 * Bounded, and safe against a lack of memory: where a mailbox can't be added
 * the schedule makes all mailboxes pending instead.
 */
#ifndef MSWATCH_PENDING_H
#define MSWATCH_PENDING_H

#include <stddef.h>

#include "mailbox.h"

struct pending {
	struct mailbox **mailboxes;     /* sorted by name */
	size_t count, room, most;
	clock_ms prune_at;              /* when something can be left out */
};

/* An empty table for at most this many mailboxes. */
void pending_start(struct pending *pending, size_t most);

/* Frees the table with its mailboxes. */
void pending_free(struct pending *pending);

/* The mailbox of this name, or NULL. */
struct mailbox *pending_find(const struct pending *pending, const char *name);

/*
 * Adds the mailbox, whose name is not there yet; NULL: no room, no memory.
 * What pending_prune() can leave out makes room.
 */
struct mailbox *pending_add(struct pending *pending, const char *name, clock_ms inter_delay,
                            clock_ms all_succeeded, clock_ms now);

/*
 * Leaves out what need not be known any longer: mailboxes that are not
 * pending and whose inter_delay is over, or counts from the end of the last
 * successful run of all mailboxes.  To be called when a run has ended, and
 * whenever a mailbox is no longer pending.
 */
void pending_prune(struct pending *pending, clock_ms all_succeeded, clock_ms now);

#endif
