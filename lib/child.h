/*
 * One command that never outlives its reason.
 *
 * The command runs below a guard: a small process of our own that leads a
 * process group of its own, and a session where that is asked for, starts the
 * command in it, waits for it, and holds one end of a socket whose other end
 * the caller holds.  When the caller ends the command, closes its end, or
 * dies, even by SIGKILL, the guard sends SIGTERM to the group, waits for the
 * grace and sends SIGKILL.  What goes on in spite of that (another user's, by
 * a set-uid program; one that waits for a broken disk) is told: the guard
 * stays until it has ended.  Should the guard itself be killed, its session is
 * ended by SIGKILL.
 *
 * What the command leaves behind when it ends by itself is ended in the same
 * way, but gets 100 ms first: it may be about to become a daemon.  What has
 * had no turn at a processor or a disk by then gets more, up to 5 s.  Who
 * counts is decided by the session: a descendant that has left the guard's
 * (setsid(2)) is neither waited for nor ended; one that only leads a group of
 * its own, as timeout(1) does, has not left.
 *
 * The caller has one descriptor to watch, child_fd(); no SIGCHLD is needed.
 */
#ifndef LIB_CHILD_H
#define LIB_CHILD_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "executable.h"
#include "setup.h"

/* The grace between SIGTERM and SIGKILL where nobody says otherwise, in ms. */
#define CHILD_GRACE 5000

/* Room for child_describe(), in bytes. */
#define CHILD_ROOM (EXECUTABLE_ROOM + 30)

enum child_state {
	CHILD_NONE,     /* nothing started, or released */
	CHILD_RUNNING,  /* the guard and, as far as we know, the command run */
	CHILD_ENDED,    /* the command has ended, or could not be started */
	CHILD_GONE      /* so has the guard: nothing is left */
};

struct child {
	enum child_state state;
	pid_t guard;            /* also the number of the process group */
	int fd;
	int status;             /* as waitpid(2) gives it; from CHILD_ENDED on */
	int start_error;        /* errno of a command that could not be executed, or 0 */
	char command[PATH_MAX]; /* argv[0], for child_describe() */
	int stopped;            /* the last signal that stopped it since the start, or since
	                           child_continue(); 0: none */
	pid_t stopped_process;  /* the command that the first one stopped */
	bool session;           /* the guard leads one */
	bool is_left;           /* something of it can't be killed */
	pid_t left_process;     /* that, or 0 where it is not known */
};

/* A child that has not been started. */
#define CHILD_INITIALIZER { .state = CHILD_NONE, .guard = -1, .fd = -1 }

/*
 * Each guard that is started from now on keeps these descriptors open until
 * it ends, for locks (flock(2)) that are to last as long as what was started
 * runs.  The commands do not get them.  Up to CHILDREN_HELD.
 */
void children_hold(const int *descriptors, size_t count);

/*
 * What main() was given, before anything has read it: each guard that is
 * started from now on overwrites its copy, lest who kills this program by its
 * command line kill them along with it.
 */
void children_rename(int argc, char *argv[]);

/*
 * Starts argv[0] (looked up in $PATH) with argv, with all signals at their
 * defaults and no descriptor but 0, 1 and 2.  Returns 0, or -1 with errno
 * when no guard could be started.  A command that can't be executed is
 * reported by child_read() as CHILD_ENDED with start_error set.
 */
int child_start(struct child *child, char *const argv[], const struct child_setup *setup);

/* The descriptor that is readable when child_read() has news. */
int child_fd(const struct child *child);

/*
 * Takes what is new, without waiting, and returns the state now.  At
 * CHILD_GONE the guard has been reaped; the descriptor stays until
 * child_release(), so that a caller can first take it out of what waits for it.
 */
enum child_state child_read(struct child *child);

/*
 * Ends the command: TERM to the group now, KILL after the grace.  Does not
 * wait; a second call changes nothing.
 */
void child_end(struct child *child);

/* Sends the group a signal and KILL after the grace, as child_end() does. */
void child_end_by(struct child *child, int signal_number);

/* Sends the group SIGKILL now, without waiting. */
void child_kill(struct child *child);

/*
 * Continues a command that was stopped, in the foreground where the caller's
 * group is the foreground group.  Where it has a terminal only a stop by that
 * is told, otherwise every stop is.
 */
void child_continue(struct child *child);

/*
 * Lets go of a child in any state: the guard ends what still runs, by itself.
 * The guard is reaped later by children_reap().
 */
void child_release(struct child *child);

/*
 * Reaps dead child processes that no struct child waits for: guards that were
 * released, and, for process 1 of a container, strangers.  A dead guard that
 * child_read() has not taken note of may keep those that came later for then.
 */
void children_reap(void);

/*
 * "stopped by SIGSTOP; it goes on after: kill -CONT 4711", for a signal, 0 where
 * it is not known, and a process.  Returns buffer, for which CHILD_ROOM is enough.
 */
const char *child_describe_stop(int signal_number, pid_t process, char *buffer, size_t room);

/* "process 4711", or "a process" where it is not known, of what can't be killed; as above. */
const char *child_describe_left(const struct child *child, char *buffer, size_t room);

/*
 * The exit status that passes a command's end on: its own, 128 + N for a
 * signal N that killed it, or by which a terminal stopped it for good, 127 for
 * not found, 126 for not executable.
 */
int child_exit_status(const struct child *child);

/*
 * The end in words: "exited (status 1)", "was killed by SIGTERM", "was stopped by SIGTTIN",
 * "could not be started: mbsnyc: not found in PATH (/usr/bin:/bin)".  Returns
 * buffer, which CHILD_ROOM bytes are enough for.
 */
const char *child_describe(const struct child *child, char *buffer, size_t room);

#endif
