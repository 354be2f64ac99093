#include "watchoptions.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"
#include "message.h"
#include "usage.h"

void watchoptions_start(struct watchoptions *options)
{
	*options = (struct watchoptions){ .poll_interval = 10 * 1000 };
}

static void add_exclude(struct watchoptions *options, const char *pattern)
{
	options->exclude = memory_grow(options->exclude, &options->exclude_room,
	                               options->excludes + 1, sizeof *options->exclude);
	options->exclude[options->excludes++] = pattern;
}

/* For --version; returns the status to exit with. */
static int print_version(const char *program)
{
	char *text = memory_format("%s (mswatch) " PACKAGE_VERSION "\n", program);
	int status = message_document(text);

	free(text);
	return status;
}

void watchoptions_take(struct watchoptions *options, const char *program, const char *help,
                       int option, char *const argv[])
{
	switch (option) {
	case 'x': add_exclude(options, optarg); break;
	case 'a': options->all_events = true; break;
	case 'e': options->no_echo = true; break;
	case 'w': options->wait = true; break;
	case 'p': options->poll_interval = usage_interval(program, optarg); break;
	case WATCHOPTIONS_POLL_ONLY: options->poll_only = true; break;
	case 'h': exit(message_document(help));
	case 'V': exit(print_version(program));
	default: usage_refuse(option, argv, help, 1);
	}
}

enum encoding watchoptions_names(const char *program, const char *text)
{
	enum encoding encoding = ENCODING_NONE;

	if (!encoding_parse(text, &encoding))
		message_fatal(1, "--names is utf8 or utf7, not '%s'; see %s --help", text, program);
	return encoding;
}

char watchoptions_separator(const char *program, const char *text)
{
	if (strlen(text) != 1 || text[0] == '\n')
		message_fatal(1, "--separator takes one character, not '%s'; see %s --help", text,
		              program);
	return text[0];
}

bool watchoptions_exclude(const struct watchoptions *options, const char *name)
{
	for (size_t i = 0; i < options->excludes; i++)
		if (fnmatch(options->exclude[i], name, 0) == 0)
			return true;
	return false;
}

void watchoptions_end(struct watchoptions *options)
{
	free(options->exclude);
}
