/*
 * "Run a command until ...": what inputkill and socketwatch share.
 *
 * The supervisor runs one command, passes SIGTERM, SIGINT, SIGHUP and SIGQUIT
 * on to its group, reaps strangers (it may be process 1 of a container), and
 * finds the exit status.  A command that has ended by itself keeps its own.
 */
#ifndef LIB_SUPERVISE_H
#define LIB_SUPERVISE_H

#include <stdbool.h>

#include "child.h"

/* Exit statuses, as timeout(1) has them. */
enum {
	STATUS_TIMEOUT = 124,   /* the time was over */
	STATUS_FAILURE = 125,   /* our own failure, or wrong usage */
	STATUS_SIGNAL = 128     /* plus the number of a signal */
};

/* The options that every such program has. */
struct supervisor_options {
	clock_ms grace;         /* -g: from SIGTERM to SIGKILL */
	clock_ms timeout;       /* -t; CLOCK_NEVER: none */
};

struct supervisor {
	const char *command;    /* its name, for messages */
	struct child child;
	int signals;
	int verdict;            /* the exit status of our own decision to end it, or -1 */
	bool told_stop;
};

/*
 * Reads the options into *options, which holds the defaults, up to the
 * command, which argv[optind] is then.  Answers --help and --version with
 * these texts, and ends the program; wrong usage ends it with a message and
 * STATUS_FAILURE.
 */
void supervisor_options_read(struct supervisor_options *options, int argc, char *argv[],
                             const char *help, const char *version);

/*
 * Starts the command; ends the program with a message and STATUS_FAILURE
 * when it can't.
 */
void supervisor_start(struct supervisor *supervisor, char *const argv[],
                      const struct child_setup *setup);

/*
 * Waits for news of the command, for a signal, for fd to have input (-1: for
 * no descriptor) or for the time due, and acts on the first two.  Returns
 * whether fd has input, or an end or an error to read.
 */
bool supervisor_wait(struct supervisor *supervisor, int fd, clock_ms due);

/*
 * Says, once, that a process of the command's has been stopped by this signal,
 * 0 where that is not known; not at a terminal, where its user has done that.
 */
void supervisor_tell_stop(struct supervisor *supervisor, int signal_number, pid_t process);

/* Whether the command runs and nobody has decided to end it. */
bool supervisor_runs(const struct supervisor *supervisor);

/*
 * Ends the command and decides on the exit status; the first decision holds.
 * To be called while supervisor_runs() only: what has ended by itself has its
 * own status.
 */
void supervisor_end(struct supervisor *supervisor, int status);

/*
 * Whether it is time to exit: the command has ended by itself, or was ended
 * and has left nothing in its group but what can't be killed.
 */
bool supervisor_done(const struct supervisor *supervisor);

/*
 * The exit status, after a message where the command could not be started.
 * Lets go of the command: its guard sees to what it left behind.
 */
int supervisor_status(struct supervisor *supervisor);

#endif
