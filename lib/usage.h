/* Command lines that make no sense. */
#ifndef LIB_USAGE_H
#define LIB_USAGE_H

#include "clock.h"

/*
 * Ends the program for an argument that getopt_long(3) has refused with c (':'
 * or '?'; optstring begins with ':'): names it and says what is wrong, with
 * that status.  -? asks for the help, and gets it.
 */
_Noreturn void usage_refuse(int c, char *const argv[], const char *help, int status);

/*
 * The time that a watcher's --poll is given, in ms; one that makes no sense ends
 * the program, with status 1 and a hint at its --help.
 */
clock_ms usage_interval(const char *program, const char *text);

/* The value that an option of the program is given; an empty one ends it, in the same way. */
const char *usage_value(const char *program, const char *option, const char *value);

#endif
