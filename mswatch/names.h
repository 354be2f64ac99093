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
	size_t count;           /* names that are held */
	size_t room;            /* names that there is memory for */
	size_t most;            /* names that are held at the most */
};

/* An empty set that holds up to limit names. */
#define NAMES_INITIALIZER(limit) { .most = (limit) }

/* Adds a copy of the mailbox's name; "", one too many, or no memory for it: all. */
void names_add(struct names *names, const char *mailbox);

/* Adds the mailboxes of a run of count names; all when whole. */
void names_add_run(struct names *names, bool whole, const char *const *name, size_t count);

/* Takes the mailbox out; of all it can't be taken. */
void names_remove(struct names *names, const char *mailbox);

/* Names that are shown, and the bytes of each; the room for that, in bytes. */
#define NAMES_SHOWN 3
#define NAMES_WIDTH 300
#define NAMES_ROOM (NAMES_SHOWN * (NAMES_WIDTH + 2) + 40)

/* The names for a message, the first few and how many more: "a, b and 7 more".  Returns buffer. */
const char *names_format(const char *const *name, size_t count, char buffer[NAMES_ROOM]);

/* Empties the set, of "all" too, and frees its memory; its limit stays. */
void names_clear(struct names *names);

#endif
