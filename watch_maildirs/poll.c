#include "poll.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* The longest tick, in milliseconds: of file systems with fractions of a
 * second (the kernel's HZ is 100 or more), and of those without (FAT: 2 s). */
#define TICK_FINE 20
#define TICK_COARSE 2100

static bool is_same_time(const struct timespec *a, const struct timespec *b)
{
	return a->tv_sec == b->tv_sec && a->tv_nsec == b->tv_nsec;
}

static bool is_same(const struct poll_stamp *stamp, const struct stat *status)
{
	return stamp->device == status->st_dev && stamp->inode == status->st_ino &&
	       is_same_time(&stamp->modified, &status->st_mtim) &&
	       is_same_time(&stamp->changed, &status->st_ctim);
}

static clock_ms tick(const struct poll_stamp *stamp)
{
	return stamp->modified.tv_nsec == 0 && stamp->changed.tv_nsec == 0 ? TICK_COARSE
	                                                                   : TICK_FINE;
}

/* Whether the time is more than a tick before the wall clock's. */
static bool is_past(const struct timespec *time, const struct timespec *wall, clock_ms span)
{
	return ((clock_ms)wall->tv_sec - time->tv_sec) * 1000 +
	       (wall->tv_nsec - time->tv_nsec) / 1000000 > span;
}

/* How the directory that the stamp has seen differs from this one. */
static enum poll_verdict difference(const struct poll_stamp *stamp, const struct stat *status)
{
	if (is_same(stamp, status))
		return POLL_SAME;
	if (stamp->inode == 0)
		return POLL_CHANGED;
	/* a move changes the one time alone */
	return stamp->inode != status->st_ino || stamp->device != status->st_dev ||
	       is_same_time(&stamp->modified, &status->st_mtim) ? POLL_EXCHANGED : POLL_CHANGED;
}

static void stamp_set(struct poll_stamp *stamp, const struct poll_look *look)
{
	stamp->device = look->status.st_dev;
	stamp->inode = look->status.st_ino;
	stamp->modified = look->status.st_mtim;
	stamp->changed = look->status.st_ctim;
	stamp->seen = look->after;
	stamp->unsettled = !is_past(&stamp->modified, &look->wall, tick(stamp)) ||
	                   !is_past(&stamp->changed, &look->wall, tick(stamp));
}

enum poll_verdict poll_compare(struct poll_stamp *stamp, const struct poll_look *look)
{
	enum poll_verdict verdict = difference(stamp, &look->status);

	if (verdict != POLL_SAME) {
		stamp_set(stamp, look);
		return verdict;
	}
	if (!stamp->unsettled || look->before - stamp->seen < tick(stamp))
		return POLL_SAME;
	stamp->unsettled = false;
	return is_same_time(&stamp->modified, &stamp->changed) ? POLL_CHANGED : POLL_EXCHANGED;
}

static int open_and_stat(const char *path, struct stat *status)
{
	int fd, result;

	do
		fd = open(path, O_RDONLY | O_DIRECTORY | O_NONBLOCK | O_CLOEXEC);
	while (fd == -1 && errno == EINTR);
	if (fd == -1)
		return -1;
	result = fstat(fd, status);
	close(fd);
	return result;
}

int poll_look(const char *path, bool remote, struct poll_look *look)
{
	int result;

	memset(look, 0, sizeof *look);
	if (!remote)
		clock_gettime(CLOCK_REALTIME, &look->wall);
	look->before = clock_now();
	result = remote ? open_and_stat(path, &look->status) : stat(path, &look->status);
	look->after = clock_now();
	if (result == 0 && !S_ISDIR(look->status.st_mode)) {
		errno = ENOTDIR;
		return -1;
	}
	return result;
}
