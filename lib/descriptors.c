#include "descriptors.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "retry.h"

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

void descriptors_close_from(int lowest)
{
	closefrom(lowest);
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
