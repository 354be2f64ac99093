#include "inotify.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "retry.h"

/* So many events' names of the longest kind fit, at least. */
#define BUFFER_ROOM 65536

bool inotify_decode(const char *bytes, size_t count, inotify_take *take, void *context)
{
	struct inotify_event header;
	struct inotify_notice event;

	while (count > 0) {
		if (count < sizeof header)
			return false;
		memcpy(&header, bytes, sizeof header);
		bytes += sizeof header;
		count -= sizeof header;
		if (header.len > count)
			return false;
		if (header.len > 0 && memchr(bytes, '\0', header.len) == NULL)
			return false;
		event.watch = header.wd;
		event.mask = header.mask;
		event.cookie = header.cookie;
		event.name = header.len > 0 ? bytes : "";
		take(context, &event);
		bytes += header.len;
		count -= header.len;
	}
	return true;
}

int inotify_open(void)
{
	return inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
}

int inotify_watch(int fd, const char *path, uint32_t mask)
{
	return RETRY(inotify_add_watch(fd, path, mask));
}

int inotify_read(int fd, inotify_take *take, void *context)
{
	static char buffer[BUFFER_ROOM] __attribute__((aligned(8)));
	ssize_t got = RETRY(read(fd, buffer, sizeof buffer));

	if (got == -1)
		return errno == EAGAIN ? 1 : -1;
	if (!inotify_decode(buffer, (size_t)got, take, context)) {
		errno = EPROTO;
		return -1;
	}
	return (size_t)got + sizeof(struct inotify_event) + NAME_MAX + 1 < sizeof buffer;
}
