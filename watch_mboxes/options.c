#include "options.h"

#include <fnmatch.h>
#include <getopt.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "encoding.h"
#include "memory.h"
#include "message.h"
#include "path.h"
#include "usage.h"

#define POLL_ONLY 256

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

static void set_separator(struct options *options, const char *text)
{
	if (strlen(text) != 1 || text[0] == '\n')
		message_fatal(1, "--separator takes one character, not '%s'" SEE, text);
	options->naming.separator = text[0];
}

static void set_names(struct options *options, const char *text)
{
	if (!encoding_parse(text, &options->naming.encoding))
		message_fatal(1, "--names is utf8 or utf7, not '%s'" SEE, text);
}

static void add_exclude(struct options *options, const char *pattern)
{
	options->exclude = memory_grow(options->exclude, &options->exclude_room,
	                               options->excludes + 1, sizeof *options->exclude);
	options->exclude[options->excludes++] = pattern;
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
	case 's': set_separator(options, optarg); break;
	case 'n': set_names(options, optarg); break;
	case 'x': add_exclude(options, optarg); break;
	case 'a': options->all_events = options->naming.all = true; break;
	case 'e': options->no_echo = true; break;
	case 'w': options->wait = true; break;
	case 'p': options->poll_interval = usage_interval(PROGRAM, optarg); break;
	case POLL_ONLY: options->poll_only = true; break;
	case 'h': exit(message_document(help));
	case 'V': exit(message_document("watch_mboxes (mswatch) " PACKAGE_VERSION "\n"));
	default: usage_refuse(option, argv, help, 1);
	}
}

void options_parse(struct options *options, int argc, char *const argv[])
{
	static const struct option known[] = {
		{ "mboxes", required_argument, NULL, 'm' },
		{ "inbox", required_argument, NULL, 'i' },
		{ "separator", required_argument, NULL, 's' },
		{ "names", required_argument, NULL, 'n' },
		{ "exclude", required_argument, NULL, 'x' },
		{ "all-events", no_argument, NULL, 'a' },
		{ "no-echo", no_argument, NULL, 'e' },
		{ "wait", no_argument, NULL, 'w' },
		{ "poll", required_argument, NULL, 'p' },
		{ "poll-only", no_argument, NULL, POLL_ONLY },
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'V' },
		{ NULL, 0, NULL, 0 },
	};
	struct values values = { .base = NULL };
	int option;

	*options = (struct options){ .naming.separator = '/', .poll_interval = 10 * 1000 };
	while ((option = getopt_long(argc, argv, ":m:i:s:n:x:aewp:hV", known, NULL)) != -1)
		take_option(options, &values, option, argv);
	if (optind < argc)
		message_fatal(1, "'%s' is not an option" SEE, argv[optind]);
	options->base = values.base != NULL ? path_absolute(values.base) : default_base();
	set_inbox(options, values.inbox);
}

bool options_exclude(const struct options *options, const char *name)
{
	for (size_t i = 0; i < options->excludes; i++)
		if (fnmatch(options->exclude[i], name, 0) == 0)
			return true;
	return false;
}

void options_end(struct options *options)
{
	free(options->base);
	free(options->inbox);
	free(options->inbox_directory);
	free(options->inside);
	free(options->exclude);
}
