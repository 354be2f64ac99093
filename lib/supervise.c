#include "supervise.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "descriptors.h"
#include "duration.h"
#include "message.h"
#include "retry.h"
#include "signals.h"
#include "usage.h"

/* The span of time that an option was given; zero: 0 is one. */
static clock_ms span_read(const char *option, const char *text, bool zero)
{
	clock_ms span = 0;
	const char *why = duration_parse(text, &span);

	if (why == NULL && span == 0 && !zero)
		why = "the time must be more than 0";
	if (why != NULL)
		message_fatal(STATUS_FAILURE, "%s %s: %s", option, text, why);
	return span;
}

void supervisor_options_read(struct supervisor_options *options, int argc, char *argv[],
                             const char *help, const char *version)
{
	static const struct option known[] = {
		{ "grace", required_argument, NULL, 'g' },
		{ "timeout", required_argument, NULL, 't' },
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'V' },
		{ NULL, 0, NULL, 0 },
	};
	int c;

	opterr = 0;
	while ((c = getopt_long(argc, argv, "+:g:t:hV", known, NULL)) != -1) {
		switch (c) {
		case 'g': options->grace = span_read("--grace", optarg, true); break;
		case 't': options->timeout = span_read("--timeout", optarg, false); break;
		case 'V': exit(message_document(version));
		case 'h': exit(message_document(help));
		default: usage_refuse(c, argv, help, STATUS_FAILURE);
		}
	}
	if (optind == argc)
		message_fatal(STATUS_FAILURE, "no command given (see --help)");
}

void supervisor_start(struct supervisor *supervisor, char *const argv[],
                      const struct child_setup *setup)
{
	static const int heeded[] = { SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGCHLD, 0 };

	supervisor->command = argv[0];
	supervisor->verdict = -1;
	supervisor->told_stop = false;
	supervisor->signals = signals_open(heeded);
	if (supervisor->signals == -1)
		message_fatal(STATUS_FAILURE, "signals: %s", strerror(errno));
	if (child_start(&supervisor->child, argv, setup) == -1)
		message_fatal(STATUS_FAILURE, "%s: can't be run: %s", argv[0], strerror(errno));
}

static void take_signals(struct supervisor *supervisor)
{
	int signal_number;

	while ((signal_number = signals_next(supervisor->signals)) != 0) {
		if (signal_number == SIGCHLD) {
			children_reap();
			continue;
		}
		if (supervisor_runs(supervisor))
			supervisor->verdict = STATUS_SIGNAL + signal_number;
		child_end_by(&supervisor->child, signal_number);
	}
}

static bool has_terminal(void)
{
	int terminal = RETRY(open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC));
	bool answer = terminal != -1;

	descriptors_close(&terminal);
	return answer;
}

static bool is_in_foreground(void)
{
	int terminal = RETRY(open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC));
	bool answer = terminal != -1 && tcgetpgrp(terminal) == getpgrp();

	descriptors_close(&terminal);
	return answer;
}

/*
 * Stops the job that we belong to until the shell continues it.  Returns
 * false at once where nobody could: then the kernel does not stop us.
 */
static bool job_stop(void)
{
	const struct timespec none = { 0 };
	sigset_t go_on, before;
	bool stopped;

	sigemptyset(&go_on);
	sigaddset(&go_on, SIGCONT);
	sigprocmask(SIG_BLOCK, &go_on, &before);
	(void)kill(0, SIGTSTP);
	stopped = sigtimedwait(&go_on, NULL, &none) == SIGCONT;
	sigprocmask(SIG_SETMASK, &before, NULL);
	return stopped;
}

void supervisor_tell_stop(struct supervisor *supervisor, int signal_number, pid_t process)
{
	char words[CHILD_ROOM];

	if (supervisor->told_stop || has_terminal())
		return;
	supervisor->told_stop = true;
	message_error("%s: %s", supervisor->command,
	              child_describe_stop(signal_number, process, words, sizeof words));
}

/*
 * A command that was stopped by Ctrl-Z, or because it wants the terminal:
 * stops along with it, unless we are in the foreground and so can give it
 * what it wants.
 */
static void take_stop(struct supervisor *supervisor)
{
	bool wants = supervisor->child.stopped != SIGTSTP;

	if (supervisor->child.stopped == 0)
		return;
	if (!signals_is_terminals(supervisor->child.stopped) || !has_terminal()) {
		supervisor_tell_stop(supervisor, supervisor->child.stopped,
		                     supervisor->child.stopped_process);
		supervisor->child.stopped = 0;
		return;
	}
	if (!(wants && is_in_foreground()) && !job_stop() && wants && supervisor_runs(supervisor)) {
		message_error("%s wants the terminal, which it can't have in the background: "
		              "ending it", supervisor->command);
		supervisor_end(supervisor, STATUS_FAILURE);
		return;
	}
	child_continue(&supervisor->child);
}

bool supervisor_wait(struct supervisor *supervisor, int fd, clock_ms due)
{
	struct pollfd ready[] = {
		{ .fd = child_fd(&supervisor->child), .events = POLLIN },
		{ .fd = supervisor->signals, .events = POLLIN },
		{ .fd = fd, .events = POLLIN },
	};

	if (poll(ready, 3, clock_timeout(due, clock_now())) <= 0)
		return false;
	(void)child_read(&supervisor->child);
	take_signals(supervisor);
	take_stop(supervisor);
	return ready[2].revents != 0;
}

bool supervisor_runs(const struct supervisor *supervisor)
{
	return supervisor->child.state == CHILD_RUNNING && supervisor->verdict == -1;
}

void supervisor_end(struct supervisor *supervisor, int status)
{
	if (supervisor->verdict != -1)
		return;
	supervisor->verdict = status;
	child_end(&supervisor->child);
}

bool supervisor_done(const struct supervisor *supervisor)
{
	return supervisor->child.state == CHILD_GONE || supervisor->child.is_left ||
	       (supervisor->child.state == CHILD_ENDED && supervisor->verdict == -1);
}

static void tell_start_error(const struct supervisor *supervisor)
{
	char room[EXECUTABLE_ROOM];
	int error = supervisor->child.start_error;
	const char *why = executable_explain(supervisor->command, error, room);

	if (why != NULL)
		message_error("%s", why);
	else
		message_error("%s: can't be run: %s", supervisor->command, strerror(error));
}

int supervisor_status(struct supervisor *supervisor)
{
	char process[CHILD_ROOM];
	int status = supervisor->verdict != -1 ? supervisor->verdict
	                                       : child_exit_status(&supervisor->child);

	if (supervisor->child.start_error != 0)
		tell_start_error(supervisor);
	if (supervisor->child.is_left)
		message_error("%s of %s can't be killed (another user's, or held up by a disk): "
		              "leaving it",
		              child_describe_left(&supervisor->child, process, sizeof process),
		              supervisor->command);
	child_release(&supervisor->child);
	return status;
}
