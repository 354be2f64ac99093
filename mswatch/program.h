/*
 * A program that is run now and then, the syncer or a hook: one at a time,
 * below a guard, in a session without a terminal, with nothing on stdin and with
 * pipes for what it says.
 */
#ifndef MSWATCH_PROGRAM_H
#define MSWATCH_PROGRAM_H

#include <stdbool.h>

#include "child.h"
#include "diagnostics.h"
#include "loop.h"
#include "relay.h"

struct program {
	struct loop *loop;
	void *context;
	void (*ended)(void *context);   /* it has ended, and so has all of its group */
	bool running;                   /* started, and ended is still to be called */
	bool told_left;                 /* that something of it can't be killed */
	int status;                     /* how it ended: exit status, or 128 + N */
	char end[CHILD_ROOM];           /* the same in words: "mbsync exited (status 1)" */
	struct child child;
	struct loop_watch watch;
	struct relay output;            /* its stdout */
	struct diagnostics diagnostics; /* its stderr */
};

/* A program that does not run; ended(context) is called from the loop at each end. */
void program_init(struct program *program, struct loop *loop, void (*ended)(void *context),
                  void *context);

/*
 * Starts argv, whose lines on stderr are the speaker's, with these variables
 * ("NAME=VALUE", ended by NULL; NULL: none) added to the environment.  Returns
 * 0, or -1 with errno.  A command that can't be executed is one that has ended.
 */
int program_start(struct program *program, const struct speaker *speaker, char *const argv[],
                  const char *const environment[]);

/* Ends it: TERM, grace, KILL. */
void program_end(struct program *program);

/* Ends it, and ended is not called any more. */
void program_dismiss(struct program *program);

/* Ends it now. */
void program_kill(struct program *program);

/* Whether nothing is left of it, its guard included. */
bool program_is_gone(const struct program *program);

/* Lets go of it in any state: its guard ends what still runs. */
void program_free(struct program *program);

#endif
