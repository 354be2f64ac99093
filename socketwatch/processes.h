/*
 * The command's processes, as /proc shows them (proc(5)).
 */
#ifndef SOCKETWATCH_PROCESSES_H
#define SOCKETWATCH_PROCESSES_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "process.h"

struct processes {
	struct process *list;
	size_t count, room;
};

/*
 * Finds the members of the group and all descendants of its leader, without
 * the leader itself; those who left the group count as its members.  Returns
 * 0, or -1 with errno.
 */
int processes_find(struct processes *processes, pid_t leader);

/* Forgets them, and frees the list. */
void processes_free(struct processes *processes);

/* The bytes that the process has read and written so far; 0 when we may not know. */
uint64_t process_bytes(const struct process *process);

/* Calls take with the inode of each socket that the process holds open. */
void process_sockets(const struct process *process, void (*take)(void *context, uint32_t inode),
                     void *context);

#endif
