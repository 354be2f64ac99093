/* socketwatch - end a command that no longer moves data */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "child.h"
#include "clock.h"
#include "descriptors.h"
#include "duration.h"
#include "look.h"
#include "message.h"
#include "processes.h"
#include "progress.h"
#include "sockets.h"
#include "supervise.h"

static const char help[] =
	"Usage: socketwatch [OPTIONS] COMMAND [ARGUMENTS]\n"
	"Runs COMMAND, and ends it when it has moved no network data for a while.\n"
	"\n"
	"  -g, --grace=SECONDS    time between SIGTERM and SIGKILL (5)\n"
	"  -t, --timeout=SECONDS  time without data until COMMAND is ended (60)\n"
	"  -h, -?, --help         print this text\n"
	"  -V, --version          print the version\n"
	"\n"
	"Exits with COMMAND's status, 124 when it was ended for its silence, 125 for a\n"
	"failure of its own, 126 or 127 when COMMAND can't be run, and 128+N for signal N.\n";

static void connection_ignore(void *context, const struct connection *connection)
{
	(void)context;
	(void)connection;
}

/* The kernel's side, tried once: better no command than one that nobody watches. */
static int sockets_prove(void)
{
	int fd = sockets_open();

	if (fd == -1 || sockets_list(fd, connection_ignore, NULL) == -1)
		message_fatal(STATUS_FAILURE, "the kernel does not show its TCP sockets "
		              "(NETLINK_SOCK_DIAG, CONFIG_INET_TCP_DIAG): %s", strerror(errno));
	return fd;
}

static void processes_prove(void)
{
	if (!processes_shown())
		message_fatal(STATUS_FAILURE, "/proc does not show the command's processes: it is "
		              "not mounted, or for another process namespace");
}

/* Looks once, and ends a command that has been silent for too long. */
static void watch(struct supervisor *supervisor, struct progress *progress, int sockets)
{
	struct samples found = { .list = NULL };
	char span[DURATION_ROOM];
	pid_t stopped = 0;

	if (look(&found, sockets, supervisor->child.guard, &stopped) == -1) {
		int error = errno;

		if (!progress_blind(progress, clock_now()))
			return;
		message_error("can't see what %s does: %s: ending it", supervisor->command,
		              strerror(error));
		supervisor_end(supervisor, STATUS_FAILURE);
		return;
	}
	if (stopped != 0)
		supervisor_tell_stop(supervisor, 0, stopped);
	if (progress_look(progress, &found, clock_now())) {
		message_error("%s has moved no network data for %s: ending it", supervisor->command,
		              duration_format(progress->timeout, span));
		supervisor_end(supervisor, STATUS_TIMEOUT);
	}
}

static int supervise(struct supervisor *supervisor, clock_ms timeout, int sockets)
{
	struct progress progress;

	progress_start(&progress, timeout, clock_now());
	while (!supervisor_done(supervisor)) {
		if (!supervisor_runs(supervisor)) {
			(void)supervisor_wait(supervisor, -1, CLOCK_NEVER);
			continue;
		}
		(void)supervisor_wait(supervisor, -1, progress_due(&progress));
		if (supervisor_runs(supervisor) && clock_now() >= progress_due(&progress))
			watch(supervisor, &progress, sockets);
	}
	progress_free(&progress);
	return supervisor_status(supervisor);
}

int main(int argc, char *argv[])
{
	struct supervisor_options options = { .grace = CHILD_GRACE, .timeout = 60000 };
	struct child_setup setup = {
		.in = STDIN_FILENO, .out = STDOUT_FILENO, .error = STDERR_FILENO,
		.terminal = CHILD_TERMINAL_GIVEN,
	};
	struct supervisor supervisor;
	int sockets;

	children_rename(argc, argv);
	(void)descriptors_fill();
	message_start("socketwatch", true);
	supervisor_options_read(&options, argc, argv, help,
	                        "socketwatch (mswatch) " PACKAGE_VERSION "\n");
	processes_prove();
	sockets = sockets_prove();
	setup.grace = options.grace;
	supervisor_start(&supervisor, argv + optind, &setup);
	return supervise(&supervisor, options.timeout, sockets);
}
