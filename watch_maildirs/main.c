#include <unistd.h>

#include "descriptors.h"
#include "events.h"
#include "maildir.h"
#include "message.h"
#include "options.h"
#include "report.h"
#include "signals.h"
#include "tree.h"
#include "watcher.h"

static int run(const struct options *options, struct report *report)
{
	static struct events events;
	int status = maildir_await(options, STDOUT_FILENO);
	struct tree *tree;

	if (status != -1)
		return status;
	tree = tree_start(options, report);
	if (tree == NULL)
		return WATCHER_ERROR;
	events_start(&events, options, report, tree);
	status = watcher_run(&(struct watcher){
		.report = report,
		.inotify = tree_inotify(tree),
		.mounts = tree_mounts(tree),
		.events = &events,
		.read = events_read,
		.read_due = events_due,
		.store = tree,
		.name = tree_name,
		.tick = tree_tick,
		.tick_due = tree_due,
		.mounts_changed = tree_mounts_changed,
		.gone = tree_gone,
	});
	events_end(&events);
	tree_end(tree);
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
