/* Directories that must be there: waiting for those that are not yet, and where they are. */
#ifndef LIB_PRESENCE_H
#define LIB_PRESENCE_H

#include <stdbool.h>
#include <sys/stat.h>
#include <sys/types.h>

#include "clock.h"

/* A directory as it was last seen. */
struct presence {
	char *real;             /* its path without links, NULL for nothing; the caller frees it */
	dev_t device;
	ino_t inode;
};

/* What has become of it since. */
enum presence_fate {
	PRESENCE_SAME,
	PRESENCE_ELSEWHERE,     /* a link on its way leads elsewhere now */
	PRESENCE_GONE           /* moved, deleted or covered by a mount */
};

/* Tries to open the directory for reading; returns 0 or an errno. */
int presence_error(const char *path);

/*
 * The path, or where nothing is there the nearest one above it that something
 * is at, with its status.  The caller frees.
 */
char *presence_nearest(const char *path, struct stat *status);

/*
 * Waits until something happens in the nearest directory above path that
 * exists, or for the interval (milliseconds); says so unless *is_told, which it
 * sets.  False when nobody reads output any more.
 */
bool presence_wait(const char *path, int output, clock_ms interval, bool *is_told);

/* Notes where path leads to now; false when that is no directory, with errno when it is nothing. */
bool presence_note(struct presence *presence, const char *path);

/* Notes that nothing is there. */
void presence_forget(struct presence *presence);

/*
 * The same, and what that means.  A directory that was deleted (is_lost) may
 * have left its number to the next one.
 */
enum presence_fate presence_look(struct presence *presence, const char *path, bool is_lost);

#endif
