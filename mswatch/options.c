#include "options.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "message.h"
#include "usage.h"

static const char help[] =
	"Usage: mswatch [OPTION]...\n"
	"       mswatch --init CHANNEL [HOST]\n"
	"       mswatch --status[=FORM] | --sync [MAILBOX...] | --watch | --reload | --stop\n"
	"Keeps mailstores synchronized: watches them and syncs the mailboxes that change.\n"
	"\n"
	"  -c FILE, --config=FILE  the configuration (default: ~/.mswatchrc, else\n"
	"                          $XDG_CONFIG_HOME/mswatch/mswatchrc)\n"
	"  -t, --test-config       check the configuration, print it as understood, exit\n"
	"      --check             check it, start each watcher once, ask the syncer, exit;\n"
	"                          syncs nothing\n"
	"      --init CHANNEL      print a configuration for this channel or Group of mbsync,\n"
	"                          to become ~/.mswatchrc, exit; with HOST the server is\n"
	"                          watched over ssh (HOST or USER@HOST), else over IMAP\n"
	"      --mbsyncrc=FILE     where mbsync's configuration is for --init\n"
	"                          (default: where mbsync finds it)\n"
	"  -d, --dry               say what would be synced, but do not run the syncer\n"
	"  -q, --quiet             print errors only\n"
	"  -v, --verbose           print more: each change, each start of a sync, all retries\n"
	"  -r, --replace           end the mswatch that runs for it, and take its place\n"
	"  -V, --version           print the version, exit\n"
	"  -h, -?, --help          print this, exit\n"
	"\n"
	"Of the mswatch that runs for the configuration:\n"
	"  -s, --status[=FORM]     print how things are; FORM: short or json\n"
	"      --sync [MAILBOX...] sync these mailboxes, or all, now; wait for the end\n"
	"      --watch             print its messages as they come\n"
	"      --reload            make it read its configuration anew\n"
	"      --stop              end it\n"
	"\n"
	"See mswatch(1) and mswatchrc(5).\n";

/* Options without a letter. */
enum {
	OPTION_INIT = 256,
	OPTION_CHECK,
	OPTION_MBSYNCRC,
	OPTION_SYNC,
	OPTION_WATCH,
	OPTION_RELOAD,
	OPTION_STOP
};

static const struct option known[] = {
	{ "config", required_argument, NULL, 'c' },
	{ "test-config", no_argument, NULL, 't' },
	{ "check", no_argument, NULL, OPTION_CHECK },
	{ "init", required_argument, NULL, OPTION_INIT },
	{ "mbsyncrc", required_argument, NULL, OPTION_MBSYNCRC },
	{ "dry", no_argument, NULL, 'd' },
	{ "quiet", no_argument, NULL, 'q' },
	{ "verbose", no_argument, NULL, 'v' },
	{ "replace", no_argument, NULL, 'r' },
	{ "version", no_argument, NULL, 'V' },
	{ "help", no_argument, NULL, 'h' },
	{ "status", optional_argument, NULL, 's' },
	{ "sync", no_argument, NULL, OPTION_SYNC },
	{ "watch", no_argument, NULL, OPTION_WATCH },
	{ "reload", no_argument, NULL, OPTION_RELOAD },
	{ "stop", no_argument, NULL, OPTION_STOP },
	{ NULL, 0, NULL, 0 },
};

static void set_task(struct options *options, enum task task)
{
	if (options->task != TASK_RUN)
		message_fatal(2, "only one of -t, --check, --init, --status, --sync, --watch, "
		                 "--reload and --stop can be asked for at a time");
	options->task = task;
}

static void set_command(struct options *options, enum control_command command)
{
	set_task(options, TASK_ASK);
	options->command = command;
}

static const char *read_form(const char *form)
{
	if (form != NULL && strcmp(form, "short") != 0 && strcmp(form, "json") != 0)
		message_fatal(2, "--status=%s: there is --status, --status=short and --status=json",
		              form);
	return form;
}

static void read_option(struct options *options, int option, char *argv[])
{
	switch (option) {
	case 'c': options->file = optarg; break;
	case 't': set_task(options, TASK_TEST); break;
	case OPTION_CHECK: set_task(options, TASK_CHECK); break;
	case OPTION_INIT:
		set_task(options, TASK_INIT);
		options->channel = optarg;
		break;
	case OPTION_MBSYNCRC: options->mbsyncrc = optarg; break;
	case 'd': options->engine.dry = true; break;
	case 'q': options->engine.quiet = true; break;
	case 'v': options->engine.verbose = true; break;
	case 'r': options->replace = true; break;
	case 's':
		set_command(options, CONTROL_STATUS);
		options->form = read_form(optarg);
		break;
	case OPTION_SYNC: set_command(options, CONTROL_SYNC); break;
	case OPTION_WATCH: set_command(options, CONTROL_WATCH); break;
	case OPTION_RELOAD: set_command(options, CONTROL_RELOAD); break;
	case OPTION_STOP: set_command(options, CONTROL_STOP); break;
	case 'V': exit(message_document("mswatch " PACKAGE_VERSION "\n"));
	case 'h': exit(message_document(help));
	default: usage_refuse(option, argv, help, 1);
	}
}

/* What is not an option: a host for --init, mailboxes for --sync. */
static void read_operands(struct options *options, int argc, char *argv[])
{
	if (options->task == TASK_INIT && optind < argc)
		options->host = argv[optind++];
	options->operand = (const char *const *)(argv + optind);
	options->operands = (size_t)(argc - optind);
	if (options->operands > 0 &&
	    (options->task != TASK_ASK || options->command != CONTROL_SYNC))
		message_fatal(options->task == TASK_ASK ? 2 : 1,
		              "%s: unexpected argument; see mswatch --help", argv[optind]);
	if (options->form != NULL) {
		options->operand = &options->form;
		options->operands = 1;
	}
}

void options_read(struct options *options, int argc, char *argv[])
{
	int option;

	*options = (struct options){ .task = TASK_RUN };
	opterr = 0;
	while ((option = getopt_long(argc, argv, ":c:tdqvrsVh", known, NULL)) != -1)
		read_option(options, option, argv);
	read_operands(options, argc, argv);
	if (options->task == TASK_INIT && options->file != NULL)
		message_fatal(1, "-c: --init reads no configuration of mswatch, and prints one; "
		                 "mbsync's can be named with --mbsyncrc=FILE");
	if (options->task != TASK_INIT && options->mbsyncrc != NULL)
		message_fatal(1, "--mbsyncrc: is for --init; see mswatch --help");
}
