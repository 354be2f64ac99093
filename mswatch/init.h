/* mswatch --init: a configuration for a channel of mbsync. */
#ifndef MSWATCH_INIT_H
#define MSWATCH_INIT_H

/*
 * Prints a configuration for mbsync's channel or Group of that name on stdout,
 * and on stderr what is doubtful in it.  Host, as ssh takes it, is where the
 * server is watched; NULL: it is watched over IMAP.  File is mbsync's
 * configuration; NULL: the one that mbsync takes.  Returns the exit status: 0,
 * or 1 when it could not be printed; what makes it impossible ends the program.
 */
int init_show(const char *name, const char *host, const char *file);

#endif
