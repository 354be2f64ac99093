#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "descriptors.h"
#include "entry.h"
#include "events.h"
#include "message.h"
#include "options.h"
#include "presence.h"
#include "report.h"
#include "tree.h"

/* Exit statuses: 0 is "nobody reads the output any more". */
#define STATUS_ERROR 1
#define STATUS_GONE 2

struct watcher {
	struct options options;
	struct report report;
	struct tree tree;
	struct events events;
};

static void end_by_signal(int number)
{
	_exit(128 + number);
}

/*
 * As process 1 of a container: no signal ends it by default, and the kernel
 * reaps for those who ignore SIGCHLD.
 */
static void signals_prepare(void)
{
	static const int ending[] = { SIGTERM, SIGINT, SIGHUP };
	sigset_t none;
	size_t i;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_IGN);
	if (getpid() != 1)
		return;
	signal(SIGCHLD, SIG_IGN);
	while (waitpid(-1, NULL, WNOHANG) > 0)
		; /* who died before */
	for (i = 0; i < sizeof ending / sizeof ending[0]; i++)
		if (signal(ending[i], end_by_signal) == SIG_IGN)
			signal(ending[i], SIG_IGN);
}

static clock_ms earlier(clock_ms a, clock_ms b)
{
	return a < b ? a : b;
}

/* Prints what is due; returns -1, or the status to exit with. */
static int print(struct watcher *watcher, clock_ms now)
{
	switch (report_write(&watcher->report, now, entry_name, &watcher->tree)) {
	case REPORT_QUIET:
	case REPORT_BLOCKED:
		return -1;
	case REPORT_UNREAD:
		return 0;
	case REPORT_FAILED:
		break;
	}
	message_error("standard output: %s", strerror(errno));
	return STATUS_ERROR;
}

static int say_gone(struct watcher *watcher)
{
	message_error("%s: moved, deleted or unmounted",
	              entry_get(&watcher->tree, watcher->tree.gone->folder)->name);
	return STATUS_GONE;
}

/* A root is not where it was: says so, to the reader as well. */
static int end_gone(struct watcher *watcher)
{
	report_all(&watcher->report);
	watcher->report.pause_end = 0;
	print(watcher, clock_now());
	return say_gone(watcher);
}

/*
 * Whether to leave new events in the kernel's queue for now, so that a storm
 * is read in gulps: what they tell could not be printed yet anyhow.
 */
static bool is_pausing(const struct watcher *watcher, clock_ms now)
{
	return now < watcher->report.pause_end && events_due(&watcher->events) == CLOCK_NEVER;
}

/* Waits for news of any kind; returns -1, or the status to exit with. */
static int wait_for_news(struct watcher *watcher, struct pollfd fds[3])
{
	clock_ms now = clock_now(), due;
	bool pausing = is_pausing(watcher, now);

	due = earlier(earlier(report_due(&watcher->report), tree_due(&watcher->tree)),
	              events_due(&watcher->events));
	if (pausing)
		due = earlier(due, watcher->report.pause_end);
	fds[0] = (struct pollfd){ .fd = watcher->report.fd,
	                          .events = watcher->report.blocked && !pausing ? POLLOUT : 0 };
	fds[1] = (struct pollfd){ .fd = pausing ? -1 : watcher->tree.notify, .events = POLLIN };
	fds[2] = (struct pollfd){ .fd = watcher->tree.mounts, .events = POLLPRI };
	if (poll(fds, 3, clock_timeout(due, now)) == -1 && errno != EINTR) {
		message_error("poll: %s", strerror(errno));
		return STATUS_ERROR;
	}
	return fds[0].revents & (POLLERR | POLLHUP | POLLNVAL) ? 0 : -1;
}

/* Takes what has come and does what is due; returns -1, or the status to exit with. */
static int take_news(struct watcher *watcher, const struct pollfd fds[3])
{
	clock_ms now = clock_now();

	if (fds[2].revents != 0)
		tree_mounts_changed(&watcher->tree);
	if ((fds[1].revents != 0 || now >= events_due(&watcher->events)) &&
	    events_read(&watcher->events, now) == -1) {
		message_error("inotify: %s", strerror(errno));
		return STATUS_ERROR;
	}
	tree_tick(&watcher->tree, now);
	return watcher->tree.gone != NULL ? end_gone(watcher) : print(watcher, now);
}

static int loop(struct watcher *watcher)
{
	struct pollfd fds[3];
	int status;

	report_all(&watcher->report);
	/* An empty line would be the ready line. */
	status = watcher->tree.gone != NULL ? say_gone(watcher) : print(watcher, clock_now());
	while (status == -1) {
		status = wait_for_news(watcher, fds);
		if (status == -1)
			status = take_news(watcher, fds);
	}
	return status;
}

static int run(struct watcher *watcher)
{
	int status = presence_await(&watcher->options, STDOUT_FILENO);

	if (status != -1)
		return status;
	status = STATUS_ERROR;
	if (tree_start(&watcher->tree, &watcher->options, &watcher->report)) {
		events_start(&watcher->events, &watcher->tree);
		status = loop(watcher);
		events_end(&watcher->events);
	}
	tree_end(&watcher->tree);
	return status;
}

int main(int argc, char *argv[])
{
	static struct watcher watcher;
	unsigned closed = descriptors_fill();
	int status;

	message_start("watch_maildirs", true);
	signals_prepare();
	if (closed & 1U << STDOUT_FILENO)
		message_fatal(STATUS_ERROR, "standard output is closed: nobody would read it");
	options_parse(&watcher.options, argc, argv);
	report_start(&watcher.report, STDOUT_FILENO);
	status = run(&watcher);
	report_end(&watcher.report);
	options_end(&watcher.options);
	return status;
}
