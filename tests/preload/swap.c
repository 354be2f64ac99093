/*
 * A link that is pointed elsewhere at the worst moment, for tests: preloaded
 * into the real watch_maildirs.
 *
 * Right after the $SWAP_AT-th call that reads or watches $SWAP_PATH, whatever
 * lies at $SWAP_NEW is renamed to it, and $SWAP_DONE is made.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/syscall.h>
#include <unistd.h>

static void swap(const char *path)
{
	static int calls;
	const char *wanted = getenv("SWAP_PATH");
	int error = errno;

	if (wanted != NULL && strcmp(path, wanted) == 0 && ++calls == atoi(getenv("SWAP_AT"))) {
		rename(getenv("SWAP_NEW"), wanted);
		close(open(getenv("SWAP_DONE"), O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
	}
	errno = error;
}

ssize_t readlink(const char *restrict path, char *restrict target, size_t room)
{
	ssize_t result = syscall(SYS_readlinkat, AT_FDCWD, path, target, room);

	swap(path);
	return result;
}

ssize_t __readlink_chk(const char *restrict path, char *restrict target, size_t count, size_t room);

ssize_t __readlink_chk(const char *restrict path, char *restrict target, size_t count, size_t room)
{
	(void)room;
	return readlink(path, target, count);
}

int inotify_add_watch(int fd, const char *path, uint32_t mask)
{
	int result = (int)syscall(SYS_inotify_add_watch, fd, path, mask);

	swap(path);
	return result;
}
