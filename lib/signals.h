/*
 * Signals as events: blocked, and read from a signalfd(2).
 */
#ifndef LIB_SIGNALS_H
#define LIB_SIGNALS_H

#include <stdbool.h>

/*
 * Blocks the signals of the list (ended by 0) and returns a non-blocking,
 * close-on-exec descriptor to read them from, or -1 with errno.  SIGPIPE is
 * ignored and SIGCHLD gets its default, whatever was inherited.  A SIGHUP
 * that was ignored at the start stays ignored (nohup(1)).
 */
int signals_open(const int *list);

/* The next signal that has come, or 0. */
int signals_next(int fd);

/*
 * For a program that has no signals to read: those that end programs end it,
 * as process 1 of a container too, where by default none does; there its dead
 * orphans are reaped.  SIGPIPE is ignored.
 */
void signals_end_program(void);

/*
 * For a new child before it executes a program: every signal at its default,
 * none blocked.
 */
void signals_reset(void);

/* Whether this signal is what a terminal stops a process by: Ctrl-Z, or for reading or writing. */
bool signals_is_terminals(int signal_number);

#endif
