#include "guard.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "descriptors.h"
#include "retry.h"
#include "signals.h"

/* How long the guard waits for what it has sent SIGKILL: disks can hold a process up. */
#define KILL_WAIT 1000

enum guard_state {
	GUARD_WATCHING,         /* the command runs, nobody wants it to end */
	GUARD_ENDING,           /* the group was told to end; SIGKILL when due */
	GUARD_KILLING           /* SIGKILL was sent; gone when due at the latest */
};

struct guard {
	enum guard_state state;
	int socket;             /* to the caller */
	bool heard_all;         /* the caller is gone, or has nothing more to say */
	int signals;            /* signalfd(2) of SIGCHLD */
	int failure;            /* holds the errno of a failed execution */
	int terminal;           /* -1 when the command is not in its foreground */
	pid_t home, group;      /* the caller's group and our own */
	pid_t command;          /* -1 when it has ended */
	clock_ms grace, due;
};

/* The descriptors of a new guard: the command's 0, 1, 2 and the socket, by these numbers. */
enum { COMMAND_IN = 3, COMMAND_OUT, COMMAND_ERROR, GUARD_SOCKET, GUARD_FIRST_FREE };

/* Without it the caller takes the command for killed: a lack of memory is worth more tries. */
static void report(struct guard *guard, const struct guard_report *news)
{
	const ssize_t whole = (ssize_t)sizeof *news;
	int tries = 10;

	while (send(guard->socket, news, sizeof *news, MSG_NOSIGNAL | MSG_DONTWAIT) != whole &&
	       errno != EPIPE && --tries > 0)
		;
}

void guard_return_terminal(int terminal, pid_t group, pid_t home)
{
	if (terminal != -1 && tcgetpgrp(terminal) == group)
		(void)tcsetpgrp(terminal, home);
}

/* A copy of fd, or of /dev/null for -1, with a number from lowest on. */
static int descriptor_aside(int fd, int lowest)
{
	int copy, null = -1;

	if (fd == -1)
		fd = null = RETRY(open("/dev/null", O_RDWR | O_CLOEXEC));
	copy = fd == -1 ? -1 : RETRY(fcntl(fd, F_DUPFD_CLOEXEC, lowest));
	if (null != -1)
		close(null);
	return copy;
}

/*
 * Leaves no descriptors but 0 to 2, the four numbered above and, behind them,
 * those that are held; 0, or -1 with errno.  The socket moves, and is usable
 * whatever fails.
 */
static int descriptors_arrange(int *socket, const struct child_setup *setup,
                               const struct guard_held *held)
{
	int wanted[4 + CHILDREN_HELD] = { setup->in, setup->out, setup->error, *socket };
	int aside[4 + CHILDREN_HELD] = { 0 }, count = 4 + (int)held->count;
	int first_free = GUARD_FIRST_FREE + (int)held->count;

	memcpy(wanted + 4, held->descriptor, held->count * sizeof *wanted);
	for (int i = 0; i < count; i++)
		if ((aside[i] = descriptor_aside(wanted[i], first_free)) == -1)
			return -1;
	*socket = aside[3];
	for (int i = 0; i < count; i++)
		if (RETRY(dup3(aside[i], COMMAND_IN + i, O_CLOEXEC)) == -1)
			return -1;
	descriptors_close_from(first_free);
	*socket = GUARD_SOCKET;
	return 0;
}

/* Takes the controlling terminal for our group, if it is the caller's to give. */
static void terminal_take(struct guard *guard)
{
	if (tcgetpgrp(guard->terminal) == guard->home)
		(void)tcsetpgrp(guard->terminal, guard->group);
}

static void terminal_open(struct guard *guard)
{
	guard->terminal = RETRY(open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC));
	if (guard->terminal == -1)
		return;
	if (tcgetpgrp(guard->terminal) != guard->home) {
		close(guard->terminal);
		guard->terminal = -1;
		return;
	}
	terminal_take(guard);
}

static void environment_set(const char *const *environment)
{
	char *variable;

	for (; environment != NULL && *environment != NULL; environment++)
		if ((variable = strdup(*environment)) == NULL || putenv(variable) != 0)
			_exit(125);
} /* putenv() keeps the string: NOLINT(clang-analyzer-unix.Malloc) */

/*
 * The command's process: everything above 2 is close-on-exec by now.  The
 * death signal is only a belt for a guard that is killed: setuid programs
 * reset it, and it reaches nothing but the command itself (prctl(2)).
 */
static _Noreturn void command_execute(pid_t guard, int failure, char *const argv[],
                                      const struct child_setup *setup)
{
	int reason;

	if (RETRY(prctl(PR_SET_PDEATHSIG, SIGTERM)) == -1 || getppid() != guard)
		_exit(125);
	environment_set(setup->environment);
	if (RETRY(dup2(COMMAND_IN, 0)) != -1 &&
	    RETRY(dup2(COMMAND_OUT, 1)) != -1 &&
	    RETRY(dup2(COMMAND_ERROR, 2)) != -1) {
		signals_reset();
		RETRY(execvp(argv[0], argv));
	}
	reason = errno;
	if (RETRY(write(failure, &reason, sizeof reason)) != (ssize_t)sizeof reason)
		_exit(125);
	_exit(reason == ENOENT ? 127 : 126);
}

/* Keeps the command's files open no longer than the command does. */
static void descriptors_forget(void)
{
	int null = RETRY(open("/dev/null", O_RDWR | O_CLOEXEC));

	for (int fd = 0; fd <= COMMAND_ERROR; fd++)
		if (fd > 2 || null == -1 || RETRY(dup2(null, fd)) == -1)
			close(fd);
	if (null > 2)
		close(null);
}

/* Starts the command; 0, or -1 with errno. */
static int command_start(struct guard *guard, char *const argv[], const struct child_setup *setup)
{
	int failure[2];
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	guard->signals = RETRY(signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC));
	if (guard->signals == -1 || RETRY(pipe2(failure, O_NONBLOCK | O_CLOEXEC)) == -1)
		return -1;
	if (setup->foreground)
		terminal_open(guard);
	guard->command = RETRY(fork());
	if (guard->command == -1)
		return -1;
	if (guard->command == 0)
		command_execute(guard->group, failure[1], argv, setup);
	guard->failure = failure[0];
	close(failure[1]);
	descriptors_forget();
	return 0;
}

/*
 * Children of ours to be ended: the command, members of the group, and
 * descendants that lead a group of their own (timeout(1) does) but did not
 * leave the session, as a daemon would.  Orphans of the tree come to us.
 */
static bool is_ours(const struct guard *guard, pid_t child)
{
	return child == guard->command || getpgid(child) == guard->group ||
	       getsid(child) == getsid(0);
}

/* Signals those of our children that the group's signals do not reach; whether there are any. */
static bool children_signal(const struct guard *guard, int signal_number)
{
	char list[4096], *at = list, *end;
	int fd = RETRY(open("/proc/thread-self/children", O_RDONLY | O_CLOEXEC));
	ssize_t got = fd == -1 ? -1 : RETRY(read(fd, list, sizeof list - 1));
	bool any = false;
	long child;

	if (fd != -1)
		close(fd);
	if (got < 0)
		got = guard->command == -1 ? 0 : snprintf(list, sizeof list, "%d ", guard->command);
	list[got] = '\0';
	/* A number without its blank is the beginning of one: there are too many for the list. */
	for (; (child = strtol(at, &end, 10)) > 0 && *end == ' '; at = end) {
		if (!is_ours(guard, (pid_t)child))
			continue;
		any = true;
		if (getpgid((pid_t)child) != guard->group) {
			kill((pid_t)child, signal_number);
			kill((pid_t)child, SIGCONT);
		}
	}
	return any;
}

/* A stopped process acts on a signal only when it goes on. */
static void group_signal(const struct guard *guard, int signal_number)
{
	kill(-guard->group, signal_number);
	kill(-guard->group, SIGCONT);
	(void)children_signal(guard, signal_number);
}

/* The grace begins once: a second wish to end does not prolong it. */
static void guard_end(struct guard *guard, int signal_number)
{
	if (guard->state == GUARD_KILLING)
		return;
	if (guard->state == GUARD_WATCHING) {
		guard->state = GUARD_ENDING;
		guard->due = clock_now() + guard->grace;
	}
	group_signal(guard, signal_number);
}

/*
 * Leaves the group, so that its SIGKILL spares us and we see the others go:
 * for a group that a child founded, even one that is dead but not yet reaped.
 */
static void group_leave(void)
{
	siginfo_t info;
	pid_t founder = RETRY(fork());

	if (founder == 0)
		_exit(setpgid(0, 0) == -1);
	if (founder != -1 && waitid(P_PID, (id_t)founder, &info, WEXITED | WNOWAIT) == 0)
		(void)setpgid(0, founder);
}

static void guard_kill(struct guard *guard)
{
	if (guard->state == GUARD_KILLING)
		return;
	guard->state = GUARD_KILLING;
	guard->due = clock_now() + KILL_WAIT;
	guard_return_terminal(guard->terminal, guard->group, guard->home);
	(void)children_signal(guard, SIGKILL);
	group_leave();
	kill(-guard->group, SIGKILL);
}

static void command_ended(struct guard *guard, int status)
{
	struct guard_report news = { .kind = GUARD_ENDED, .status = status };
	ssize_t got = RETRY(read(guard->failure, &news.start_error, sizeof news.start_error));

	if (got != (ssize_t)sizeof news.start_error)
		news.start_error = 0;
	guard->command = -1;
	guard_return_terminal(guard->terminal, guard->group, guard->home);
	report(guard, &news);
	guard_end(guard, SIGTERM);
}

/* Only what the terminal's user stopped is his business; SIGSTOP is a freeze like others. */
static void command_stopped(struct guard *guard, int signal_number)
{
	const struct guard_report news = { .kind = GUARD_STOPPED };

	if (guard->terminal == -1 || guard->state != GUARD_WATCHING ||
	    (signal_number != SIGTSTP && signal_number != SIGTTIN && signal_number != SIGTTOU))
		return;
	guard_return_terminal(guard->terminal, guard->group, guard->home);
	report(guard, &news);
}

/* Whether anything is left that this guard is to end; orphans that came to us are told, too. */
static bool children_left(const struct guard *guard)
{
	switch (guard->state) {
	case GUARD_ENDING: (void)children_signal(guard, SIGTERM); return true;
	case GUARD_KILLING: return children_signal(guard, SIGKILL);
	case GUARD_WATCHING: break;
	}
	return true;
}

/* Reaps what has ended; leaves when nothing is left. */
static void children_take(struct guard *guard)
{
	bool any = false;
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG | WUNTRACED)) > 0 || (pid == -1 && errno == EINTR)) {
		if (pid == guard->command && WIFSTOPPED(status))
			command_stopped(guard, WSTOPSIG(status));
		else if (pid == guard->command)
			command_ended(guard, status);
		any = true;
	}
	if (pid == -1 && errno == ECHILD)
		_exit(0);
	if ((any || guard->state == GUARD_KILLING) && !children_left(guard))
		_exit(0);
}

static void guard_obey(struct guard *guard)
{
	struct guard_order order;
	ssize_t got = recv(guard->socket, &order, sizeof order, MSG_DONTWAIT);

	if (got == -1 && (errno == EINTR || errno == EAGAIN))
		return;
	if (got != (ssize_t)sizeof order) {
		/* Left open: a caller that is there waits for the report. */
		guard->heard_all = true;
		if (guard->state == GUARD_WATCHING)
			guard_end(guard, SIGTERM);
		return;
	}
	switch (order.kind) {
	case GUARD_END: guard_end(guard, order.signal); break;
	case GUARD_KILL: guard_kill(guard); break;
	case GUARD_CONTINUE:
		if (guard->terminal != -1)
			terminal_take(guard);
		kill(-guard->group, SIGCONT);
		break;
	}
}

/* Waits for news without a timeout, but for the grace. */
static _Noreturn void guard_loop(struct guard *guard)
{
	struct pollfd ready[2] = { { .events = POLLIN }, { .events = POLLIN } };

	for (;;) {
		children_take(guard);
		if (clock_now() >= guard->due) {
			if (guard->state == GUARD_KILLING)
				_exit(0);
			guard_kill(guard);
			continue;
		}
		ready[0].fd = guard->heard_all ? -1 : guard->socket;
		ready[1].fd = guard->signals;
		if (poll(ready, 2, clock_timeout(guard->due, clock_now())) <= 0)
			continue;
		while (signals_next(guard->signals) != 0)
			;
		if (ready[0].revents != 0)
			guard_obey(guard);
	}
}

void guard_run(int socket, pid_t home, char *const argv[], const struct child_setup *setup,
               const struct guard_held *held)
{
	struct guard guard = {
		.socket = socket, .terminal = -1, .home = home, .group = getpid(),
		.grace = setup->grace, .due = CLOCK_NEVER,
	};
	struct guard_report news = { .kind = GUARD_ENDED, .status = W_EXITCODE(125, 0) };

	(void)setpgid(0, 0);
	/* No name that "pkill -9 mswatch" takes for mswatch. */
	(void)prctl(PR_SET_NAME, "child-guard");
	(void)prctl(PR_SET_CHILD_SUBREAPER, 1);
	(void)prctl(PR_SET_PDEATHSIG, SIGCONT); /* a stopped guard could end nothing */
	if (descriptors_arrange(&guard.socket, setup, held) == 0 &&
	    command_start(&guard, argv, setup) == 0)
		guard_loop(&guard);
	news.start_error = errno;
	guard_return_terminal(guard.terminal, guard.group, guard.home);
	report(&guard, &news);
	_exit(125);
}
