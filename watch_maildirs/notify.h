/* The kernel's inotify: watches and events. */
#ifndef WATCH_MAILDIRS_NOTIFY_H
#define WATCH_MAILDIRS_NOTIFY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct notify_event {
	int watch;              /* -1 for IN_Q_OVERFLOW */
	uint32_t mask;          /* IN_ constants, inotify(7) */
	uint32_t cookie;        /* joins the halves of a rename */
	const char *name;       /* in the directory; "" for the directory itself */
};

typedef void notify_take(void *context, const struct notify_event *event);

/*
 * Calls take for each event among count bytes as read(2) gives them.  False
 * when the bytes end within an event or a name is not ended: what came before
 * has been taken.
 */
bool notify_decode(const char *bytes, size_t count, notify_take *take, void *context);

/* A descriptor for watches and events, or -1 with errno. */
int notify_open(void);

/* Watches the directory; returns the watch, or -1 with errno. */
int notify_watch(int fd, const char *path, uint32_t mask);

/*
 * Reads what has come, without waiting, and calls take for each event.
 * Returns 1 when nothing is left, 0 when there may be more, -1 with errno.
 */
int notify_read(int fd, notify_take *take, void *context);

#endif
