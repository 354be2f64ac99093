#include "options.h"

#include <getopt.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "memory.h"
#include "message.h"
#include "path.h"
#include "usage.h"

/* Ends the messages about what makes no sense. */
#define PROGRAM "watch_mboxes"
#define SEE "; see " PROGRAM " --help"

static const char help[] =
	"Usage: watch_mboxes [OPTION]...\n"
	"Prints an empty line once it watches a directory of mbox files, then the name\n"
	"of each mailbox that changes; the empty line again when that may be any of them.\n"
	"\n"
	"  -m, --mboxes=DIR         watch DIR, not ~/mail\n"
	"  -i, --inbox=FILE         INBOX is FILE, below DIR or absolute, not $MAIL or\n"
	"                           /var/mail/USER\n"
	"  -s, --separator=CHAR     between the parts of a name (default: /)\n"
	"  -n, --names=ENCODING     print names as utf8 or utf7, not as they are\n"
	"  -x, --exclude=PATTERN    leave out mailboxes that match; repeatable\n"
	"  -a, --all-events         report also what no syncer can see\n"
	"  -e, --no-echo            don't report what a server writes for itself alone\n"
	"  -w, --wait               wait for a directory that does not exist yet\n"
	"  -p, --poll=SECONDS       where watching can't do: look so often (default 10)\n"
	"      --poll-only          watch nothing, look only\n"
	"  -h, -?, --help           print this\n"
	"  -V, --version            print the version\n";

static char *default_base(void)
{
	const char *home = getenv("HOME");
	char *joined, *result;

	if (home == NULL || home[0] == '\0')
		message_fatal(1, "no mailboxes to watch: neither --mboxes nor $HOME is set");
	joined = memory_format("%s/mail", home);
	result = path_absolute(joined);
	free(joined);
	return result;
}

static const char *user_name(void)
{
	const char *name = getenv("USER");
	const struct passwd *user;

	if (name == NULL || name[0] == '\0')
		name = getenv("LOGNAME");
	if (name != NULL && name[0] != '\0')
		return name;
	user = getpwuid(getuid());
	return user != NULL ? user->pw_name : NULL;
}

/* NULL where not even the user's name is known. */
static char *default_inbox(void)
{
	const char *mail = getenv("MAIL"), *name;

	if (mail != NULL && mail[0] != '\0')
		return path_absolute(mail);
	name = user_name();
	return name != NULL ? memory_format("/var/mail/%s", name) : NULL;
}

static char *directory_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return memory_format("%.*s", slash == path ? 1 : (int)(slash - path), path);
}

/* The path of a file that need not be there, without links as far as its directory goes. */
static char *resolve(const char *path)
{
	char *directory = directory_of(path), *real = realpath(directory, NULL), *result;

	result = memory_format("%s%s", real != NULL ? real : directory, strrchr(path, '/'));
	free(directory);
	free(real);
	return result;
}

/* INBOX's path below the base, where it lies there; NULL where it does not. */
static char *find_inside(const char *base, const char *inbox)
{
	char *real_base = realpath(base, NULL), *real = resolve(inbox), *result;
	const char *below = real_base != NULL ? path_below(real, real_base) : NULL;

	if (below == NULL)
		below = path_below(inbox, base);
	result = below != NULL && below[0] != '\0' ? path_tidy(below) : NULL;
	free(real_base);
	free(real);
	return result;
}

static void set_inbox(struct options *options, const char *inbox)
{
	options->is_inbox_asked = inbox != NULL;
	if (inbox == NULL)
		options->inbox = default_inbox();
	else
		options->inbox = inbox[0] == '/' ? path_absolute(inbox)
		                                 : memory_format("%s/%s", options->base, inbox);
	if (options->inbox == NULL)
		return;
	options->inside = find_inside(options->base, options->inbox);
	options->naming.inbox = options->inside;
	options->inbox_directory = directory_of(options->inbox);
}

/* Values that make sense only once all options are known; NULL: not given. */
struct values {
	const char *base, *inbox;
};

/* Takes one option, as getopt_long(3) has just returned it. */
static void take_option(struct options *options, struct values *values, int option,
                        char *const argv[])
{
	switch (option) {
	case 'm': values->base = usage_value(PROGRAM, "--mboxes", optarg); break;
	case 'i': values->inbox = usage_value(PROGRAM, "--inbox", optarg); break;
	case 's': options->naming.separator = watchoptions_separator(PROGRAM, optarg); break;
	case 'n': options->naming.encoding = watchoptions_names(PROGRAM, optarg); break;
	default: watchoptions_take(&options->watch, PROGRAM, help, option, argv);
	}
}

void options_parse(struct options *options, int argc, char *const argv[])
{
	static const struct option known[] = {
		{ "mboxes", required_argument, NULL, 'm' },
		{ "inbox", required_argument, NULL, 'i' },
		{ "separator", required_argument, NULL, 's' },
		{ "names", required_argument, NULL, 'n' },
		WATCHOPTIONS_ROWS,
	};
	static const char letters[] = ":m:i:s:n:" WATCHOPTIONS_LETTERS;
	struct values values = { .base = NULL };
	int option;

	*options = (struct options){ .naming.separator = '/' };
	watchoptions_start(&options->watch);
	while ((option = getopt_long(argc, argv, letters, known, NULL)) != -1)
		take_option(options, &values, option, argv);
	if (optind < argc)
		message_fatal(1, "'%s' is not an option" SEE, argv[optind]);
	options->naming.all = options->watch.all_events;
	options->base = values.base != NULL ? path_absolute(values.base) : default_base();
	set_inbox(options, values.inbox);
}

void options_end(struct options *options)
{
	free(options->base);
	free(options->inbox);
	free(options->inbox_directory);
	free(options->inside);
	watchoptions_end(&options->watch);
}
