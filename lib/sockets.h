/*
 * The TCP connections of this network namespace, from the kernel's socket
 * diagnostics (sock_diag(7)).  Needs no privilege.
 */
#ifndef LIB_SOCKETS_H
#define LIB_SOCKETS_H

#include "diagnosis.h"

/* Opens the kernel's side; returns a descriptor, or -1 with errno. */
int sockets_open(void);

/*
 * Calls take for every connection over IPv4 and IPv6; a listening socket is
 * none.  Returns 0, or -1 with errno.
 */
int sockets_list(int fd, diagnosis_take *take, void *context);

#endif
