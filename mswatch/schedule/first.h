/*
 * The mailboxes that a person waits for: they go first, together, when all are
 * due at once.  Part of the schedule; decides.
 */
#ifndef MSWATCH_FIRST_H
#define MSWATCH_FIRST_H

#include <stdbool.h>
#include <stddef.h>

#include "clock.h"
#include "mailbox.h"
#include "pending.h"

struct first {
	char *name;
	clock_ms inter_delay;
	bool urgent;                    /* its run before that of all is still to come */
};

/* All zero: there are none. */
struct firsts {
	struct first *list;
	size_t count, room;
};

/* Adds a mailbox; false: no memory. */
bool firsts_add(struct firsts *firsts, const char *name, clock_ms inter_delay);

/* Their run is to come, or is not. */
void firsts_set_urgent(struct firsts *firsts, bool urgent);

/* Whether the mailbox is one of them, and its run is to come. */
bool firsts_hold(const struct firsts *firsts, const struct mailbox *mailbox);

/* Its run has begun. */
void firsts_start(struct firsts *firsts, const struct mailbox *mailbox);

/* One that is pending and whose run is to come, or NULL. */
const struct mailbox *firsts_find(const struct firsts *firsts, const struct pending *pending);

/* Forgets them, and frees their memory. */
void firsts_free(struct firsts *firsts);

#endif
