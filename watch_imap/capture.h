/* What a command prints: PassCmd and UserCmd. */
#ifndef WATCH_IMAP_CAPTURE_H
#define WATCH_IMAP_CAPTURE_H

#include "secret.h"

/*
 * Runs the command by sh -c, with /dev/null as its stdin, in a session of its
 * own without a terminal, for a minute at most, and adds the first line of its
 * output to line.  What it leaves in a session of its own stays, and is not waited
 * for.  Returns NULL, or in words, which the caller frees, why there
 * is none: its status has to be 0.
 */
char *capture_line(const char *command, struct secret *line);

#endif
