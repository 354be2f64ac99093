/*
 * A set of mailbox names, bounded: what does not fit, or finds no memory,
 * makes it "all mailboxes".
 */
#ifndef MSWATCH_NAMES_H
#define MSWATCH_NAMES_H

#include <stdbool.h>
#include <stddef.h>

struct names {
	bool all;               /* all mailboxes; then there are no names */
	char **name;            /* sorted, each once */
	size_t count, room;
	size_t most;            /* names that are held at the most */
};

#define NAMES_INITIALIZER(limit) { .most = (limit) }

/* Adds a mailbox; "" is all. */
void names_add(struct names *names, const char *mailbox);

/* Adds the mailboxes of a run of count names; all when whole. */
void names_add_run(struct names *names, bool whole, const char *const *name, size_t count);

/* Empties the set. */
void names_clear(struct names *names);

#endif
