#include "plain.h"

#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "descriptors.h"
#include "retry.h"

/* How long one address is waited for, in ms. */
#define CONNECT_TIME 10000

/* Waits until the connection is made; returns 0, or why it is not. */
static int await(int fd)
{
	struct pollfd watched = { .fd = fd, .events = POLLOUT };
	socklen_t length = sizeof(int);
	int error = 0;

	if (RETRY(poll(&watched, 1, CONNECT_TIME)) == 0)
		return ETIMEDOUT;
	if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length) == -1)
		return errno;
	return error;
}

/* One address: a descriptor, or -1 with errno. */
static int try_address(const struct addrinfo *address)
{
	int fd = socket(address->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0),
	    error = 0;

	if (fd == -1)
		return -1;
	/* EALREADY: it goes on behind a signal */
	if (RETRY(connect(fd, address->ai_addr, address->ai_addrlen)) == -1)
		error = errno == EINPROGRESS || errno == EALREADY ? await(fd) : errno;
	if (error == 0)
		return fd;
	descriptors_close(&fd);
	errno = error;
	return -1;
}

int plain_connect(const char *host, int port, char *why, size_t room)
{
	const struct addrinfo hints = { .ai_socktype = SOCK_STREAM };
	struct addrinfo *addresses = NULL;
	char service[16];
	int failure, fd = -1;

	snprintf(service, sizeof service, "%d", port);
	failure = getaddrinfo(host, service, &hints, &addresses);
	if (failure != 0) {
		snprintf(why, room, "%s", gai_strerror(failure));
		return -1;
	}
	for (const struct addrinfo *each = addresses; each != NULL && fd == -1;
	     each = each->ai_next)
		fd = try_address(each);
	if (fd == -1)
		snprintf(why, room, "%s", strerror(errno));
	freeaddrinfo(addresses);
	return fd;
}
