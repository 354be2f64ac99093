/* watch_imap - tell which mailboxes of an IMAP account change */
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "account.h"
#include "child.h"
#include "descriptors.h"
#include "message.h"
#include "options.h"
#include "signals.h"
#include "statuses.h"
#include "watching.h"

/* No core file, and nobody else who looks into this process: it holds a password for a while. */
static void keep_secrets(void)
{
	const struct rlimit none = { 0, 0 };

	(void)setrlimit(RLIMIT_CORE, &none);
	(void)prctl(PR_SET_DUMPABLE, 0);
}

int main(int argc, char *argv[])
{
	static struct account account;
	static struct options options;
	unsigned closed = descriptors_fill();
	int status;

	children_rename(argc, argv);
	message_start("watch_imap", true);
	signals_end_program();
	keep_secrets();
	if (closed & 1U << STDOUT_FILENO)
		message_fatal(SESSION_MISCONFIGURED,
		              "standard output is closed: nobody would read it");
	options_parse(&options, argc, argv);
	account_read(&account, &options);
	account_ask(&account);
	status = watching_run(&account, &options);
	account_free(&account);
	options_end(&options);
	return status;
}
