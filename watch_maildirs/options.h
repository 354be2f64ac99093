/* The command line and the environment: what to watch, and how. */
#ifndef WATCH_MAILDIRS_OPTIONS_H
#define WATCH_MAILDIRS_OPTIONS_H

#include "layout.h"
#include "watchoptions.h"

struct options {
	const char *store;      /* what base, inbox and layout are left to, of that name in */
	const char *config;     /* this file of mbsync's, or its own; NULL each: not said */
	char *base;             /* the Maildir, or the directory of mailboxes; absolute */
	char base_itself[1];    /* "", where what is asked at each delivery lies */
	char *inbox;            /* an INBOX outside the base, absolute; or NULL */
	char *prefix, *below;   /* layout's own texts, where a store decides; or NULL */
	struct layout layout;
	struct watchoptions watch;
};

/*
 * Reads them, but what a store decides (store.h); ends the program after --help and --version
 * (status 0), and with a message and status 1 for what makes no sense.
 */
void options_parse(struct options *options, int argc, char *const argv[]);

/* Frees what the options hold. */
void options_end(struct options *options);

#endif
