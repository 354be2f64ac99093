#include "intake.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <unistd.h>

#include "descriptors.h"

/* What is read at a time, and of a pipe whose writer is gone at the most, in bytes. */
#define AT_ONCE 8192
#define LAST_WORDS (256 * 1024)

/* One read; false when there is nothing more, now or ever. */
static bool read_some(struct intake *intake, bool *at_end)
{
	char bytes[AT_ONCE];
	ssize_t got = read(intake->fd, bytes, sizeof bytes);

	*at_end = got == 0 || (got == -1 && errno != EAGAIN && errno != EINTR);
	if (got > 0)
		intake->take(intake->context, bytes, (size_t)got);
	return got > 0;
}

static void shut(struct intake *intake)
{
	if (intake->fd != -1)
		loop_remove(intake->loop, intake->fd);
	descriptors_close(&intake->fd);
}

static void on_readable(void *context)
{
	struct intake *intake = context;
	bool at_end;

	read_some(intake, &at_end);
	if (at_end)
		shut(intake);
}

void intake_init(struct intake *intake, struct loop *loop, intake_take *take, void *context)
{
	*intake = (struct intake){ .loop = loop, .fd = -1, .take = take, .context = context };
	intake->watch = (struct loop_watch){ on_readable, intake };
}

int intake_open(struct intake *intake)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) == -1)
		return -1;
	intake->fd = ends[0];
	if (descriptors_nonblocking(ends[0]) == -1 ||
	    loop_add(intake->loop, ends[0], &intake->watch) == -1) {
		descriptors_close(&intake->fd);
		descriptors_close(&ends[1]);
		return -1;
	}
	return ends[1];
}

void intake_drain(struct intake *intake)
{
	bool at_end = false;

	for (size_t reads = 0; intake->fd != -1 && reads < LAST_WORDS / AT_ONCE; reads++)
		if (!read_some(intake, &at_end))
			break;
}

void intake_close(struct intake *intake)
{
	intake_drain(intake);
	shut(intake);
}
