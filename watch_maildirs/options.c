#include "options.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"
#include "message.h"
#include "path.h"
#include "usage.h"

/* Ends the messages about what makes no sense. */
#define PROGRAM "watch_maildirs"
#define SEE "; see " PROGRAM " --help"

static const char help[] =
	"Usage: watch_maildirs [OPTION]...\n"
	"Prints an empty line once it watches the Maildir, then the name of each\n"
	"mailbox that changes; the empty line again when that may be any of them.\n"
	"\n"
	"  -m, --maildir=DIR        watch DIR, not $MAILDIR or ~/Maildir\n"
	"  -l, --layout=LAYOUT      maildir++ (default), verbatim or legacy\n"
	"  -s, --separator=CHAR     between the parts of a name (default: . for\n"
	"                           maildir++, / for the others; mbsync wants /)\n"
	"  -i, --inbox=PATH         INBOX is the directory PATH, not DIR\n"
	"  -S, --store=STORE        what mbsync's file says of its MaildirStore STORE\n"
	"  -c, --config=FILE        mbsync's file is FILE (default: ~/.mbsyncrc)\n"
	"  -n, --names=ENCODING     print names as utf8 or utf7, not as they are\n"
	"  -x, --exclude=PATTERN    leave out mailboxes that match; repeatable\n"
	"  -a, --all-events         report also what no syncer can see\n"
	"  -e, --no-echo            don't report what mswatch's own syncer stores\n"
	"  -w, --wait               wait for a Maildir that does not exist yet\n"
	"  -p, --poll=SECONDS       where watching can't do: look so often (default 10)\n"
	"      --poll-only          watch nothing, look only\n"
	"  -h, -?, --help           print this\n"
	"  -V, --version            print the version\n";

static char *default_maildir(void)
{
	const char *maildir = getenv("MAILDIR"), *home = getenv("HOME");
	char *joined, *result;

	if (maildir != NULL && maildir[0] != '\0')
		return path_absolute(maildir);
	if (home == NULL || home[0] == '\0')
		message_fatal(1, "no Maildir to watch: neither --maildir nor $MAILDIR nor $HOME "
		                 "is set");
	joined = memory_format("%s/Maildir", home);
	result = path_absolute(joined);
	free(joined);
	return result;
}

/*
 * An INBOX inside the base is named by its path below it, one outside by its
 * own.  (Where links or ".." come in, the disk says which it is.)
 */
static void set_inbox(struct options *options, const char *inbox)
{
	char *path, *real, *real_base;
	const char *below;

	if (inbox[0] != '/' && (options->layout.inbox = path_tidy(inbox)) != NULL)
		return;
	path = inbox[0] == '/' ? path_absolute(inbox)
	                       : memory_format("%s/%s", options->base, inbox);
	real = realpath(path, NULL);
	real_base = realpath(options->base, NULL);
	below = real != NULL && real_base != NULL ? path_below(real, real_base)
	                                          : path_below(path, options->base);
	options->layout.inbox = below != NULL ? path_tidy(below) : NULL;
	if (options->layout.inbox == NULL)
		options->inbox = path;
	else
		free(path);
	free(real);
	free(real_base);
}

static void set_separator(struct options *options, const char *text)
{
	if (text == NULL) {
		options->layout.separator = options->layout.style == LAYOUT_MAILDIRPP ? '.' : '/';
		return;
	}
	options->layout.separator = watchoptions_separator(PROGRAM, text);
	if (options->layout.style != LAYOUT_MAILDIRPP && text[0] != '/')
		message_fatal(1, "--separator is / with this layout, not '%s'" SEE, text);
}

/* Values that make sense only once all options are known; NULL: not given. */
struct values {
	const char *maildir, *inbox, *layout, *separator, *names;
};

static void set_layout(struct options *options, const struct values *values)
{
	if (values->layout != NULL && !layout_style_parse(values->layout, &options->layout.style))
		message_fatal(1, "--layout is maildir++, verbatim or legacy, not '%s'" SEE,
		              values->layout);
	if (values->names != NULL)
		options->layout.names = watchoptions_names(PROGRAM, values->names);
	set_separator(options, values->separator);
}

/* Refuses an option that a store leaves no room for. */
static void refuse_beside_store(const char *option, const char *value, const char *why)
{
	if (value != NULL)
		message_fatal(1, "--store and %s exclude each other: %s" SEE, option, why);
}

static void check_store(const struct options *options, const struct values *values)
{
	static const char said[] = "mbsync's file says it";

	if (options->store == NULL) {
		if (options->config != NULL)
			message_fatal(1, "--config is for --store only" SEE);
		return;
	}
	refuse_beside_store("--maildir", values->maildir, said);
	refuse_beside_store("--inbox", values->inbox, said);
	refuse_beside_store("--layout", values->layout, said);
	refuse_beside_store("--names", values->names, "mbsync takes these names as they are");
	if (values->separator != NULL && strcmp(values->separator, "/") != 0)
		refuse_beside_store("--separator", values->separator, "mbsync wants /");
}

/* Takes one option, as getopt_long(3) has just returned it. */
static void take_option(struct options *options, struct values *values, int option,
                        char *const argv[])
{
	switch (option) {
	case 'm': values->maildir = usage_value(PROGRAM, "--maildir", optarg); break;
	case 'l': values->layout = optarg; break;
	case 's': values->separator = optarg; break;
	case 'i': values->inbox = usage_value(PROGRAM, "--inbox", optarg); break;
	case 'S': options->store = usage_value(PROGRAM, "--store", optarg); break;
	case 'c': options->config = usage_value(PROGRAM, "--config", optarg); break;
	case 'n': values->names = optarg; break;
	default: watchoptions_take(&options->watch, PROGRAM, help, option, argv);
	}
}

void options_parse(struct options *options, int argc, char *const argv[])
{
	static const struct option known[] = {
		{ "maildir", required_argument, NULL, 'm' },
		{ "layout", required_argument, NULL, 'l' },
		{ "separator", required_argument, NULL, 's' },
		{ "inbox", required_argument, NULL, 'i' },
		{ "store", required_argument, NULL, 'S' },
		{ "config", required_argument, NULL, 'c' },
		{ "names", required_argument, NULL, 'n' },
		WATCHOPTIONS_ROWS,
	};
	static const char letters[] = ":m:l:s:i:S:c:n:" WATCHOPTIONS_LETTERS;
	struct values values = { .maildir = NULL };
	int option;

	*options = (struct options){ .layout.inbox = options->base_itself };
	watchoptions_start(&options->watch);
	while ((option = getopt_long(argc, argv, letters, known, NULL)) != -1)
		take_option(options, &values, option, argv);
	if (optind < argc)
		message_fatal(1, "'%s' is not an option" SEE, argv[optind]);
	check_store(options, &values);
	set_layout(options, &values);
	if (options->store != NULL)
		return;
	options->base = values.maildir != NULL ? path_absolute(values.maildir) : default_maildir();
	if (values.inbox != NULL)
		set_inbox(options, values.inbox);
}

void options_end(struct options *options)
{
	free(options->base);
	free(options->inbox);
	free(options->prefix);
	free(options->below);
	watchoptions_end(&options->watch);
}
