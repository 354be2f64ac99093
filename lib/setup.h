/* What a command is started with: what child.h's callers tell its guard. */
#ifndef LIB_SETUP_H
#define LIB_SETUP_H

#include <stdbool.h>

#include "clock.h"

/* How many descriptors children_hold() takes, at the most. */
#define CHILDREN_HELD 8

/* The byte of each that a guard marks (descriptors_mark()) as long as it runs. */
#define CHILDREN_HELD_BYTE 1

/* What the command has to do with the caller's terminal, if there is one. */
enum child_terminal {
	CHILD_TERMINAL_NONE,
	CHILD_TERMINAL_GIVEN,   /* where the caller is in the foreground, the command gets it */
	CHILD_TERMINAL_ASKED    /* a command that wants it is stopped, and told to the caller */
};

struct child_setup {
	int in, out, error;     /* the command's 0, 1 and 2; -1 is /dev/null */
	clock_ms grace;         /* from SIGTERM to SIGKILL, in milliseconds */
	bool session;           /* a session of its own, without any terminal */
	enum child_terminal terminal;
	const char *const *environment; /* "NAME=VALUE" to set, "NAME" to unset, ended by
	                                   NULL; or NULL */
};

#endif
