/*
 * What a guard (guard.h) is to end and to wait for: the command, and its
 * descendants that did not leave the session, as a daemon would; a group of
 * their own (timeout(1) founds one) does not count.
 *
 * They are found in /proc.  Where that is missing, can't be read, or shows
 * another process namespace, each number that there may be is asked for
 * (getsid(2)): that takes most of a second, and nobody is missed.
 */
#ifndef LIB_MEMBERS_H
#define LIB_MEMBERS_H

#include <stdbool.h>
#include <sys/types.h>

#include "clock.h"

struct members {
	pid_t guard;            /* also the number of its group */
	bool session;           /* it leads one, which has no other members */
	pid_t command;          /* a member wherever it goes; -1 when it has ended */
	pid_t seen;             /* one that the last look has found, or 0 */
};

/*
 * Signals what the signals to the group do not reach and nobody else tells;
 * SIGKILL goes to all, 0 is no signal.  Returns whether there are any; only
 * when no child of the guard's has ended meanwhile, which may have left
 * another, is there certainly none.  To be called by the guard.
 */
bool members_signal(struct members *members, int signal_number);

/*
 * A glance that spares members_signal() the look at all processes: whether a
 * child of the guard's, or an orphan that came to it, is a member.
 */
bool members_glance(struct members *members);

/*
 * Whether a member has not come to do what it is about to: it has had less
 * processor time than span, and waits for a processor or a disk.  False where
 * /proc can't tell.
 */
bool members_await_turn(const struct members *members, clock_ms span);

/* Sends SIGKILL to all of a session but its leader; returns one of them, or 0. */
pid_t members_kill_session(pid_t leader);

#endif
