/* What a configuration file says, and what its channel means. */
#ifndef MSWATCH_SETTINGS_H
#define MSWATCH_SETTINGS_H

#include <stdbool.h>

#include "config/config.h"
#include "subject.h"

struct settings {
	struct config *config;
	struct subject *subject;        /* NULL: it has no channel, or this was not read yet */
	struct settings *former;        /* for whoever keeps a list */
};

/*
 * Opens the file to be read.  Returns the descriptor, or -1: the error was told,
 * and *status is the exit status for it.
 */
int settings_open(const char *name, int *status);

/*
 * Reads the configuration from an open file of this name.  NULL: each error was
 * told, and *status is the exit status for them.
 */
struct settings *settings_read(int file, const char *name, int *status);

/*
 * Reads what its channel means, if it has one; thorough: as subject_read() says.
 * False: each error was told, and *status is as above.
 */
bool settings_complete(struct settings *settings, const char *name, bool thorough, int *status);

/* Frees both; NULL is allowed. */
void settings_free(struct settings *settings);

#endif
