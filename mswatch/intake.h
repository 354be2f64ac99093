/* Our end of the pipe that a child writes to: read by the loop, and never waited for. */
#ifndef MSWATCH_INTAKE_H
#define MSWATCH_INTAKE_H

#include <stddef.h>

#include "loop.h"

/* Takes bytes as they were read. */
typedef void intake_take(void *context, const char *bytes, size_t count);

struct intake {
	struct loop *loop;
	struct loop_watch watch;
	int fd;                 /* -1: no pipe, or it is at its end */
	intake_take *take;
	void *context;
};

/* No pipe yet; what comes by any goes to take. */
void intake_init(struct intake *intake, struct loop *loop, intake_take *take, void *context);

/*
 * Makes the pipe for a new child.  Returns the end for the child, which the
 * caller closes, or -1 with errno.
 */
int intake_open(struct intake *intake);

/* Takes what is there, without waiting. */
void intake_drain(struct intake *intake);

/* Takes what is there, and closes our end: whoever still writes is not waited for. */
void intake_close(struct intake *intake);

#endif
