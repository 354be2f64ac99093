/* Directories that must be there, and waiting for those that are not yet. */
#ifndef LIB_PRESENCE_H
#define LIB_PRESENCE_H

#include <stdbool.h>

#include "clock.h"

/* Tries to open the directory for reading; returns 0 or an errno. */
int presence_error(const char *path);

/*
 * Waits until something happens in the nearest directory above path that
 * exists, or for the interval.  False when nobody reads output any more.
 */
bool presence_wait(const char *path, int output, clock_ms interval);

#endif
