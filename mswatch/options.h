/* What the command line asks for. */
#ifndef MSWATCH_OPTIONS_H
#define MSWATCH_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "control/request.h"
#include "engine/options.h"

enum task {
	TASK_RUN,               /* keep mailstores synchronized */
	TASK_TEST,              /* say how the configuration is understood */
	TASK_CHECK,             /* try what it starts, each once */
	TASK_INIT,              /* print a new one */
	TASK_ASK                /* ask the mswatch that runs */
};

struct options {
	enum task task;
	struct engine_options engine;
	const char *file;               /* the configuration, or NULL: the usual one */
	bool replace;                   /* an mswatch that runs for it is ended first */
	const char *channel, *host;     /* TASK_INIT; host or NULL */
	const char *mbsyncrc;           /* mbsync's configuration, or NULL: the usual one */
	enum control_command command;   /* TASK_ASK */
	const char *form;               /* of the status, or NULL */
	const char *const *operand;     /* with the command */
	size_t operands;
};

/*
 * Reads the arguments of main().  What is wrong ends the program, with a message;
 * so do --help and --version.
 */
void options_read(struct options *options, int argc, char *argv[]);

#endif
