#include "mbsyncversion.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "child.h"
#include "clock.h"
#include "descriptors.h"
#include "retry.h"

/* How long an answer is waited for, in ms. */
#define ANSWER_TIME 10000

/* More than any first line that says a version, in bytes. */
#define ANSWER_ROOM 256

bool mbsyncversion_parse(const char *text, enum mbsync_version *version)
{
	unsigned major, minor;

	if (sscanf(text, "isync %u.%u", &major, &minor) != 2)
		return false;
	*version = major > 1 || minor >= 5 ? MBSYNC_1_5 : MBSYNC_1_4;
	return true;
}

/* One more piece of the answer; false at its end. */
static bool read_answer(int fd, char *answer, size_t *length)
{
	char rest[ANSWER_ROOM];
	size_t room = ANSWER_ROOM - 1 - *length;
	ssize_t got = room > 0 ? RETRY(read(fd, answer + *length, room))
	                       : RETRY(read(fd, rest, sizeof rest));

	if (got > 0 && room > 0)
		*length += (size_t)got;
	return got > 0;
}

/* Waits for the answer's end; false when that takes too long. */
static bool wait_for_answer(struct child *child, int fd, char *answer)
{
	clock_ms until = clock_now() + ANSWER_TIME, left;
	struct pollfd watched[] = { { .fd = fd, .events = POLLIN },
		                    { .fd = child_fd(child), .events = POLLIN } };
	size_t length = 0;

	while (watched[0].fd != -1 || child->state == CHILD_RUNNING) {
		left = until - clock_now();
		if (left <= 0)
			return false;
		if (poll(watched, 2, (int)left) <= 0)
			continue;
		if (watched[0].revents != 0 && !read_answer(fd, answer, &length))
			watched[0].fd = -1;
		if (watched[1].revents != 0 && child_read(child) != CHILD_RUNNING)
			watched[1].fd = -1;
	}
	return true;
}

static void explain(const struct child *child, const char *program, bool answered,
                    char buffer[EXECUTABLE_ROOM])
{
	char end[CHILD_ROOM];

	if (!answered)
		snprintf(buffer, EXECUTABLE_ROOM, "%s: --version: no answer in %d s", program,
		         ANSWER_TIME / 1000);
	else if (child_exit_status(child) != 0)
		snprintf(buffer, EXECUTABLE_ROOM, "%s --version: %s", program,
		         child_describe(child, end, sizeof end));
	else
		snprintf(buffer, EXECUTABLE_ROOM, "%s: --version says no version of isync", program);
}

/* Starts the program, its stdout being the pipe's end *out, which is closed here. */
static int start(struct child *child, const char *program, int *out)
{
	char name[PATH_MAX], option[] = "--version", *const argv[] = { name, option, NULL };
	const struct child_setup setup = { .in = -1, .out = *out, .error = -1, .session = true };
	int result;

	snprintf(name, sizeof name, "%s", program);
	result = child_start(child, argv, &setup);
	descriptors_close(out);
	return result;
}

const char *mbsyncversion_ask(const char *program, enum mbsync_version *version,
                              char buffer[EXECUTABLE_ROOM])
{
	char answer[ANSWER_ROOM] = "";
	struct child child = CHILD_INITIALIZER;
	int pipes[2] = { -1, -1 };
	const char *why = buffer;
	bool answered;

	if (pipe2(pipes, O_CLOEXEC) == -1 || start(&child, program, &pipes[1]) == -1) {
		snprintf(buffer, EXECUTABLE_ROOM, "%s: %s", program, strerror(errno));
	} else {
		answered = wait_for_answer(&child, pipes[0], answer);
		if (!answered || child_exit_status(&child) != 0 ||
		    !mbsyncversion_parse(answer, version))
			explain(&child, program, answered, buffer);
		else
			why = NULL;
	}
	descriptors_close(&pipes[0]);
	child_release(&child);
	return why;
}
