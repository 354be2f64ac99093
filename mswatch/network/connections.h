/*
 * What became of the TCP connections of a watcher, when something that they
 * may have depended on has gone: looked up in the kernel's socket diagnostics
 * and /proc, and judged by what is known of the interfaces.
 */
#ifndef MSWATCH_CONNECTIONS_H
#define MSWATCH_CONNECTIONS_H

#include <stdbool.h>
#include <sys/types.h>

#include "interfaces.h"

enum connections_fate {
	CONNECTIONS_NONE,       /* it has none of its own, or nobody can tell */
	CONNECTIONS_STAND,
	CONNECTIONS_LOST        /* the address of one has gone, or its link had no carrier */
};

struct connections {
	enum connections_fate fate;
	bool way;               /* there is a way to try again now */
};

/* Whether any connection of this host may be lost, whosever it is; needs no look at /proc. */
bool connections_suspect(const struct interfaces *interfaces);

/*
 * Looks at the connections of the processes below the guard, but for those
 * within this host, which tell nothing.
 */
struct connections connections_look(const struct interfaces *interfaces, pid_t guard);

#endif
