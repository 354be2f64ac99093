/* Command lines that make no sense. */
#ifndef LIB_USAGE_H
#define LIB_USAGE_H

/*
 * Ends the program for an argument that getopt_long(3) has refused with c (':'
 * or '?'; optstring begins with ':'): names it and says what is wrong, with
 * that status.  -? asks for the help, and gets it.
 */
_Noreturn void usage_refuse(int c, char *const argv[], const char *help, int status);

#endif
