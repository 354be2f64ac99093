#include "output.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bounded.h"
#include "hot.h"
#include "retry.h"

void output_start(struct output *output, int fd)
{
	struct stat status;
	char path[32];
	int own;

	*output = (struct output){ .fd = fd };
	if (fstat(fd, &status) == -1)
		return;
	output->is_socket = S_ISSOCK(status.st_mode);
	if (!S_ISFIFO(status.st_mode) && !isatty(fd))
		return;
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	own = RETRY(open(path, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
	output->is_shared = own == -1;
	if (own == -1)
		return;
	output->fd = own;
	output->is_own = true;
}

void output_end(const struct output *output)
{
	if (output->is_own)
		close(output->fd);
}

HOT ssize_t output_write(const struct output *output, const char *bytes, size_t count)
{
	struct pollfd ready = { .fd = output->fd, .events = POLLOUT };

	if (output->is_socket)
		return RETRY(send(output->fd, bytes, count, MSG_DONTWAIT | MSG_NOSIGNAL));
	if (!output->is_own &&
	    (RETRY(poll(&ready, 1, 0)) != 1 || !(ready.revents & POLLOUT))) {
		errno = EAGAIN;
		return -1;
	}
	count = count < PIPE_BUF ? count : PIPE_BUF;
	return output->is_shared ? bounded_write(output->fd, bytes, count)
	                         : RETRY(write(output->fd, bytes, count));
}
