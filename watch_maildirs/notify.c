#include "notify.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

/* So many events' names of the longest kind fit, at least. */
#define BUFFER_ROOM 65536

bool notify_decode(const char *bytes, size_t count, notify_take *take, void *context)
{
	struct inotify_event header;
	struct notify_event event;

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

int notify_open(void)
{
	return inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
}

int notify_watch(int fd, const char *path, uint32_t mask)
{
	int watch;

	do
		watch = inotify_add_watch(fd, path, mask);
	while (watch == -1 && errno == EINTR);
	return watch;
}

int notify_read(int fd, notify_take *take, void *context)
{
	static char buffer[BUFFER_ROOM] __attribute__((aligned(8)));
	ssize_t got;

	do
		got = read(fd, buffer, sizeof buffer);
	while (got == -1 && errno == EINTR);
	if (got == -1)
		return errno == EAGAIN ? 1 : -1;
	if (!notify_decode(buffer, (size_t)got, take, context)) {
		errno = EPROTO;
		return -1;
	}
	return (size_t)got + sizeof(struct inotify_event) + NAME_MAX + 1 < sizeof buffer;
}
