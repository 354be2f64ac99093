#include "echo.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "hot.h"
#include "processes.h"

/* No process is deeper below mswatch than this. */
#define DEPTH_MAX 64

/* Reads digits and the byte that must follow them; advances text. */
static bool number_parse(const char **text, int64_t highest, char end, int64_t *number)
{
	int64_t value = 0;
	const char *digit = *text;

	for (; *digit >= '0' && *digit <= '9'; digit++)
		if ((value = value * 10 + (*digit - '0')) > highest)
			return false;
	if (digit == *text || *digit != end)
		return false;
	*text = digit + 1;
	*number = value;
	return true;
}

/* Reads the time and two numbers, each with the byte that must follow it; advances text. */
static bool numbers_parse(const char **text, const char ends[3], int64_t number[3])
{
	return number_parse(text, INT64_MAX / 20, ends[0], &number[0]) &&
	       number_parse(text, INT32_MAX, ends[1], &number[1]) &&
	       number_parse(text, INT32_MAX, ends[2], &number[2]);
}

bool echo_parse(const char *name, struct echo_author *author)
{
	const char *text = name;
	bool is_mbsync = text[strspn(text, "0123456789")] == '.';
	int64_t number[3], uid;
	size_t length;
	char end;

	if (!numbers_parse(&text, is_mbsync ? "._." : "_..", number))
		return false;
	length = strcspn(text, ",:/");
	if (length == 0 || length >= sizeof author->host || strncmp(text + length, ",U=", 3) != 0)
		return false;
	memcpy(author->host, text, length);
	author->host[length] = '\0';
	text += length + 3;
	end = text[strspn(text, "0123456789")];
	if ((end != '\0' && end != ',' && end != ':') ||
	    !number_parse(&text, UINT32_MAX, end, &uid))
		return false;
	author->time = number[0];
	author->pid = (pid_t)number[is_mbsync ? 1 : 2];
	return author->pid > 0;
}

/* Whether the process is a descendant of ancestor. */
static bool is_below(pid_t pid, pid_t ancestor)
{
	struct process process;

	for (int depth = 0; depth < DEPTH_MAX && pid > 1; depth++) {
		if (!process_read(pid, &process))
			return false;
		if (process.parent == ancestor)
			return true;
		pid = process.parent;
	}
	return false;
}

/* When the process started, in whole seconds since 1970; -1 when not known. */
static int64_t start_time(const struct process *process)
{
	long ticks = sysconf(_SC_CLK_TCK);
	struct timespec now, since_start;
	int64_t milliseconds;

	if (ticks <= 0 || clock_gettime(CLOCK_REALTIME, &now) == -1 ||
	    clock_gettime(CLOCK_BOOTTIME, &since_start) == -1)
		return -1;
	milliseconds = ((int64_t)now.tv_sec - since_start.tv_sec) * 1000 +
	               (now.tv_nsec - since_start.tv_nsec) / 1000000 +
	               (int64_t)(process->started * 1000 / (uint64_t)ticks);
	return milliseconds / 1000;
}

void echo_start(struct echo *echo)
{
	const char *text = getenv("MSWATCH_PID");
	int64_t pid;

	*echo = (struct echo){ .mswatch = 0 };
	if (text == NULL || gethostname(echo->host, sizeof echo->host) == -1)
		return;
	echo->host[sizeof echo->host - 1] = '\0';
	if (number_parse(&text, INT32_MAX, '\0', &pid) && pid > 0 &&
	    is_below(getpid(), (pid_t)pid))
		echo->mswatch = (pid_t)pid;
}

/* Syncers shorten a host's name at its first dot, or don't. */
static bool is_this_host(const struct echo *echo, const char *host)
{
	size_t length = strcspn(echo->host, ".");

	return strcmp(host, echo->host) == 0 ||
	       (strlen(host) == length && strncmp(host, echo->host, length) == 0);
}

HOT bool echo_is_own(const struct echo *echo, const char *name)
{
	struct echo_author author;
	struct process process;
	int64_t started;

	if (echo->mswatch == 0 || !echo_parse(name, &author) || !is_this_host(echo, author.host) ||
	    !process_read(author.pid, &process) || !is_below(author.pid, echo->mswatch))
		return false;
	started = start_time(&process);
	return started >= 0 && started <= author.time;
}
