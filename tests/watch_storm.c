/*
 * A storm of deliveries into one folder, and how many lines it makes.
 *
 *   watch_storm [-r] DELIVERIES WATCHER OPTION...
 *
 * With -r nothing is read until the storm is over.  Fails when a line that is
 * neither INBOX nor empty is read, when none is read after the last delivery,
 * or when there is more than one line for 100 deliveries.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define PATIENCE_MS 120000

static unsigned long lines;
static pid_t watcher;

static _Noreturn void fail(const char *what)
{
	printf("# %s: %s\n", what, strerror(errno));
	if (watcher > 0)
		kill(watcher, SIGKILL);
	exit(1);
}

/* Reads what is there, waiting for it at most so long; how many lines came. */
static unsigned long take_lines(int fd, int timeout_ms)
{
	static char buffer[65536];
	struct pollfd input = { .fd = fd, .events = POLLIN };
	unsigned long before = lines;
	ssize_t got;
	char *line, *end;

	if (poll(&input, 1, timeout_ms) != 1)
		return 0;
	got = read(fd, buffer, sizeof buffer);
	if (got <= 0 || buffer[got - 1] != '\n')
		fail("the end, or half a line");
	for (line = buffer; line < buffer + got; line = end + 1) {
		end = memchr(line, '\n', (size_t)(buffer + got - line));
		*end = '\0';
		if (line[0] != '\0' && strcmp(line, "INBOX") != 0)
			fail(line);
		lines++;
	}
	return lines - before;
}

static int start(char *argv[])
{
	int pipes[2];

	if (pipe2(pipes, O_CLOEXEC) == -1 || (watcher = fork()) == -1)
		fail("start");
	if (watcher == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		dup2(pipes[1], STDOUT_FILENO);
		execvp(argv[0], argv);
		_exit(127);
	}
	close(pipes[1]);
	return pipes[0];
}

static void deliver(unsigned long number)
{
	char from[64], to[64];
	int fd;

	snprintf(from, sizeof from, "tmp/1700000000.M%luP1.host", number);
	snprintf(to, sizeof to, "new/1700000000.M%luP1.host", number);
	fd = open(from, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd == -1 || close(fd) == -1 || rename(from, to) == -1)
		fail("deliver");
}

int main(int argc, char *argv[])
{
	bool is_stopped = argc > 1 && strcmp(argv[1], "-r") == 0;
	unsigned long deliveries, i;
	int fd;

	argv += 1 + is_stopped;
	if (argc < 3 + is_stopped)
		return 2;
	deliveries = strtoul(argv[0], NULL, 10);
	if (mkdir("new", 0700) == -1 || mkdir("cur", 0700) == -1 || mkdir("tmp", 0700) == -1)
		fail("mkdir");
	fd = start(argv + 1);
	if (take_lines(fd, PATIENCE_MS) == 0)
		fail("the ready line");
	for (i = 0; i < deliveries; i++) {
		if (!is_stopped)
			take_lines(fd, 0);
		deliver(i);
	}
	if (take_lines(fd, PATIENCE_MS) == 0)
		fail("no line after the last delivery");
	while (take_lines(fd, 200) > 0)
		;
	kill(watcher, SIGTERM);
	waitpid(watcher, NULL, 0);
	printf("# %lu deliveries, %lu lines\n", deliveries, lines);
	return lines * 100 < deliveries ? 0 : 1;
}
