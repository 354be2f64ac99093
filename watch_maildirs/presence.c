#include "presence.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "memory.h"
#include "message.h"
#include "notify.h"

/* Tries to open the directory for reading; returns 0 or an errno. */
static int directory_error(const char *path)
{
	int fd;

	do
		fd = open(path, O_RDONLY | O_DIRECTORY | O_NONBLOCK | O_CLOEXEC);
	while (fd == -1 && errno == EINTR);
	if (fd == -1)
		return errno;
	close(fd);
	return 0;
}

/*
 * Returns 0 when all directories that must be there are there, or an errno
 * with the path that has it, which the caller frees.
 */
static int find_problem(const struct options *options, char **path)
{
	static const char *const below[] = { "", "/new", "/cur" };
	const char *inbox = options->layout.inbox;
	bool is_needed = options->layout.style == LAYOUT_MAILDIRPP || inbox == NULL ||
	                 inbox[0] != '\0';
	size_t i;
	int error;

	*path = memory_copy(options->base);
	error = directory_error(*path);
	for (i = 0; i < 3 && is_needed && error == 0; i++) {
		free(*path);
		*path = inbox == NULL ? memory_format("%s%s", options->inbox, below[i])
		                      : memory_format("%s%s%s%s", options->base,
		                                      inbox[0] != '\0' ? "/" : "", inbox, below[i]);
		error = directory_error(*path);
	}
	return error;
}

/*
 * Waits until something happens in the nearest directory above path that
 * exists, or for the time of --poll.  False when output has no reader.
 */
static bool wait_for(const char *path, int output, clock_ms interval)
{
	struct pollfd fds[2] = { { .fd = output }, { .events = POLLIN } };
	char *above = memory_copy(path), *slash;
	int watch = -1;

	fds[1].fd = notify_open();
	while (fds[1].fd != -1 && watch == -1 && (slash = strrchr(above, '/')) != NULL) {
		slash[slash == above] = '\0';
		watch = notify_watch(fds[1].fd, above, IN_CREATE | IN_MOVED_TO | IN_ATTRIB |
		                     IN_MOVE_SELF | IN_DELETE_SELF | IN_ONLYDIR);
		if (slash == above)
			break;
	}
	free(above);
	/* what came before the watch is found by this last look */
	if (directory_error(path) == ENOENT)
		poll(fds, fds[1].fd != -1 ? 2 : 1, clock_timeout(interval, 0));
	if (fds[1].fd != -1)
		close(fds[1].fd);
	return fds[0].revents == 0;
}

int presence_await(const struct options *options, int output)
{
	char *path = NULL;
	int error;

	while ((error = find_problem(options, &path)) == ENOENT && options->wait) {
		bool is_read = wait_for(path, output, options->poll_interval);

		free(path);
		if (!is_read)
			return 0;
	}
	if (error == ENOENT && strcmp(path, options->base) == 0)
		message_error("%s: %s: there is no such Maildir (see --maildir, --wait)", path,
		              strerror(error));
	else if (error == ENOENT || error == ENOTDIR)
		message_error("%s: %s: not a Maildir, which has cur/ and new/ (see --layout, --inbox, "
		              "--wait)", path, strerror(error));
	else if (error != 0)
		message_error("%s: %s", path, strerror(error));
	free(path);
	return error != 0 ? 1 : -1;
}
