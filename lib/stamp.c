#include "stamp.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "memory.h"
#include "retry.h"

/* The longest tick, in milliseconds: of file systems with fractions of a
 * second (the kernel's HZ is 100 or more), and of those without (FAT: 2 s). */
#define TICK_FINE 20
#define TICK_COARSE 2100

static bool is_same_time(const struct timespec *a, const struct timespec *b)
{
	return a->tv_sec == b->tv_sec && a->tv_nsec == b->tv_nsec;
}

/* The size of a file; a directory's says nothing that its times do not. */
static uint64_t size_of(const struct stat *status)
{
	return S_ISREG(status->st_mode) ? (uint64_t)status->st_size : 0;
}

static bool is_same(const struct stamp *stamp, const struct stat *status)
{
	return stamp->device == status->st_dev && stamp->inode == status->st_ino &&
	       stamp->size == size_of(status) &&
	       is_same_time(&stamp->modified, &status->st_mtim) &&
	       is_same_time(&stamp->changed, &status->st_ctim);
}

static clock_ms tick(const struct stamp *stamp)
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

/* How what the stamp has seen differs from this. */
static enum stamp_verdict difference(const struct stamp *stamp, const struct stat *status)
{
	if (is_same(stamp, status))
		return STAMP_SAME;
	if (stamp->inode == 0)
		return STAMP_CHANGED;
	/* a move changes the one time alone */
	return stamp->inode != status->st_ino || stamp->device != status->st_dev ||
	       (is_same_time(&stamp->modified, &status->st_mtim) &&
	        stamp->size == size_of(status)) ? STAMP_EXCHANGED : STAMP_CHANGED;
}

static void set_stamp(struct stamp *stamp, const struct stamp_look *look)
{
	stamp->device = look->status.st_dev;
	stamp->inode = look->status.st_ino;
	stamp->modified = look->status.st_mtim;
	stamp->changed = look->status.st_ctim;
	stamp->size = size_of(&look->status) & INT64_MAX;
	stamp->seen = look->after;
	stamp->unsettled = !is_past(&stamp->modified, &look->wall, tick(stamp)) ||
	                   !is_past(&stamp->changed, &look->wall, tick(stamp));
}

enum stamp_verdict stamp_compare(struct stamp *stamp, const struct stamp_look *look)
{
	enum stamp_verdict verdict = difference(stamp, &look->status);

	if (verdict != STAMP_SAME) {
		set_stamp(stamp, look);
		return verdict;
	}
	if (!stamp->unsettled || look->before - stamp->seen < tick(stamp))
		return STAMP_SAME;
	stamp->unsettled = false;
	return is_same_time(&stamp->modified, &stamp->changed) ? STAMP_CHANGED : STAMP_EXCHANGED;
}

static int open_and_stat(const char *path, mode_t type, struct stat *status)
{
	int kind = type == S_IFDIR ? O_DIRECTORY : O_NOCTTY, result;
	int fd = RETRY(open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | kind));

	if (fd == -1)
		return -1;
	result = fstat(fd, status);
	close(fd);
	return result;
}

int stamp_look(const char *path, mode_t type, bool remote, struct stamp_look *look)
{
	int result;

	memset(look, 0, sizeof *look);
	if (!remote)
		clock_gettime(CLOCK_REALTIME, &look->wall);
	look->before = clock_now();
	result = remote ? open_and_stat(path, type, &look->status) : stat(path, &look->status);
	look->after = clock_now();
	if (result == 0 && (look->status.st_mode & S_IFMT) != type) {
		errno = ENOTDIR;
		return -1;
	}
	return result;
}

struct stamp *stamps_get(struct stamps *stamps, size_t place)
{
	size_t old = stamps->room;

	if (place >= old) {
		stamps->stamp = memory_grow(stamps->stamp, &stamps->room, place + 1,
		                            sizeof *stamps->stamp);
		memset(stamps->stamp + old, 0, (stamps->room - old) * sizeof *stamps->stamp);
	}
	return &stamps->stamp[place];
}
