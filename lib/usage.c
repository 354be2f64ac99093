#include "usage.h"

#include <getopt.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "duration.h"
#include "message.h"

/*
 * Getopt moves on only behind the last letter of a word: the refused one is in this or the last.
 * For an argument that is missing at the end musl's moves on once more, behind argv's end.
 */
static const char *refused_word(char *const argv[])
{
	int next = argv[optind - 1] == NULL ? optind - 1 : optind;
	const char *last = argv[next - 1], *word = argv[next];

	return optopt != 0 && word != NULL && word[0] == '-' && strchr(word, optopt) != NULL &&
	       strrchr(last, optopt) == NULL ? word : last;
}

void usage_refuse(int c, char *const argv[], const char *help, int status)
{
	const char *word = refused_word(argv);
	bool is_known = optopt != 0 && strncmp(word, "--", 2) == 0;

	if (c == '?' && optopt == '?')
		exit(message_document(help));
	message_fatal(status, "%s: %s (see --help)", word, c == ':' ? "needs an argument"
	              : is_known ? "takes no argument" : "no such option");
}

clock_ms usage_interval(const char *program, const char *text)
{
	clock_ms interval = 0;
	const char *problem = duration_parse(text, &interval);

	if (problem != NULL)
		message_fatal(1, "--poll: '%s': %s", text, problem);
	if (interval < 10)
		message_fatal(1, "--poll takes a time above 0.01 seconds, not '%s'; see %s --help",
		              text, program);
	return interval;
}

const char *usage_value(const char *program, const char *option, const char *value)
{
	if (value[0] == '\0')
		message_fatal(1, "option %s needs a value that is not empty; see %s --help", option,
		              program);
	return value;
}
