#include "capture.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "child.h"
#include "clock.h"
#include "descriptors.h"
#include "memory.h"
#include "retry.h"

/* How long a command may take, in ms; how much of what it prints is kept, in bytes, and how
   much of that is room for what is not. */
#define TIME ((clock_ms)60 * 1000)
#define MOST 65536
#define SPARE 4096

/* Reads more of it; false at the end.  Of what is too much the last bytes are written over. */
static bool read_more(int fd, struct secret *text)
{
	ssize_t got;

	secret_reserve(text, text->length < MOST ? MOST - text->length : 0);
	if (text->length > MOST - SPARE)
		text->length = MOST - SPARE;
	got = RETRY(read(fd, text->bytes + text->length, MOST - text->length));
	text->length += got > 0 ? (size_t)got : 0;
	return got > 0;
}

static size_t first_line(const struct secret *text)
{
	const char *end = text->length > 0 ? memchr(text->bytes, '\n', text->length) : NULL;

	return end != NULL ? (size_t)(end - text->bytes) : text->length;
}

/*
 * Waits for the command's end, and for a line or the output's end, which a daemon that
 * the command has started may put off; false when that takes too long.
 */
static bool await(struct child *child, int fd, struct secret *text)
{
	clock_ms until = clock_now() + TIME, now;
	struct pollfd watched[] = { { .fd = fd, .events = POLLIN },
		                    { .fd = child_fd(child), .events = POLLIN } };

	while (child->state == CHILD_RUNNING ||
	       (watched[0].fd != -1 && first_line(text) == text->length)) {
		now = clock_now();
		if (now >= until)
			return false;
		if (poll(watched, 2, clock_timeout(until, now)) <= 0)
			continue;
		if (watched[0].revents != 0 && !read_more(fd, text))
			watched[0].fd = -1;
		if (watched[1].revents != 0 && child_read(child) != CHILD_RUNNING)
			watched[1].fd = -1;
	}
	return true;
}

static char *judge(const struct child *child, bool in_time, const struct secret *text, size_t first)
{
	char end[CHILD_ROOM];

	if (!in_time)
		return memory_copy("it has not ended in a minute: does it ask for something?");
	if (child_exit_status(child) != 0)
		return memory_format("it %s", child_describe(child, end, sizeof end));
	if (first >= MOST - SPARE)
		return memory_copy("the first line that it prints is too long");
	if (first == 0)
		return memory_copy(text->length > 0 ? "the first line that it prints is empty"
		                                    : "it prints nothing");
	return NULL;
}

char *capture_line(const char *command, struct secret *line)
{
	char shell[] = "sh", option[] = "-c", *copy = memory_copy(command), *why;
	char *const words[] = { shell, option, copy, NULL };
	struct child_setup setup = {
		.in = -1, .error = STDERR_FILENO, .grace = CHILD_GRACE, .session = true
	};
	struct child child = CHILD_INITIALIZER;
	struct secret text = { .bytes = NULL };
	int ends[2] = { -1, -1 };
	bool in_time;

	if (RETRY(pipe2(ends, O_CLOEXEC)) == -1)
		return memory_copy(strerror(errno));
	setup.out = ends[1];
	if (child_start(&child, words, &setup) == -1) {
		why = memory_copy(strerror(errno));
	} else {
		descriptors_close(&ends[1]);
		in_time = await(&child, ends[0], &text);
		why = judge(&child, in_time, &text, first_line(&text));
		if (why == NULL)
			secret_add(line, text.bytes, first_line(&text));
	}
	descriptors_close(&ends[0]);
	descriptors_close(&ends[1]);
	child_release(&child);
	secret_free(&text);
	free(copy);
	return why;
}
