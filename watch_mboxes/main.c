#include <unistd.h>

#include "base.h"
#include "descriptors.h"
#include "message.h"
#include "options.h"
#include "report.h"
#include "signals.h"
#include "tree.h"
#include "watcher.h"

int main(int argc, char *argv[])
{
	static struct options options;
	static struct report report;
	unsigned closed = descriptors_fill();
	int status;

	message_start("watch_mboxes", true);
	signals_end_program();
	if (closed & 1U << STDOUT_FILENO)
		message_fatal(WATCHER_ERROR, "standard output is closed: nobody would read it");
	options_parse(&options, argc, argv);
	report_start(&report, STDOUT_FILENO);
	status = base_await(&options, STDOUT_FILENO);
	if (status == -1)
		status = tree_watch(&options, &report);
	report_end(&report);
	options_end(&options);
	return status;
}
