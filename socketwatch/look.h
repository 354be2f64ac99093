/*
 * One look at the command: its processes, their sockets, and how much each
 * has moved.
 */
#ifndef SOCKETWATCH_LOOK_H
#define SOCKETWATCH_LOOK_H

#include <sys/types.h>

#include "sample.h"

/*
 * Fills found (empty before) for the tree below the guard.  Sockets is from
 * sockets_open().  Stopped becomes a process among them that a signal has
 * stopped, or 0.  Returns 0, or -1 with errno and found empty.
 */
int look(struct samples *found, int sockets, pid_t guard, pid_t *stopped);

#endif
