/*
 * The floor that watch_mboxes is measured against: the least that any watcher of
 * mboxes must do.  A watch on the directory, a look at each file's first bytes, an
 * empty line; then a line for each read that brings the end of a write.
 */
#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

/* Whether there is an event of a kind that counts. */
static int counts(const char *events, ssize_t length)
{
	struct inotify_event event;

	for (ssize_t at = 0; at < length; at += (ssize_t)(sizeof event + event.len)) {
		memcpy(&event, events + at, sizeof event);
		if (event.mask & (IN_CLOSE_WRITE | IN_MOVED_TO))
			return 1;
	}
	return 0;
}

int main(int argc, char *argv[])
{
	static char events[65536], first[5];
	const struct dirent *entry;
	DIR *base;
	ssize_t got;
	int inotify = inotify_init1(IN_CLOEXEC), fd;

	if (argc != 2 || inotify == -1 || (base = opendir(argv[1])) == NULL ||
	    inotify_add_watch(inotify, argv[1], IN_MODIFY | IN_CLOSE_WRITE | IN_MOVED_TO) == -1)
		return 1;
	while ((entry = readdir(base)) != NULL) {
		if (entry->d_type != DT_REG)
			continue;
		fd = openat(dirfd(base), entry->d_name, O_RDONLY | O_CLOEXEC);
		if (fd == -1 || read(fd, first, sizeof first) == -1)
			return 1;
		close(fd);
	}
	closedir(base);
	if (write(STDOUT_FILENO, "\n", 1) != 1)
		return 1;
	while ((got = read(inotify, events, sizeof events)) > 0)
		if (counts(events, got) && write(STDOUT_FILENO, "box1\n", 5) != 5)
			return 1;
	return 1;
}
