/*
 * What the setting channel means: reads the configuration of mbsync, asks
 * which version is installed, and finds which of its stores each of ours is.
 */
#ifndef MSWATCH_SUBJECT_H
#define MSWATCH_SUBJECT_H

#include <stdbool.h>

#include "config/config.h"
#include "mbsyncsubject.h"

struct subject {
	char *file;                     /* mbsync's configuration */
	bool known;                     /* the version is; otherwise the file is read as 1.5 does */
	struct mbsyncrc *rc;
	struct mbsyncsubject what;
	const struct mbsyncrc_store **store;    /* each of config's, in its order */
};

/*
 * Reads it for config, which has a channel; name is that configuration's file.
 * What is wrong with mbsync's file is told on stderr; thorough: so is what mbsync
 * can't sync though it takes the file.  NULL, with an error told: mswatch can't
 * go on.
 */
struct subject *subject_read(const struct config *config, const char *name, bool thorough);

/*
 * The program called mbsync in a command, with what is behind it, whatever wrappers
 * run it; NULL: it can't be told, or there is none.
 */
char *const *subject_mbsync(char *const *words);

/* Frees all of it; NULL is allowed. */
void subject_free(struct subject *subject);

#endif
