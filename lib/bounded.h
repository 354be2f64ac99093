/* Writing to a descriptor that may block, and whose flags are not ours to change. */
#ifndef LIB_BOUNDED_H
#define LIB_BOUNDED_H

#include <stddef.h>
#include <sys/types.h>

/* The longest that a write may wait, in milliseconds. */
#define BOUNDED_WAIT 10

/*
 * As write(2), but what waits for a reader is broken off after BOUNDED_WAIT:
 * then what was written until then is returned, or -1 with EINTR.  Only one
 * thread may use it, and alarm(2) is put off by it.
 */
ssize_t bounded_write(int fd, const void *bytes, size_t count);

#endif
