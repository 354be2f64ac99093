/*
 * The guard: the process between a struct child and its command (child.h).
 * Only lib/child.c includes this.
 */
#ifndef LIB_GUARD_H
#define LIB_GUARD_H

#include <stddef.h>
#include <sys/types.h>

#include "setup.h"

/* What the caller tells the guard; the end of the socket means GUARD_END by SIGTERM. */
enum guard_order_kind {
	GUARD_END,              /* signal to the group, SIGKILL after the grace */
	GUARD_KILL,             /* SIGKILL to the group now */
	GUARD_CONTINUE          /* go on after the terminal stopped the command */
};

struct guard_order {
	enum guard_order_kind kind;
	int signal;
};

/* What the guard tells its caller; the end of the socket means that it is gone. */
enum guard_report_kind {
	GUARD_ENDED,            /* the command has ended, with this status */
	GUARD_STOPPED,          /* a signal has stopped the command */
	GUARD_LEFT              /* something goes on in spite of SIGKILL; the guard stays */
};

struct guard_report {
	enum guard_report_kind kind;
	int status;             /* of the end, or the signal that stopped it */
	pid_t process;          /* the command that was stopped, or one that is left; 0: unknown */
	int start_error;
};

/* The words that the program was started with, as the kernel shows them (children_rename()). */
struct guard_command_line {
	char *text;
	size_t length;          /* 0: not known */
};

/* What all guards get: the descriptors that they keep open until they end (children_hold()). */
struct guard_inherited {
	int descriptor[CHILDREN_HELD];
	size_t count;
	struct guard_command_line line;
};

/*
 * Becomes the guard of one run of argv, in a process that was just forked
 * with all signals blocked.  Socket is its end; home is the caller's group.
 */
_Noreturn void guard_run(int socket, pid_t home, char *const argv[],
                         const struct child_setup *setup,
                         const struct guard_inherited *inherited);

/* Gives the terminal back from the group to home, if the group still has it. */
void guard_return_terminal(int terminal, pid_t group, pid_t home);

#endif
