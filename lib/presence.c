#include "presence.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include "inotify.h"
#include "memory.h"
#include "message.h"
#include "retry.h"

int presence_error(const char *path)
{
	int fd = RETRY(open(path, O_RDONLY | O_DIRECTORY | O_NONBLOCK | O_CLOEXEC));

	if (fd == -1)
		return errno;
	close(fd);
	return 0;
}

char *presence_nearest(const char *path, struct stat *status)
{
	char *nearest = memory_copy(path), *slash;

	while (stat(nearest, status) == -1 && (slash = strrchr(nearest, '/')) != NULL &&
	       strcmp(nearest, "/") != 0)
		slash[slash == nearest] = '\0';
	return nearest;
}

bool presence_wait(const char *path, int output, clock_ms interval, bool *is_told)
{
	struct pollfd fds[2] = { { .fd = output }, { .events = POLLIN } };
	char *above = memory_copy(path), *slash;
	int watch = -1;

	if (!*is_told)
		message_error("%s: there is no such directory yet; waiting for it", path);
	*is_told = true;
	fds[1].fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	while (fds[1].fd != -1 && watch == -1 && (slash = strrchr(above, '/')) != NULL) {
		slash[slash == above] = '\0';
		watch = inotify_watch(fds[1].fd, above, IN_CREATE | IN_MOVED_TO | IN_ATTRIB |
		                      IN_MOVE_SELF | IN_DELETE_SELF | IN_ONLYDIR);
		if (slash == above)
			break;
	}
	free(above);
	/* what came before the watch is found by this last look */
	if (presence_error(path) == ENOENT)
		poll(fds, fds[1].fd != -1 ? 2 : 1, clock_timeout(interval, 0));
	if (fds[1].fd != -1)
		close(fds[1].fd);
	return fds[0].revents == 0;
}

bool presence_note(struct presence *presence, const char *path)
{
	struct stat status;

	free(presence->real);
	presence->real = realpath(path, NULL);
	if (presence->real == NULL || stat(path, &status) == -1)
		return false;
	presence->device = status.st_dev;
	presence->inode = status.st_ino;
	return S_ISDIR(status.st_mode);
}

void presence_forget(struct presence *presence)
{
	free(presence->real);
	*presence = (struct presence){ .real = NULL };
}

enum presence_fate presence_look(struct presence *presence, const char *path, bool is_lost)
{
	struct presence old = *presence;
	enum presence_fate fate = PRESENCE_GONE;

	presence->real = NULL;
	if (presence_note(presence, path)) {
		if (presence->device == old.device && presence->inode == old.inode && !is_lost)
			fate = PRESENCE_SAME;
		else if (old.real != NULL && strcmp(old.real, presence->real) != 0)
			fate = PRESENCE_ELSEWHERE;
	}
	free(old.real);
	return fate;
}
