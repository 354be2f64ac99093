/* The kernel's inotify: watches and events. */
#ifndef LIB_INOTIFY_H
#define LIB_INOTIFY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "clock.h"

struct inotify_notice {
	int watch;              /* -1 for IN_Q_OVERFLOW */
	uint32_t mask;          /* IN_ constants, inotify(7) */
	uint32_t cookie;        /* joins the halves of a rename */
	const char *name;       /* in the directory; "" for the directory itself */
};

typedef void inotify_take(void *context, const struct inotify_notice *event);

/*
 * Calls take for each event among count bytes as read(2) gives them.  False
 * when the bytes end within an event or a name is not ended: what came before
 * has been taken.
 */
bool inotify_decode(const char *bytes, size_t count, inotify_take *take, void *context);

/* A descriptor for watches and events; -1 after a message that all is polled, that often. */
int inotify_start(clock_ms interval);

/*
 * Says that the kernel had room for so many watches only, so that so many
 * directories are polled, how often, and what it would have to be given.
 */
void inotify_tell_limit(size_t watched, size_t polled, clock_ms interval);

/* Watches the directory; returns the watch, or -1 with errno. */
int inotify_watch(int fd, const char *path, uint32_t mask);

/*
 * Reads what has come, without waiting, and calls take for each event.
 * Returns 1 when nothing is left, 0 when there may be more, -1 with errno.
 */
int inotify_read(int fd, inotify_take *take, void *context);

#endif
