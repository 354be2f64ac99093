/* inputkill - run a command until standard input ends */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "child.h"
#include "clock.h"
#include "descriptors.h"
#include "duration.h"
#include "leftovers.h"
#include "message.h"
#include "supervise.h"

static const char help[] =
	"Usage: inputkill [OPTIONS] COMMAND [ARGUMENTS]\n"
	"Runs COMMAND, and ends it when standard input ends.\n"
	"\n"
	"  -g, --grace=SECONDS    time between SIGTERM and SIGKILL (5)\n"
	"  -t, --timeout=SECONDS  end COMMAND also when nothing was read for that long\n"
	"  -h, -?, --help         print this text\n"
	"  -V, --version          print the version\n"
	"\n"
	"Exits with COMMAND's status, 0 when the input ended, 124 when nothing was read\n"
	"in time, 125 for a failure of its own, 126 or 127 when COMMAND can't be run, and\n"
	"128+N for signal N.\n";

/* A terminal that has gone reads as ended, but is none any more (isatty(3)). */
static bool terminal_gone(void)
{
	return !isatty(STDIN_FILENO) && errno == EIO;
}

/* How long what is typed waits for a command that may be about to ask for it, in ms. */
#define TYPED_TIME 500

/* Standard input, and how long it may be silent. */
struct input {
	int fd;                 /* -1: a terminal that the command has now */
	bool typed;             /* on a terminal something was typed, which waits until then */
	clock_ms until;
	clock_ms timeout, due;
};

/*
 * Reads what there is and throws it away; ends the command at the end of the
 * input.  Returns whether anything was read.
 */
static bool input_read(struct supervisor *supervisor, struct input *input)
{
	char waste[4096];
	ssize_t got = recv(STDIN_FILENO, waste, sizeof waste, MSG_DONTWAIT);

	if (got == -1 && errno == ENOTSOCK)
		got = read(STDIN_FILENO, waste, sizeof waste);
	if (got > 0)
		return true;
	if (got == 0 && !terminal_gone()) {
		supervisor_end(supervisor, 0);
	} else if (got == -1 && errno == EIO && isatty(STDIN_FILENO)) {
		input->fd = -1; /* SIGTTIN, were it not ignored: we are in the background */
	} else if (errno != EAGAIN && errno != EINTR) {
		message_error("standard input: %s: ending %s", strerror(errno),
		              supervisor->command);
		supervisor_end(supervisor, STATUS_FAILURE);
	}
	return false;
}

/* Waits for input that is to be read, or for the time; whether there is some. */
static bool input_wait(struct supervisor *supervisor, struct input *input)
{
	clock_ms now = clock_now();

	if (input->typed && now < input->until) {
		(void)supervisor_wait(supervisor, -1, clock_earlier(input->until, input->due));
		return false;
	}
	if (!supervisor_wait(supervisor, input->fd, input->typed ? now : input->due)) {
		input->typed = false;
		return false;
	}
	if (input->typed || !isatty(STDIN_FILENO)) {
		input->typed = false;
		return true;
	}
	input->typed = true;
	input->until = now + TYPED_TIME;
	return false;
}

static void input_expect(struct input *input)
{
	input->due = input->timeout == CLOCK_NEVER ? CLOCK_NEVER : clock_now() + input->timeout;
}

/* Waits until the command has ended, or the input ends or falls silent and then the command. */
static int supervise(struct supervisor *supervisor, clock_ms timeout)
{
	struct input input = { .fd = STDIN_FILENO, .timeout = timeout };
	char span[DURATION_ROOM];

	input_expect(&input);
	while (!supervisor_done(supervisor)) {
		if (!supervisor_runs(supervisor)) {
			(void)supervisor_wait(supervisor, -1, CLOCK_NEVER);
			continue;
		}
		if (input_wait(supervisor, &input) && supervisor_runs(supervisor) &&
		    input_read(supervisor, &input))
			input_expect(&input);
		if (clock_now() >= input.due && supervisor_runs(supervisor)) {
			message_error("nothing was read for %s: ending %s",
			              duration_format(timeout, span), supervisor->command);
			supervisor_end(supervisor, STATUS_TIMEOUT);
		}
	}
	return supervisor_status(supervisor);
}

int main(int argc, char *argv[])
{
	struct supervisor_options options = { .grace = CHILD_GRACE, .timeout = CLOCK_NEVER };
	struct child_setup setup = { .in = -1, .out = STDOUT_FILENO, .error = STDERR_FILENO,
		                     .terminal = CHILD_TERMINAL_ASKED };
	struct supervisor supervisor;

	children_rename(argc, argv);
	/* A closed standard input becomes an empty one, and so ends at once. */
	(void)descriptors_fill();
	message_start("inputkill", true);
	supervisor_options_read(&options, argc, argv, help,
	                        "inputkill (mswatch) " PACKAGE_VERSION "\n");
	setup.grace = options.grace;
	signal(SIGTTIN, SIG_IGN);
	supervisor_start(&supervisor, argv + optind, &setup);
	leftovers_give_back();
	return supervise(&supervisor, options.timeout);
}
