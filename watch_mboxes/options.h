/* The command line and the environment: what to watch, and how. */
#ifndef WATCH_MBOXES_OPTIONS_H
#define WATCH_MBOXES_OPTIONS_H

#include <stdbool.h>

#include "naming.h"
#include "watchoptions.h"

struct options {
	char *base;             /* the directory of mailboxes; absolute */
	char *inbox;            /* INBOX's file, wherever it is, absolute; or NULL */
	char *inbox_directory;  /* that it is in */
	bool is_inbox_asked;    /* by --inbox */
	struct naming naming;
	char *inside;           /* what naming.inbox is, or NULL */
	struct watchoptions watch;
};

/*
 * Reads them; ends the program after --help and --version (status 0), and
 * with a message and status 1 for what makes no sense.
 */
void options_parse(struct options *options, int argc, char *const argv[]);

/* Frees what the options hold. */
void options_end(struct options *options);

#endif
