/*
 * A command's processes, as /proc shows them (proc(5)).
 */
#ifndef LIB_PROCESSES_H
#define LIB_PROCESSES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct process {
	pid_t pid, parent, group, session;
	char state;             /* 'Z': dead, and not reaped yet */
	uint64_t used;          /* processor time, in clock ticks */
	uint64_t started;       /* in clock ticks since the machine started */
	bool ours;
};

struct processes {
	struct process *list;
	size_t count, room;
};

/*
 * Whether /proc is there and shows our own process namespace: the numbers of
 * another's are other processes here.  Sets errno where it does not.
 */
bool processes_shown(void);

/*
 * Finds the members of the group and all descendants of its leader, without
 * the leader itself.  Returns 0, or -1 with errno, also where processes_shown()
 * is false.
 */
int processes_find(struct processes *processes, pid_t leader);

/* Finds the members of the leader's session, without the leader itself; as processes_find(). */
int processes_find_session(struct processes *processes, pid_t leader);

/* Forgets them, and frees the list. */
void processes_free(struct processes *processes);

/* The fields of a line of /proc/PID/stat; false when it is none. */
bool process_parse(const char *line, struct process *process);

/* Reads the process's own; false when there is no such process. */
bool process_read(pid_t pid, struct process *process);

/* The bytes that the process has read and written so far; false when we may not know. */
bool process_bytes(const struct process *process, uint64_t *bytes);

/* Calls take with the inode of each socket that the process holds open. */
void process_sockets(const struct process *process, void (*take)(void *context, uint32_t inode),
                     void *context);

#endif
