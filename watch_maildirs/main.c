#include <unistd.h>

#include "maildir.h"
#include "mailstore.h"
#include "options.h"
#include "report.h"
#include "store.h"
#include "watcher.h"

int main(int argc, char *argv[])
{
	static struct options options;
	static struct report report;
	int status;

	watcher_start("watch_maildirs");
	options_parse(&options, argc, argv);
	if (options.store != NULL)
		store_read(&options);
	report_start(&report, STDOUT_FILENO);
	status = maildir_await(&options, STDOUT_FILENO);
	if (status == -1)
		status = mailstore_watch(&options, &report);
	report_end(&report);
	options_end(&options);
	return status;
}
