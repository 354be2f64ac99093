/* The options that all watchers of files have: which changes to tell, and how to see them. */
#ifndef LIB_WATCHOPTIONS_H
#define LIB_WATCHOPTIONS_H

#include <getopt.h>
#include <stdbool.h>
#include <stddef.h>

#include "clock.h"
#include "encoding.h"

struct watchoptions {
	const char **exclude;   /* patterns of fnmatch(3) */
	size_t excludes, exclude_room;
	bool all_events;
	bool no_echo;
	bool wait;
	bool poll_only;
	clock_ms poll_interval;
};

/* Of the long option that has no letter. */
#define WATCHOPTIONS_POLL_ONLY 256

/* Their letters and rows for getopt_long(3), with --help and --version. */
#define WATCHOPTIONS_LETTERS "x:aewp:hV"
#define WATCHOPTIONS_ROWS \
	{ "exclude", required_argument, NULL, 'x' }, \
	{ "all-events", no_argument, NULL, 'a' }, \
	{ "no-echo", no_argument, NULL, 'e' }, \
	{ "wait", no_argument, NULL, 'w' }, \
	{ "poll", required_argument, NULL, 'p' }, \
	{ "poll-only", no_argument, NULL, WATCHOPTIONS_POLL_ONLY }, \
	{ "help", no_argument, NULL, 'h' }, \
	{ "version", no_argument, NULL, 'V' }, \
	{ NULL, 0, NULL, 0 }

/* Starts with what holds when no option is given. */
void watchoptions_start(struct watchoptions *options);

/*
 * Takes one option of the program, as getopt_long(3) has just returned it.  Ends the
 * program after --help and --version (status 0), and with a message and status 1 for
 * what makes no sense: also each option that is none of these.
 */
void watchoptions_take(struct watchoptions *options, const char *program, const char *help,
                       int option, char *const argv[]);

/* What --names is given; the program ends in the same way. */
enum encoding watchoptions_names(const char *program, const char *text);

/* What --separator is given; the program ends in the same way. */
char watchoptions_separator(const char *program, const char *text);

/* Whether the name, or a nameless mailbox's path, matches a pattern of --exclude. */
bool watchoptions_exclude(const struct watchoptions *options, const char *name);

/* Frees what they hold. */
void watchoptions_end(struct watchoptions *options);

#endif
