/*
 * The kernel's answers about TCP connections (sock_diag(7)): from bytes to
 * connections, with no system call.
 */
#ifndef LIB_DIAGNOSIS_H
#define LIB_DIAGNOSIS_H

#include <stddef.h>
#include <stdint.h>

#include "address.h"

struct connection {
	uint64_t cookie;        /* the kernel's own name of the socket, never used again */
	uint32_t inode;         /* as in /proc/PID/fd */
	struct address source, destination;
	uint64_t bytes;         /* acknowledged by the other side, plus received */
};

enum diagnosis {
	DIAGNOSIS_MORE,         /* the answer goes on in the next message */
	DIAGNOSIS_DONE,         /* that was all */
	DIAGNOSIS_REFUSED,      /* the kernel answered with an error */
	DIAGNOSIS_STRANGE       /* no answer that we understand */
};

/* Called for each connection. */
typedef void diagnosis_take(void *context, const struct connection *connection);

/*
 * Reads one message of length bytes (aligned for any type); sets *error to
 * the errno of DIAGNOSIS_REFUSED.  Counters of too few kinds, as kernels
 * before 4.1 have them, make the answer DIAGNOSIS_STRANGE.
 */
enum diagnosis diagnosis_read(const void *message, size_t length, diagnosis_take *take,
                              void *context, int *error);

#endif
