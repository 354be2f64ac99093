#include "processes.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "descriptors.h"
#include "memory.h"

/* Reads a small file of a process; false when it is not there, or not for us. */
static bool file_read(pid_t pid, const char *name, char *text, size_t room)
{
	char path[64];

	snprintf(path, sizeof path, "/proc/%d/%s", pid, name);
	return descriptors_read_text(path, text, room) > 0;
}

/* The name is in parentheses and may hold anything; proc(5) counts the fields. */
bool process_parse(const char *line, struct process *process)
{
	const char *rest = strrchr(line, ')');
	uint64_t user, system;

	process->ours = false;
	if (rest == NULL || sscanf(line, "%d", &process->pid) != 1 ||
	    sscanf(rest, ") %c %d %d %d %*d %*d %*u %*u %*u %*u %*u %" SCNu64 " %" SCNu64
	           " %*d %*d %*d %*d %*d %*d %" SCNu64, &process->state, &process->parent,
	           &process->group, &process->session, &user, &system, &process->started) != 7)
		return false;
	process->used = user + system;
	return true;
}

bool process_read(pid_t pid, struct process *process)
{
	char line[1024];

	return file_read(pid, "stat", line, sizeof line) && process_parse(line, process);
}

static int process_add(struct processes *processes, const struct process *process)
{
	struct process *list = memory_extend(processes->list, &processes->room,
	                                     processes->count + 1, sizeof *list);

	if (list == NULL)
		return -1;
	processes->list = list;
	list[processes->count++] = *process;
	return 0;
}

bool processes_shown(void)
{
	char self[32];
	ssize_t length = readlink("/proc/self", self, sizeof self - 1);

	if (length == -1)
		return false;
	self[length] = '\0';
	errno = ESRCH;
	return strtol(self, NULL, 10) == getpid();
}

static int list_numbers(struct processes *processes)
{
	DIR *directory = processes_shown() ? opendir("/proc") : NULL;
	struct process process;
	struct dirent *entry;
	int result = 0;

	if (directory == NULL)
		return -1;
	while (result == 0 && (entry = readdir(directory)) != NULL) {
		if (entry->d_name[0] < '1' || entry->d_name[0] > '9')
			continue;
		if (!process_read((pid_t)strtol(entry->d_name, NULL, 10), &process))
			continue;
		result = process_add(processes, &process);
	}
	closedir(directory);
	return result;
}

static int compare(const void *a, const void *b)
{
	const struct process *first = a, *second = b;

	return (first->pid > second->pid) - (first->pid < second->pid);
}

static const struct process *process_find(const struct processes *processes, pid_t pid)
{
	const struct process like = { .pid = pid };

	return bsearch(&like, processes->list, processes->count, sizeof like, compare);
}

static bool is_ours(const struct processes *processes, const struct process *process, pid_t leader)
{
	const struct process *parent;

	if (process->parent == leader || process->group == leader)
		return true;
	parent = process_find(processes, process->parent);
	return parent != NULL && parent->ours;
}

/* Numbers go round, so that a parent may have a greater one than its child. */
static void descendants_mark(struct processes *processes, pid_t leader)
{
	bool more = true;

	while (more) {
		more = false;
		for (size_t i = 0; i < processes->count; i++) {
			struct process *process = &processes->list[i];

			if (process->ours || process->pid == leader ||
			    !is_ours(processes, process, leader))
				continue;
			process->ours = more = true;
		}
	}
}

static int begin(struct processes *processes)
{
	int error;

	*processes = (struct processes){ .list = NULL };
	if (list_numbers(processes) == 0)
		return 0;
	error = errno;
	processes_free(processes);
	errno = error;
	return -1;
}

static void keep_ours(struct processes *processes)
{
	size_t kept = 0;

	for (size_t i = 0; i < processes->count; i++)
		if (processes->list[i].ours)
			processes->list[kept++] = processes->list[i];
	processes->count = kept;
}

int processes_find(struct processes *processes, pid_t leader)
{
	if (begin(processes) == -1)
		return -1;
	if (processes->count > 0)
		qsort(processes->list, processes->count, sizeof *processes->list, compare);
	descendants_mark(processes, leader);
	keep_ours(processes);
	return 0;
}

int processes_find_session(struct processes *processes, pid_t leader)
{
	if (begin(processes) == -1)
		return -1;
	for (size_t i = 0; i < processes->count; i++) {
		struct process *process = &processes->list[i];

		process->ours = process->session == leader && process->pid != leader;
	}
	keep_ours(processes);
	return 0;
}

void processes_free(struct processes *processes)
{
	free(processes->list);
	*processes = (struct processes){ .list = NULL };
}

bool process_bytes(const struct process *process, uint64_t *bytes)
{
	uint64_t got = 0, wrote = 0;
	char text[512];

	if (!file_read(process->pid, "io", text, sizeof text) ||
	    sscanf(text, "rchar: %" SCNu64 " wchar: %" SCNu64, &got, &wrote) != 2)
		return false;
	*bytes = got + wrote;
	return true;
}

void process_sockets(const struct process *process, void (*take)(void *context, uint32_t inode),
                     void *context)
{
	struct dirent *entry;
	char path[64], target[64];
	DIR *directory;
	uint32_t inode;
	ssize_t length;

	snprintf(path, sizeof path, "/proc/%d/fd", process->pid);
	directory = opendir(path);
	if (directory == NULL)
		return;
	while ((entry = readdir(directory)) != NULL) {
		length = readlinkat(dirfd(directory), entry->d_name, target, sizeof target - 1);
		if (length <= 0)
			continue;
		target[length] = '\0';
		if (sscanf(target, "socket:[%" SCNu32 "]", &inode) == 1)
			take(context, inode);
	}
	closedir(directory);
}
