#include "process.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "retry.h"

/* The name is in parentheses and may hold anything; the start time is field 22. */
bool process_parse(const char *line, struct process *process)
{
	const char *rest = strrchr(line, ')');

	return rest != NULL && sscanf(line, "%d", &process->pid) == 1 &&
	       sscanf(rest, ") %*c %d %d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d "
	              "%*d %*d %" SCNu64, &process->parent, &process->group,
	              &process->started) == 3;
}

bool process_file(pid_t pid, const char *name, char *text, size_t room)
{
	char path[64];
	ssize_t got;
	int fd;

	snprintf(path, sizeof path, "/proc/%d/%s", pid, name);
	fd = RETRY(open(path, O_RDONLY | O_CLOEXEC));
	if (fd == -1)
		return false;
	got = RETRY(read(fd, text, room - 1));
	close(fd);
	text[got > 0 ? got : 0] = '\0';
	return got > 0;
}

bool process_read(pid_t pid, struct process *process)
{
	char line[1024];

	return process_file(pid, "stat", line, sizeof line) && process_parse(line, process);
}
