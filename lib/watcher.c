#include "watcher.h"

#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "descriptors.h"
#include "hot.h"
#include "leftovers.h"
#include "message.h"
#include "signals.h"

/* Prints what is due; returns -1, or the status to exit with. */
static int print(const struct watcher *watcher, clock_ms now)
{
	enum report_state state = report_write(watcher->report, now, watcher->name,
	                                       watcher->context);

	if (state != REPORT_FAILED)
		return state == REPORT_UNREAD ? 0 : -1;
	message_error("standard output: %s", strerror(errno));
	return WATCHER_ERROR;
}

/*
 * The same, unless the mailstore is not where it was.  The status alone tells
 * that: a line would be synced, or even be the ready line.
 */
HOT static int print_or_end(const struct watcher *watcher, clock_ms now)
{
	const char *gone = watcher->gone(watcher->context);

	if (gone == NULL)
		return print(watcher, now);
	message_error("%s: moved, deleted or unmounted", gone);
	return WATCHER_GONE;
}

/*
 * Whether to leave new events in the kernel's queue for now, so that a storm
 * is read in gulps: what they tell could not be printed yet anyhow.
 */
static bool is_pausing(const struct watcher *watcher, clock_ms now)
{
	return now < watcher->report->pause_end &&
	       watcher->read_due(watcher->context) == CLOCK_NEVER;
}

/*
 * Waits for news of any kind; the first time that this may take long, the memory that
 * the start needed is given back.  Returns -1, or the status to exit with.
 */
static int wait_for_news(const struct watcher *watcher, struct pollfd fds[3], bool *is_new)
{
	const struct report *report = watcher->report;
	clock_ms now = clock_now(), due;
	bool pausing = is_pausing(watcher, now);
	int state;

	due = clock_earlier(report_due(report), watcher->tick_due(watcher->context));
	due = clock_earlier(due, pausing ? report->pause_end
	                                 : watcher->read_due(watcher->context));
	fds[0] = (struct pollfd){ .fd = report->output.fd,
	                          .events = report->blocked && !pausing ? POLLOUT : 0 };
	fds[1] = (struct pollfd){ .fd = pausing ? -1 : watcher->inotify, .events = POLLIN };
	fds[2] = (struct pollfd){ .fd = watcher->mounts, .events = POLLPRI };
	if (*is_new && !pausing) {
		*is_new = false;
		state = leftovers_poll(fds, 3, clock_timeout(due, now));
	} else {
		state = poll(fds, 3, clock_timeout(due, now));
	}
	if (state == -1 && errno != EINTR) {
		message_error("poll: %s", strerror(errno));
		return WATCHER_ERROR;
	}
	return fds[0].revents & (POLLERR | POLLHUP | POLLNVAL) ? 0 : -1;
}

/* Takes what has come and does what is due; returns -1, or the status to exit with. */
static int take_news(const struct watcher *watcher, const struct pollfd fds[3])
{
	clock_ms now = clock_now();

	if (fds[2].revents != 0)
		watcher->mounts_changed(watcher->context);
	if ((fds[1].revents != 0 || now >= watcher->read_due(watcher->context)) &&
	    watcher->read(watcher->context, now) == -1) {
		message_error("inotify: %s", strerror(errno));
		return WATCHER_ERROR;
	}
	watcher->tick(watcher->context, now);
	return print_or_end(watcher, now);
}

void watcher_start(const char *program)
{
	unsigned closed = descriptors_fill();

	message_start(program, true);
	signals_end_program();
	if (closed & 1U << STDOUT_FILENO)
		message_fatal(WATCHER_ERROR, "standard output is closed: nobody would read it");
}

HOT int watcher_run(const struct watcher *watcher)
{
	struct pollfd fds[3];
	bool is_new = true;
	int status;

	report_all(watcher->report);
	status = print_or_end(watcher, clock_now());
	while (status == -1) {
		status = wait_for_news(watcher, fds, &is_new);
		if (status == -1)
			status = take_news(watcher, fds);
	}
	return status;
}
