#include "options.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "duration.h"
#include "memory.h"
#include "message.h"
#include "statuses.h"
#include "usage.h"

#define SEE "; see watch_imap --help"

static const char help[] =
	"Usage: watch_imap [OPTION]... STORE\n"
	"Prints an empty line once it watches the mailboxes of STORE, an IMAPStore or\n"
	"IMAPAccount of ~/.mbsyncrc, then the name of each mailbox that changes; the\n"
	"empty line again when that may be any of them.\n"
	"\n"
	"  -c, --config=FILE      read FILE, not what mbsync reads\n"
	"  -i, --idle=MAILBOX     a connection for MAILBOX alone, at most 4 of these\n"
	"  -k, --keep=TIME        say something to the server so often (default 4m)\n"
	"  -p, --poll=TIME        ask for all mailboxes so often (default: 1m or 5m, by\n"
	"                         what the server can do)\n"
	"  -x, --exclude=PATTERN  leave out mailboxes that match; repeatable\n"
	"  -n, --names=ENCODING   utf7, as the server has them (default), or utf8\n"
	"  -t, --test             connect, print what was found, and exit\n"
	"  -v, --verbose          show what is said, without secrets, on standard error\n"
	"  -h, -?, --help         print this\n"
	"  -V, --version          print the version\n";

static clock_ms parse_time(const char *option, const char *text)
{
	clock_ms span = 0;
	const char *problem = duration_parse(text, &span);

	if (problem != NULL)
		message_fatal(SESSION_MISCONFIGURED, "%s: '%s': %s", option, text, problem);
	if (span < 1000)
		message_fatal(SESSION_MISCONFIGURED,
		              "%s takes a time of 1 second or more, not '%s'" SEE, option, text);
	return span;
}

static bool parse_encoding(const char *text)
{
	if (strcmp(text, "utf7") != 0 && strcmp(text, "utf8") != 0)
		message_fatal(SESSION_MISCONFIGURED, "--names is utf7 or utf8, not '%s'" SEE, text);
	return strcmp(text, "utf8") == 0;
}

static void add_idle(struct options *options, const char *mailbox)
{
	if (options->idles == OPTIONS_IDLES)
		message_fatal(SESSION_MISCONFIGURED, "--idle can be given %d times" SEE,
		              OPTIONS_IDLES);
	options->idle[options->idles++] = mailbox;
}

static void add_exclude(struct options *options, char *pattern)
{
	options->exclude = memory_grow(options->exclude, &options->exclude_room,
	                               options->excludes + 1, sizeof *options->exclude);
	options->exclude[options->excludes++] = pattern;
}

static void take_option(struct options *options, int option, char *const argv[])
{
	switch (option) {
	case 'c': options->file = optarg; break;
	case 'i': add_idle(options, optarg); break;
	case 'k': options->keep = parse_time("--keep", optarg); break;
	case 'p': options->poll = parse_time("--poll", optarg); break;
	case 'x': add_exclude(options, optarg); break;
	case 'n': options->utf8 = parse_encoding(optarg); break;
	case 't': options->test = true; break;
	case 'v': options->verbose = true; break;
	case 'h': exit(message_document(help));
	case 'V': exit(message_document("watch_imap (mswatch) " PACKAGE_VERSION "\n"));
	default: usage_refuse(option, argv, help, SESSION_MISCONFIGURED);
	}
}

void options_parse(struct options *options, int argc, char *const argv[])
{
	static const struct option known[] = {
		{ "config", required_argument, NULL, 'c' },
		{ "idle", required_argument, NULL, 'i' },
		{ "keep", required_argument, NULL, 'k' },
		{ "poll", required_argument, NULL, 'p' },
		{ "exclude", required_argument, NULL, 'x' },
		{ "names", required_argument, NULL, 'n' },
		{ "test", no_argument, NULL, 't' },
		{ "verbose", no_argument, NULL, 'v' },
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'V' },
		{ NULL, 0, NULL, 0 },
	};
	int option;

	*options = (struct options){ .keep = OPTIONS_KEEP };
	while ((option = getopt_long(argc, argv, ":c:i:k:p:x:n:tvhV", known, NULL)) != -1)
		take_option(options, option, argv);
	if (optind + 1 != argc)
		message_fatal(SESSION_MISCONFIGURED, "%s" SEE,
		              optind == argc ? "which store? Give the name of an IMAPStore"
		                             : "one store at a time");
	options->store = argv[optind];
}

void options_end(struct options *options)
{
	free(options->exclude);
}
