/*
 * How a sync ended, as hooks are told of it.
 */
#ifndef MSWATCH_OUTCOME_H
#define MSWATCH_OUTCOME_H

#include <stdbool.h>

#include "clock.h"

/* Room for the error, in bytes. */
#define OUTCOME_ROOM 1000

struct outcome {
	bool success;
	int status;             /* exit status, or 128 + N */
	clock_ms lasted;
	char error[OUTCOME_ROOM];       /* its end and its last line, as it wrote it; or "" */
};

/* Variables for the environment, "NAME=VALUE", behind the last one NULL. */
#define OUTCOME_VARIABLES 5

struct outcome_environment {
	char *variable[OUTCOME_VARIABLES + 1];
};

/*
 * Makes the variables that say what came of the sync, and that these stores, whose
 * names have blanks between them, had reported something.  False: no memory.
 */
bool outcome_describe(const struct outcome *outcome, const char *stores,
                      struct outcome_environment *environment);

/* Frees the variables, those of a failed outcome_describe() and none (all zero) too. */
void outcome_free(struct outcome_environment *environment);

#endif
