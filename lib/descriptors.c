#include "descriptors.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "retry.h"

/* No process has more by default (proc(5), nr_open). */
#define MOST_DESCRIPTORS 1048576

static int open_empty(int flags)
{
	int ends[2];

	if (RETRY(pipe2(ends, flags)) == -1)
		return -1;
	close(ends[1]);
	return ends[0];
}

int descriptors_null(int flags)
{
	int null = RETRY(open("/dev/null", O_RDWR | flags));

	return null == -1 && errno == ENOENT ? open_empty(flags) : null;
}

unsigned descriptors_fill(void)
{
	unsigned closed = 0;

	for (int fd = 0; fd <= 2; fd++) {
		if (fcntl(fd, F_GETFD) != -1 || errno != EBADF)
			continue;
		closed |= 1U << fd;
		if (descriptors_null(0) == -1)
			_exit(125);
	}
	return closed;
}

void descriptors_close(int *fd)
{
	int reason = errno;

	if (*fd != -1)
		close(*fd);
	*fd = -1;
	errno = reason;
}

/* One call, since Linux 5.9; false where there is none, or a filter refuses it. */
static bool close_by_range(int lowest)
{
#ifdef __NR_close_range
	return syscall(__NR_close_range, (unsigned)lowest, ~0U, 0U) == 0;
#else
	(void)lowest;
	return false;
#endif
}

/* A position in the list is a descriptor's number: what is closed moves nothing. */
static bool close_by_list(int lowest)
{
	DIR *list = opendir("/proc/self/fd");
	const struct dirent *entry;

	if (list == NULL)
		return false;
	while ((entry = readdir(list)) != NULL) {
		int fd = (int)strtol(entry->d_name, NULL, 10);

		if (entry->d_name[0] != '.' && fd >= lowest && fd != dirfd(list))
			close(fd);
	}
	closedir(list);
	return true;
}

static void close_by_number(int lowest)
{
	struct rlimit limit;
	int end = MOST_DESCRIPTORS;

	if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < MOST_DESCRIPTORS)
		end = (int)limit.rlim_cur;
	for (int fd = lowest; fd < end; fd++)
		close(fd);
}

/* closefrom(3) ends the program where both of the first ways are closed to it. */
void descriptors_close_from(int lowest)
{
	if (!close_by_range(lowest) && !close_by_list(lowest))
		close_by_number(lowest);
}

void descriptors_allow(unsigned long count)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) == -1 || limit.rlim_cur >= count)
		return;
	limit.rlim_cur = count < limit.rlim_max ? count : limit.rlim_max;
	(void)setrlimit(RLIMIT_NOFILE, &limit);
}

int descriptors_nonblocking(int fd)
{
	int flags = RETRY(fcntl(fd, F_GETFL));

	if (flags == -1)
		return -1;
	return RETRY(fcntl(fd, F_SETFL, flags | O_NONBLOCK));
}

ssize_t descriptors_read_text(const char *path, char *text, size_t room)
{
	int fd = RETRY(open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
	ssize_t got = fd == -1 ? -1 : RETRY(read(fd, text, room - 1));

	descriptors_close(&fd);
	text[got > 0 ? got : 0] = '\0';
	return got;
}

void descriptors_mark(int fd, off_t byte)
{
	struct flock record = { .l_type = F_RDLCK, .l_start = byte, .l_len = 1 };

	(void)RETRY(fcntl(fd, F_SETLK, &record));
}
