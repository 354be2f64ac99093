#include "inotify.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "descriptors.h"
#include "hot.h"
#include "message.h"
#include "retry.h"

/* So many events' names of the longest kind fit, at least. */
#define BUFFER_ROOM 65536

HOT bool inotify_decode(const char *bytes, size_t count, inotify_take *take, void *context)
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

int inotify_start(clock_ms interval)
{
	int fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);

	if (fd == -1)
		message_error("inotify: %s; everything is polled every %g s (--poll)%s",
		              strerror(errno), (double)interval / 1000,
		              errno == EMFILE ? "; to have it watched: sysctl "
		              "fs.inotify.max_user_instances=1024" : "");
	return fd;
}

void inotify_tell_limit(size_t watched, size_t polled, clock_ms interval)
{
	unsigned long limit = 0, wanted = 8192;
	char text[32];

	if (descriptors_read_text("/proc/sys/fs/inotify/max_user_watches", text, sizeof text) > 0)
		limit = strtoul(text, NULL, 10);
	while (wanted < limit + polled || wanted < (watched + polled) * 2)
		wanted *= 2;
	message_error("the kernel's limit of watches is reached: %zu of %zu directories are polled "
	              "every %g s (--poll); to have all watched: sysctl "
	              "fs.inotify.max_user_watches=%lu", polled, watched + polled,
	              (double)interval / 1000, wanted);
}

int inotify_watch(int fd, const char *path, uint32_t mask)
{
	return RETRY(inotify_add_watch(fd, path, mask));
}

HOT int inotify_read(int fd, inotify_take *take, void *context)
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
