#include "random.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define LOG_LINES 60

uint64_t random_state;
pid_t watcher;
int lines_fd;
unsigned long operations;
static char operation_log[LOG_LINES][512];

void die(const char *what)
{
	printf("# %s: %s\n", what, strerror(errno));
	exit(2);
}

/* xorshift64* */
unsigned pick(unsigned count)
{
	random_state ^= random_state >> 12;
	random_state ^= random_state << 25;
	random_state ^= random_state >> 27;
	return (unsigned)((random_state * 2685821657736338717ULL >> 33) % count);
}

int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int remove_entry(const char *path, const struct stat *status, int type, struct FTW *position)
{
	(void)status;
	(void)type;
	(void)position;
	return remove(path);
}

void remove_all(const char *path)
{
	nftw(path, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
}

void watcher_start(char *const arguments[])
{
	int pipes[2];

	if (pipe2(pipes, O_CLOEXEC) == -1)
		die("pipe");
	fcntl(pipes[1], F_SETPIPE_SZ, 4096);
	watcher = fork();
	if (watcher == -1)
		die("fork");
	if (watcher == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		dup2(pipes[1], STDOUT_FILENO);
		execvp(arguments[0], arguments);
		_exit(127);
	}
	close(pipes[1]);
	lines_fd = pipes[0];
}

void watcher_end(void)
{
	if (watcher <= 0)
		return;
	kill(watcher, SIGTERM);
	kill(watcher, SIGCONT);
	waitpid(watcher, NULL, 0);
}

void take_lines(int timeout_ms, void (*told)(const char *line))
{
	static char buffer[65536];
	static size_t used;
	struct pollfd input = { .fd = lines_fd, .events = POLLIN };
	char *newline, *start = buffer;
	ssize_t got;

	if (poll(&input, 1, timeout_ms) != 1)
		return;
	got = read(lines_fd, buffer + used, sizeof buffer - used);
	if (got <= 0) {
		printf("# the watcher has ended\n");
		exit(1);
	}
	used += (size_t)got;
	while ((newline = memchr(start, '\n', used - (size_t)(start - buffer))) != NULL) {
		*newline = '\0';
		told(start);
		start = newline + 1;
	}
	used -= (size_t)(start - buffer);
	memmove(buffer, start, used);
	if (used > 0) {
		printf("# half a line: %.*s\n", (int)used, buffer);
		exit(1);
	}
}

void operation_note(const char *format, ...)
{
	va_list list;
	char *line;

	operations++;
	line = operation_log[operations % LOG_LINES];
	va_start(list, format);
	vsnprintf(line + snprintf(line, 32, "%lu: ", operations), 480, format, list);
	va_end(list);
}

void operation_add(const char *format, ...)
{
	char *line = operation_log[operations % LOG_LINES];
	size_t used = strlen(line);
	va_list list;

	va_start(list, format);
	vsnprintf(line + used, sizeof operation_log[0] - used, format, list);
	va_end(list);
}

void operations_show(void)
{
	for (unsigned long i = 0; i < LOG_LINES; i++)
		if (operation_log[(operations + 1 + i) % LOG_LINES][0] != '\0')
			printf("# %s\n", operation_log[(operations + 1 + i) % LOG_LINES]);
}

unsigned long queue_limit(void)
{
	unsigned long limit = 16384;
	FILE *file = fopen("/proc/sys/fs/inotify/max_queued_events", "re");

	if (file != NULL && fscanf(file, "%lu", &limit) != 1)
		limit = 16384;
	if (file != NULL)
		fclose(file);
	return limit;
}
