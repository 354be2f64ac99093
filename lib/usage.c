#include "usage.h"

#include <getopt.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "message.h"

/* Getopt moves on only behind the last letter of a word: the refused one is in this or the last. */
static const char *refused_word(char *const argv[])
{
	const char *last = argv[optind - 1], *word = argv[optind];

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
