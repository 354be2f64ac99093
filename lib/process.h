/* A process, as /proc shows it (proc(5)). */
#ifndef LIB_PROCESS_H
#define LIB_PROCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct process {
	pid_t pid, parent, group;
	uint64_t started;       /* in clock ticks since the machine started */
};

/* The fields of a line of /proc/PID/stat; false when it is none. */
bool process_parse(const char *line, struct process *process);

/* Reads a process's /proc/PID/stat; false when it is not there. */
bool process_read(pid_t pid, struct process *process);

/*
 * Reads the beginning of a file of a process, as text that fits in room;
 * false when it is not there, empty, or not for us.
 */
bool process_file(pid_t pid, const char *name, char *text, size_t room);

#endif
