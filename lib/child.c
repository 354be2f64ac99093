#include "child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "descriptors.h"
#include "fallback.h"
#include "guard.h"
#include "members.h"
#include "memory.h"
#include "retry.h"
#include "signals.h"

/* How long what a killed guard has left is looked for at a time, and how often, in ms. */
#define REPLACE_TIME 200
#define REPLACE_LOOK 5

/*
 * The guards that a struct child waits for.  Children of strangers can only
 * be reaped by asking for any, and that must not take a guard's end away
 * unseen; a struct child may be moved in memory, so this names guards only.
 */
static pid_t *live;
static size_t live_count, live_room;

static struct guard_inherited inherited;

void children_hold(const int *descriptors, size_t count)
{
	inherited.count = count < CHILDREN_HELD ? count : CHILDREN_HELD;
	memcpy(inherited.descriptor, descriptors, inherited.count * sizeof *descriptors);
}

void children_rename(int argc, char *argv[])
{
	const char *last = argc > 0 ? argv[argc - 1] : NULL;

	if (last != NULL)
		inherited.line = (struct guard_command_line){
			argv[0], (size_t)(last + strlen(last) + 1 - argv[0])
		};
}

static bool live_reserve(void)
{
	pid_t *more = memory_extend(live, &live_room, live_count + 1, sizeof *live);

	if (more != NULL)
		live = more;
	return more != NULL;
}

static pid_t *live_find(pid_t guard)
{
	for (size_t i = 0; i < live_count; i++)
		if (live[i] == guard)
			return &live[i];
	return NULL;
}

static void live_remove(pid_t guard)
{
	pid_t *found = live_find(guard);

	if (found != NULL)
		*found = live[--live_count];
	if (live_count == 0) {
		free(live);
		live = NULL;
		live_room = 0;
	}
}

/*
 * What fork(3) does besides, for threads and locks that we have none of, writes to
 * pages that a guard and its caller can share.
 */
static pid_t fork_plainly(void)
{
#ifdef HAVE__FORK
	return _Fork();
#else
	return fork();
#endif
}

/* Forks with every signal blocked, so that none reaches a guard half made. */
static pid_t guard_fork(int socket, char *const argv[], const struct child_setup *setup)
{
	sigset_t all, before;
	pid_t home = getpgrp(), guard;
	int error;

	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, &before);
	guard = RETRY(fork_plainly());
	if (guard == 0)
		guard_run(socket, home, argv, setup, &inherited);
	error = errno;
	sigprocmask(SIG_SETMASK, &before, NULL);
	errno = error;
	return guard;
}

int child_start(struct child *child, char *const argv[], const struct child_setup *setup)
{
	int ends[2], error;

	*child = (struct child)CHILD_INITIALIZER;
	snprintf(child->command, sizeof child->command, "%s", argv[0]);
	if (!live_reserve())
		return -1;
	if (RETRY(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends)) == -1)
		return -1;
	child->guard = guard_fork(ends[1], argv, setup);
	error = errno;
	close(ends[1]);
	if (child->guard == -1) {
		close(ends[0]);
		errno = error;
		return -1;
	}
	/* The leader of a group could found no session any more. */
	if (!setup->session)
		(void)setpgid(child->guard, child->guard);
	live[live_count++] = child->guard;
	child->session = setup->session;
	child->fd = ends[0];
	child->state = CHILD_RUNNING;
	return 0;
}

int child_fd(const struct child *child)
{
	return child->fd;
}

static bool was_killed(pid_t guard)
{
	siginfo_t info = { .si_code = 0 };

	return RETRY(waitid(P_PID, (id_t)guard, &info, WEXITED | WNOWAIT)) == 0 &&
	       info.si_code != CLD_EXITED;
}

/*
 * Ends what a guard that was killed did not live to end.  Until it is reaped
 * it pins the number of its group and session.  Returns whether that is done;
 * the time that it takes at the most keeps a caller from calling again at once.
 */
static bool guard_replace(struct child *child)
{
	const struct timespec moment = { .tv_nsec = REPLACE_LOOK * 1000000 };
	clock_ms end = clock_now() + REPLACE_TIME;

	kill(-child->guard, SIGKILL);
	while (child->session) {
		child->left_process = members_kill_session(child->guard);
		if (child->left_process == 0)
			break;
		if (clock_now() >= end) {
			child->is_left = true;
			return false;
		}
		nanosleep(&moment, NULL);
	}
	return true;
}

/* The terminal, should a guard have died without giving it back. */
static void terminal_rescue(pid_t guard)
{
	int terminal = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);
	sigset_t stop, before;

	if (terminal == -1)
		return;
	sigemptyset(&stop);
	sigaddset(&stop, SIGTTOU);
	sigprocmask(SIG_BLOCK, &stop, &before);
	guard_return_terminal(terminal, guard, getpgrp());
	sigprocmask(SIG_SETMASK, &before, NULL);
	close(terminal);
}

/* Returns false while something is left: the end of the socket tells again. */
static bool guard_lost(struct child *child)
{
	if (child->state == CHILD_RUNNING) {
		child->status = SIGKILL;
		child->state = CHILD_ENDED;
		terminal_rescue(child->guard);
	}
	if (was_killed(child->guard) && !guard_replace(child))
		return false;
	live_remove(child->guard);
	(void)RETRY(waitpid(child->guard, NULL, 0));
	child->state = CHILD_GONE;
	children_reap();
	return true;
}

static void take_report(struct child *child, const struct guard_report *news)
{
	switch (news->kind) {
	case GUARD_ENDED:
		child->state = CHILD_ENDED;
		child->status = news->status;
		child->start_error = news->start_error;
		break;
	case GUARD_STOPPED:
		if (child->stopped == 0)
			child->stopped_process = news->process;
		child->stopped = news->status;
		break;
	case GUARD_LEFT:
		child->is_left = true;
		child->left_process = news->process;
		break;
	}
}

static bool has_guard(const struct child *child)
{
	return child->state == CHILD_RUNNING || child->state == CHILD_ENDED;
}

/* The kernel tells first, once, that the guard left an order unread. */
static bool is_end(ssize_t got)
{
	return got != -1 || (errno != EINTR && errno != ECONNRESET);
}

enum child_state child_read(struct child *child)
{
	struct guard_report news;
	ssize_t got;

	while (has_guard(child)) {
		got = recv(child->fd, &news, sizeof news, MSG_DONTWAIT);
		if (got == (ssize_t)sizeof news)
			take_report(child, &news);
		/* What is lacking may be there when poll(2) reports it again. */
		else if ((got == -1 && (errno == EAGAIN || errno == ENOMEM || errno == ENOBUFS)) ||
		         (is_end(got) && !guard_lost(child)))
			break;
	}
	return child->state;
}

/*
 * A lack of memory, or a guard that has long been stopped, keeps an order
 * away.  The end of the socket means SIGTERM and the grace, and needs no room.
 */
static void guard_tell_otherwise(const struct child *child, enum guard_order_kind kind)
{
	switch (kind) {
	case GUARD_END: (void)shutdown(child->fd, SHUT_WR); break;
	case GUARD_KILL: kill(-child->guard, SIGKILL); break;
	case GUARD_CONTINUE: kill(-child->guard, SIGCONT); break;
	}
}

static void guard_tell(struct child *child, enum guard_order_kind kind, int signal_number)
{
	const struct guard_order order = { .kind = kind, .signal = signal_number };

	if (!has_guard(child))
		return;
	if (RETRY(send(child->fd, &order, sizeof order, MSG_NOSIGNAL | MSG_DONTWAIT)) !=
	    (ssize_t)sizeof order)
		guard_tell_otherwise(child, kind);
	kill(child->guard, SIGCONT);
}

void child_end(struct child *child)
{
	child_end_by(child, SIGTERM);
}

void child_end_by(struct child *child, int signal_number)
{
	guard_tell(child, GUARD_END, signal_number);
}

void child_kill(struct child *child)
{
	guard_tell(child, GUARD_KILL, SIGKILL);
}

void child_continue(struct child *child)
{
	child->stopped = 0;
	guard_tell(child, GUARD_CONTINUE, SIGCONT);
}

void child_release(struct child *child)
{
	if (has_guard(child)) {
		kill(child->guard, SIGCONT);
		live_remove(child->guard);
	}
	descriptors_close(&child->fd);
	*child = (struct child)CHILD_INITIALIZER;
}

void children_reap(void)
{
	siginfo_t info;

	for (;;) {
		info.si_pid = 0;
		if (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == -1 && errno == EINTR)
			continue;
		if (info.si_pid == 0 || live_find(info.si_pid) != NULL)
			break;
		(void)waitpid(info.si_pid, NULL, WNOHANG);
	}
}

const char *child_describe_stop(int signal_number, pid_t process, char *buffer, size_t room)
{
	const char *name = sigabbrev_np(signal_number);

	snprintf(buffer, room, "stopped%s%s; it goes on after: kill -CONT %d",
	         name != NULL ? " by SIG" : "", name != NULL ? name : "", (int)process);
	return buffer;
}

const char *child_describe_left(const struct child *child, char *buffer, size_t room)
{
	if (child->left_process != 0)
		snprintf(buffer, room, "process %d", (int)child->left_process);
	else
		snprintf(buffer, room, "a process");
	return buffer;
}

/* It was ended because it stood still, whatever it made of that. */
static bool was_stopped(const struct child *child)
{
	return signals_is_terminals(child->stopped);
}

int child_exit_status(const struct child *child)
{
	if (was_stopped(child) && child->status == 0)
		return 128 + child->stopped;
	return WIFEXITED(child->status) ? WEXITSTATUS(child->status)
	                                : 128 + WTERMSIG(child->status);
}

static void describe_failed_start(const struct child *child, char *buffer, size_t room)
{
	char explained[EXECUTABLE_ROOM];
	const char *why = executable_explain(child->command, child->start_error, explained);

	if (why != NULL)
		snprintf(buffer, room, "could not be started: %s", why);
	else
		snprintf(buffer, room, "could not be started: %.200s: %s", child->command,
		         strerror(child->start_error));
}

const char *child_describe(const struct child *child, char *buffer, size_t room)
{
	const char *name;

	if (child->start_error != 0) {
		describe_failed_start(child, buffer, room);
	} else if (was_stopped(child)) {
		snprintf(buffer, room, "was stopped by SIG%s", sigabbrev_np(child->stopped));
	} else if (WIFEXITED(child->status)) {
		snprintf(buffer, room, "exited (status %d)", WEXITSTATUS(child->status));
	} else if ((name = sigabbrev_np(WTERMSIG(child->status))) != NULL) {
		snprintf(buffer, room, "was killed by SIG%s", name);
	} else {
		snprintf(buffer, room, "was killed by signal %d", WTERMSIG(child->status));
	}
	return buffer;
}
