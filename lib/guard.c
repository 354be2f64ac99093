#include "guard.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "descriptors.h"
#include "fallback.h"
#include "leftovers.h"
#include "members.h"
#include "retry.h"
#include "signals.h"

/* How long the guard waits for what it has sent SIGKILL before it says that it is left. */
#define KILL_WAIT 1000
/* How often it looks for that afterwards. */
#define LEFT_LOOK 1000
/* How long what a command has left may take to become a daemon. */
#define LEAVING_TIME 100
/* And if it waits all that time for a busy machine to let it. */
#define LEAVING_LIMIT 5000
/* When what is left is looked for, after the command's end; direct children tell themselves. */
#define FIRST_LOOK 10

enum guard_state {
	GUARD_WATCHING,         /* the command runs, nobody wants it to end */
	GUARD_LEAVING,          /* the command has ended by itself; SIGTERM to the rest when due */
	GUARD_ENDING,           /* the group was told to end; SIGKILL when due */
	GUARD_KILLING,          /* SIGKILL was sent; told to be left when due */
	GUARD_STAYING           /* that ends nothing: another user's, or a disk holds it up */
};

struct guard {
	enum guard_state state;
	int socket;             /* to the caller */
	bool heard_all;         /* the caller is gone, or has nothing more to say */
	int signals;            /* signalfd(2) of SIGCHLD */
	int failure;            /* holds the errno of a failed execution */
	int terminal;           /* that the command may have; or -1 */
	pid_t home;             /* the caller's group */
	struct members members; /* of our own group, and what left only that */
	clock_ms grace;
	clock_ms since, due;    /* when the state began, and when it is over */
	clock_ms look;          /* when to see whether anything is left */
};

/* What ps(1) shows, and no name that "pkill -9 mswatch" takes for mswatch. */
#define GUARD_NAME "child-guard"

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

/* A copy of fd, or of descriptors_null() for -1, with a number from lowest on. */
static int descriptor_aside(int fd, int lowest)
{
	int copy, null = -1;

	if (fd == -1)
		fd = null = descriptors_null(O_CLOEXEC);
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
                               const struct guard_inherited *held)
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
		(void)tcsetpgrp(guard->terminal, guard->members.guard);
}

static void terminal_open(struct guard *guard, enum child_terminal kind)
{
	if (kind == CHILD_TERMINAL_NONE || guard->members.session)
		return;
	guard->terminal = RETRY(open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC));
	if (guard->terminal != -1 && kind == CHILD_TERMINAL_GIVEN)
		terminal_take(guard);
}

/* False with errno. */
static bool environment_set(const char *const *environment)
{
	char *variable;

	for (; environment != NULL && *environment != NULL; environment++)
		if ((variable = strdup(*environment)) == NULL || putenv(variable) != 0)
			return false;
	return true; /* putenv() keeps the string: NOLINT(clang-analyzer-unix.Malloc) */
}

/*
 * The command's process: everything above 2 is close-on-exec by now.  The
 * death signal is only a belt for a guard that is killed: setuid programs
 * reset it, and it reaches nothing but the command itself (prctl(2)).
 */
static _Noreturn void command_execute(pid_t guard, int failure, char *const argv[],
                                      const struct child_setup *setup)
{
	int reason;

	(void)RETRY(prctl(PR_SET_PDEATHSIG, SIGTERM));
	if (getppid() != guard)
		_exit(125);
	if (environment_set(setup->environment) &&
	    RETRY(dup2(COMMAND_IN, 0)) != -1 &&
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
	int null = descriptors_null(O_CLOEXEC);

	for (int fd = 0; fd <= COMMAND_ERROR; fd++)
		if (fd > 2 || null == -1 || RETRY(dup2(null, fd)) == -1)
			close(fd);
	if (null > 2)
		close(null);
}

/* What "pkill -9 -f mswatch" would take for mswatch: it must not end both at once. */
static void command_line_overwrite(const struct guard_command_line *line)
{
	const char name[] = GUARD_NAME;

	if (line->length == 0)
		return;
	memset(line->text, 0, line->length);
	memcpy(line->text, name, line->length <= sizeof name ? line->length - 1 : sizeof name);
}

/* Nothing tells who holds a lock of flock(2): this does. */
static void descriptors_mark_held(size_t count)
{
	for (size_t i = 0; i < count; i++)
		descriptors_mark(GUARD_FIRST_FREE + (int)i, CHILDREN_HELD_BYTE);
}

/* Starts the command; 0, or -1 with errno. */
static int command_start(struct guard *guard, char *const argv[], const struct child_setup *setup)
{
	int failure[2];
	sigset_t set;

	signal(SIGCHLD, SIG_DFL); /* process 1 of a container ignores it: signals_end_program() */
	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	guard->signals = RETRY(signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC));
	if (guard->signals == -1 || RETRY(pipe2(failure, O_NONBLOCK | O_CLOEXEC)) == -1)
		return -1;
	terminal_open(guard, setup->terminal);
	guard->members.command = RETRY(fork());
	if (guard->members.command == -1)
		return -1;
	if (guard->members.command == 0)
		command_execute(guard->members.guard, failure[1], argv, setup);
	guard->failure = failure[0];
	close(failure[1]);
	descriptors_forget();
	return 0;
}

/* The first look is soon, a later one about an eighth of the time late. */
static void look_again(struct guard *guard)
{
	clock_ms now = clock_now();

	guard->look = guard->state == GUARD_STAYING ? now + LEFT_LOOK :
	              now + FIRST_LOOK + (now - guard->since) / 8;
}

/* When to act without news; as long as the command runs its end is news enough. */
static clock_ms next_wake(const struct guard *guard)
{
	bool looks = guard->members.command == -1 || guard->state >= GUARD_KILLING;

	return looks && guard->look < guard->due ? guard->look : guard->due;
}

static void become(struct guard *guard, enum guard_state state, clock_ms span)
{
	guard->state = state;
	guard->since = clock_now();
	guard->due = span == CLOCK_NEVER ? CLOCK_NEVER : guard->since + span;
	look_again(guard);
}

/*
 * The grace begins once: a second wish to end does not prolong it.  A stopped
 * process acts on a signal only when it goes on.
 */
static void end_all(struct guard *guard, int signal_number)
{
	if (guard->state >= GUARD_KILLING)
		return;
	if (guard->state != GUARD_ENDING)
		become(guard, GUARD_ENDING, guard->grace);
	kill(-guard->members.guard, signal_number);
	kill(-guard->members.guard, SIGCONT);
	(void)members_signal(&guard->members, signal_number);
}

/* What has had no turn gets as much time again: no machine is too busy for a daemon. */
static void end_leaving(struct guard *guard)
{
	clock_ms now = clock_now();

	if (now - guard->since < LEAVING_LIMIT && members_await_turn(&guard->members, LEAVING_TIME))
		guard->due = now + LEAVING_TIME;
	else
		end_all(guard, SIGTERM);
}

/*
 * One by one: we lead the group, and want to see the others go.  What comes
 * of the dead is killed as it comes to us.
 */
static void kill_all(struct guard *guard)
{
	if (guard->state >= GUARD_KILLING)
		return;
	become(guard, GUARD_KILLING, KILL_WAIT);
	guard_return_terminal(guard->terminal, guard->members.guard, guard->home);
	if (guard->members.command != -1)
		kill(guard->members.command, SIGKILL);
	(void)members_signal(&guard->members, SIGKILL);
}

/* What can't be killed still works: we stay, and with us the locks that we hold. */
static void stay(struct guard *guard)
{
	const struct guard_report news = { .kind = GUARD_LEFT, .process = guard->members.seen };

	become(guard, GUARD_STAYING, CLOCK_NEVER);
	report(guard, &news);
}

/* A daemon may be between its fork and its setsid: it gets the time. */
static void command_ended(struct guard *guard, int status)
{
	struct guard_report news = { .kind = GUARD_ENDED, .status = status };
	ssize_t got = RETRY(read(guard->failure, &news.start_error, sizeof news.start_error));

	if (got != (ssize_t)sizeof news.start_error)
		news.start_error = 0;
	guard->members.command = -1;
	guard_return_terminal(guard->terminal, guard->members.guard, guard->home);
	report(guard, &news);
	if (guard->state == GUARD_WATCHING)
		become(guard, GUARD_LEAVING, LEAVING_TIME);
}

/*
 * On a terminal only what its user stopped is his business; SIGSTOP is a
 * freeze like others.  Without one nobody would see that it stands.
 */
static void command_stopped(struct guard *guard, int signal_number)
{
	const struct guard_report news = { .kind = GUARD_STOPPED, .status = signal_number,
		                           .process = guard->members.command };
	bool by_terminal = guard->terminal != -1 && signals_is_terminals(signal_number);

	if (guard->state != GUARD_WATCHING || (guard->terminal != -1 && !by_terminal))
		return;
	guard_return_terminal(guard->terminal, guard->members.guard, guard->home);
	report(guard, &news);
}

/*
 * Whether anything is left that this guard is to end, where it is time to
 * look, or a child of ours has ended.  What has come to us is told, too.
 */
static bool members_left(struct guard *guard, bool any_ended)
{
	bool looks = clock_now() >= next_wake(guard);
	int signal_number = 0;

	if (looks)
		look_again(guard);
	switch (guard->state) {
	case GUARD_WATCHING: return true;
	case GUARD_LEAVING: any_ended = false; break;
	case GUARD_ENDING: signal_number = any_ended ? SIGTERM : 0; break;
	case GUARD_KILLING:
	case GUARD_STAYING: signal_number = SIGKILL; break;
	}
	return (!looks && !any_ended) ||
	       (signal_number == 0 && members_glance(&guard->members)) ||
	       members_signal(&guard->members, signal_number);
}

/* Reaps what has ended; leaves when nothing is left. */
static void children_take(struct guard *guard)
{
	bool any = false;
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG | WUNTRACED)) > 0 ||
	       (pid == -1 && errno == EINTR)) {
		if (pid == guard->members.command && WIFSTOPPED(status))
			command_stopped(guard, WSTOPSIG(status));
		else if (pid == guard->members.command)
			command_ended(guard, status);
		any = true;
	}
	if (pid == -1 && errno == ECHILD)
		_exit(0);
	if (!members_left(guard, any))
		_exit(0);
}

static void obey(struct guard *guard)
{
	struct guard_order order;
	ssize_t got = recv(guard->socket, &order, sizeof order, MSG_DONTWAIT);

	if (got == -1 && (errno == EINTR || errno == EAGAIN))
		return;
	if (got != (ssize_t)sizeof order) {
		/* Left open: a caller that is there waits for the report. */
		guard->heard_all = true;
		if (guard->state == GUARD_WATCHING)
			end_all(guard, SIGTERM);
		return;
	}
	switch (order.kind) {
	case GUARD_END: end_all(guard, order.signal); break;
	case GUARD_KILL: kill_all(guard); break;
	case GUARD_CONTINUE:
		if (guard->terminal != -1)
			terminal_take(guard);
		kill(-guard->members.guard, SIGCONT);
		break;
	}
}

/* The time of the state is over. */
static void go_on(struct guard *guard)
{
	switch (guard->state) {
	case GUARD_WATCHING:
	case GUARD_STAYING: break;
	case GUARD_LEAVING: end_leaving(guard); break;
	case GUARD_ENDING: kill_all(guard); break;
	case GUARD_KILLING: stay(guard); break;
	}
}

/* Waits for news without a timeout, but for what ends. */
static _Noreturn void wait_for_all(struct guard *guard)
{
	struct pollfd ready[2] = { { .events = POLLIN }, { .events = POLLIN } };

	for (;;) {
		children_take(guard);
		if (clock_now() >= guard->due) {
			go_on(guard);
			continue;
		}
		ready[0].fd = guard->heard_all ? -1 : guard->socket;
		ready[1].fd = guard->signals;
		if (poll(ready, 2, clock_timeout(next_wake(guard), clock_now())) <= 0)
			continue;
		while (signals_next(guard->signals) != 0)
			;
		if (ready[0].revents != 0)
			obey(guard);
	}
}

void guard_run(int socket, pid_t home, char *const argv[], const struct child_setup *setup,
               const struct guard_inherited *inherited)
{
	struct guard guard = {
		.socket = socket, .terminal = -1, .home = home,
		.members = { .guard = getpid(), .command = -1 },
		.grace = setup->grace, .due = CLOCK_NEVER, .look = CLOCK_NEVER,
	};
	struct guard_report news = { .kind = GUARD_ENDED, .status = W_EXITCODE(125, 0) };

	/* A leader takes a terminal that it opens: here nothing is opened that may be one. */
	guard.members.session = setup->session && setsid() != -1;
	if (!guard.members.session)
		(void)setpgid(0, 0);
	(void)prctl(PR_SET_NAME, GUARD_NAME);
	(void)prctl(PR_SET_CHILD_SUBREAPER, 1);
	(void)prctl(PR_SET_PDEATHSIG, SIGCONT); /* a stopped guard could end nothing */
	if (descriptors_arrange(&guard.socket, setup, inherited) == 0 &&
	    command_start(&guard, argv, setup) == 0) {
		/* argv may lie in it: not before the start */
		command_line_overwrite(&inherited->line);
		descriptors_mark_held(inherited->count);
		leftovers_give_back();
		wait_for_all(&guard);
	}
	news.start_error = errno;
	guard_return_terminal(guard.terminal, guard.members.guard, guard.home);
	report(&guard, &news);
	_exit(125);
}
