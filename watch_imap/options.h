/* The command line of watch_imap. */
#ifndef WATCH_IMAP_OPTIONS_H
#define WATCH_IMAP_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "clock.h"

/* How many mailboxes may have a connection of their own. */
enum { OPTIONS_IDLES = 4 };

/* How often something is said to the server by itself, in ms: it and SESSION_DONE_LIMIT are
 * the time in which a line that is dead is noticed. */
#define OPTIONS_KEEP 240000

struct options {
	const char *store;
	const char *file;               /* NULL: what the installed mbsync takes */
	const char *idle[OPTIONS_IDLES];
	size_t idles;
	char **exclude;
	size_t excludes, exclude_room;
	clock_ms keep;
	clock_ms poll;                  /* 0: by what the server can do */
	bool utf8, test, verbose;
};

/* Reads it; ends the program for --help, --version, and what makes no sense. */
void options_parse(struct options *options, int argc, char *const argv[]);

void options_end(struct options *options);

#endif
