#include <unistd.h>

#include "clock.h"
#include "descriptors.h"
#include "events.h"
#include "maildir.h"
#include "message.h"
#include "options.h"
#include "report.h"
#include "signals.h"
#include "tree.h"
#include "watcher.h"

struct maildirs {
	struct tree *tree;
	struct events events;
};

static const char *name(void *context, uint32_t mailbox)
{
	const struct maildirs *maildirs = context;

	return tree_name(maildirs->tree, mailbox);
}

static int read_events(void *context, clock_ms now)
{
	struct maildirs *maildirs = context;

	return events_read(&maildirs->events, now);
}

static clock_ms read_due(const void *context)
{
	const struct maildirs *maildirs = context;

	return events_due(&maildirs->events);
}

static void tick(void *context, clock_ms now)
{
	const struct maildirs *maildirs = context;

	tree_tick(maildirs->tree, now);
}

static clock_ms tick_due(const void *context)
{
	const struct maildirs *maildirs = context;

	return tree_due(maildirs->tree);
}

static void mounts_changed(void *context)
{
	const struct maildirs *maildirs = context;

	tree_mounts_changed(maildirs->tree);
}

static const char *gone(const void *context)
{
	const struct maildirs *maildirs = context;

	return tree_gone(maildirs->tree);
}

static int run(const struct options *options, struct report *report)
{
	static struct maildirs maildirs;
	struct watcher watcher = {
		.report = report,
		.context = &maildirs,
		.name = name,
		.read = read_events,
		.read_due = read_due,
		.tick = tick,
		.tick_due = tick_due,
		.mounts_changed = mounts_changed,
		.gone = gone,
	};
	int status = maildir_await(options, STDOUT_FILENO);

	if (status != -1)
		return status;
	maildirs.tree = tree_start(options, report);
	if (maildirs.tree == NULL)
		return WATCHER_ERROR;
	watcher.inotify = tree_inotify(maildirs.tree);
	watcher.mounts = tree_mounts(maildirs.tree);
	events_start(&maildirs.events, options, report, maildirs.tree);
	status = watcher_run(&watcher);
	events_end(&maildirs.events);
	tree_end(maildirs.tree);
	return status;
}

int main(int argc, char *argv[])
{
	static struct options options;
	static struct report report;
	unsigned closed = descriptors_fill();
	int status;

	message_start("watch_maildirs", true);
	signals_end_program();
	if (closed & 1U << STDOUT_FILENO)
		message_fatal(WATCHER_ERROR, "standard output is closed: nobody would read it");
	options_parse(&options, argc, argv);
	report_start(&report, STDOUT_FILENO);
	status = run(&options, &report);
	report_end(&report);
	options_end(&options);
	return status;
}
