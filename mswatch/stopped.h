/*
 * A child that is found stopped, or can't be killed (child.h): nothing may
 * stand still in silence.
 */
#ifndef MSWATCH_STOPPED_H
#define MSWATCH_STOPPED_H

#include "child.h"

/*
 * To be called after child_read().  A child that stopped as one does that
 * wants a terminal is ended, and so has failed; any other stop is somebody's
 * wish, and told once in the child's life, with its name.
 */
void stopped_take(struct child *child, const char *name);

/* The same for what SIGKILL leaves of it, which is waited for; told is whether that was said. */
void left_take(const struct child *child, bool *told, const char *name);

#endif
