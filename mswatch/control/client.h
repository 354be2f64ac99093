/* The control channel, the end of somebody who asks. */
#ifndef MSWATCH_CONTROL_CLIENT_H
#define MSWATCH_CONTROL_CLIENT_H

#include <stddef.h>

#include "control.h"
#include "request.h"

/* How long an mswatch may take to say that it is there, in ms. */
#define CLIENT_PATIENCE 10000

enum client_result {
	CLIENT_ANSWERED,
	CLIENT_NONE,   /* nobody listens */
	CLIENT_FROZEN, /* somebody does, but says nothing */
	CLIENT_LOST    /* the answer broke off: it has ended meanwhile */
};

/*
 * Asks the mswatch of the configuration of these names (control.h), of which
 * any may be NULL, and prints what it answers.  *status becomes the exit status that it gives.  A
 * request that is none (see request_format()) ends the program.
 */
enum client_result client_ask(const char *const names[CONTROL_NAMES], enum control_command command,
                              const char *const *argument, size_t count, int *status);

#endif
