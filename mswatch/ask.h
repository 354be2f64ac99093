/*
 * mswatch as the client of one that runs: asks it by the control channel, and
 * where that is silent goes by the lock that the other one holds.
 */
#ifndef MSWATCH_ASK_H
#define MSWATCH_ASK_H

#include "control/client.h"

/* The exit status that says that none runs. */
#define ASK_NONE_RUNS 3

/*
 * Asks the mswatch of the configuration, an open file (-1: it is not there any
 * more) and its name.  Returns the exit status.  CONTROL_STOP returns when
 * nothing of it is left, with 0 also where none runs.
 */
int ask(int file, const char *name, enum control_command command, const char *const *argument,
        size_t count);

#endif
