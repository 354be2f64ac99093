#include "lock.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "hash.h"

static socklen_t address_make(struct sockaddr_un *address, const char *key, int try)
{
	int length;

	*address = (struct sockaddr_un){ .sun_family = AF_UNIX };
	length = snprintf(address->sun_path + 1, sizeof address->sun_path - 1, "mswatch/%ju/%s/%d",
	                  (uintmax_t)geteuid(), key, try);
	return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + (size_t)length);
}

/*
 * A holder whose queue is full gets a moment to answer; a stranger's socket
 * that never does is passed over.
 */
static int visitor_new(void)
{
	const struct timeval moment = { .tv_usec = 50 * 1000 };
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

	if (fd != -1)
		(void)setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &moment, sizeof moment);
	return fd;
}

/* Whether one of our user's processes listens at the address, and which. */
static bool is_held(const char *key, int try, pid_t *holder)
{
	struct sockaddr_un address;
	socklen_t length = address_make(&address, key, try);
	struct ucred peer = { .uid = (uid_t)-1 };
	socklen_t room = sizeof peer;
	bool held = false;
	int fd = visitor_new();

	if (fd == -1)
		return false;
	if (connect(fd, (const struct sockaddr *)&address, length) == 0 &&
	    getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &room) == 0 && peer.uid == geteuid()) {
		*holder = peer.pid;
		held = true;
	}
	close(fd);
	return held;
}

static bool is_held_below(const char *key, int bound, pid_t *holder)
{
	int try;

	for (try = 0; try < bound; try++)
		if (is_held(key, try, holder))
			return true;
	return false;
}

/* Somebody has bound a lower address, and may be about to listen there. */
static bool is_held_soon(const char *key, int bound, pid_t *holder)
{
	const struct timespec moment = { .tv_nsec = 50 * 1000 * 1000 };

	if (bound == 0 || is_held_below(key, bound, holder))
		return bound != 0;
	nanosleep(&moment, NULL);
	return is_held_below(key, bound, holder);
}

/* Listens at the first address that is free; returns the socket, or -1 with errno. */
static int bind_first(const char *key, int *chosen)
{
	struct sockaddr_un address;
	int try, fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd == -1)
		return -1;
	for (try = 0; try < LOCK_TRIES; try++) {
		socklen_t length = address_make(&address, key, try);

		*chosen = try;
		if (bind(fd, (const struct sockaddr *)&address, length) == 0 &&
		    listen(fd, SOMAXCONN) == 0)
			return fd;
		if (errno != EADDRINUSE)
			break;
	}
	close(fd);
	return -1;
}

/* Returns 0 with *fd -1 when other users hold every name: nobody is to be blocked by them. */
static int take_key(const char *key, int *fd, pid_t *holder)
{
	int chosen = -1;

	*holder = -1;
	if (is_held_below(key, LOCK_TRIES, holder))
		return -1;
	*fd = bind_first(key, &chosen);
	if (*fd == -1)
		return errno == EADDRINUSE ? 0 : -1;
	/* Of two that start at once, the one that bound later finds the other now. */
	return is_held_soon(key, chosen, holder) ? -1 : 0;
}

int lock_take(struct lock *lock, int file, const char *path, pid_t *holder)
{
	struct stat status;
	char inode[64], real[64];
	char *resolved;

	lock->fd[0] = lock->fd[1] = -1;
	*holder = -1;
	resolved = realpath(path, NULL);
	if (resolved == NULL || fstat(file, &status) == -1) {
		free(resolved);
		return -1;
	}
	snprintf(inode, sizeof inode, "inode/%jx:%jx", (uintmax_t)status.st_dev,
	         (uintmax_t)status.st_ino);
	snprintf(real, sizeof real, "path/%" PRIx64, hash_text(resolved));
	free(resolved);
	if (take_key(inode, &lock->fd[0], holder) == -1)
		return -1;
	return take_key(real, &lock->fd[1], holder);
}

/* Whoever connects has learnt what he wants by connecting. */
static void answer(int fd)
{
	int visitor = accept4(fd, NULL, NULL, SOCK_CLOEXEC);

	if (visitor != -1)
		close(visitor);
}

static void answer_first(void *context)
{
	answer(((struct lock *)context)->fd[0]);
}

static void answer_second(void *context)
{
	answer(((struct lock *)context)->fd[1]);
}

int lock_serve(struct lock *lock, struct loop *loop)
{
	lock->watch[0] = (struct loop_watch){ answer_first, lock };
	lock->watch[1] = (struct loop_watch){ answer_second, lock };
	if (lock->fd[0] != -1 && loop_add(loop, lock->fd[0], &lock->watch[0]) == -1)
		return -1;
	return lock->fd[1] == -1 ? 0 : loop_add(loop, lock->fd[1], &lock->watch[1]);
}
