#include "look.h"

#include <errno.h>

#include "inodes.h"
#include "processes.h"
#include "sockets.h"

/*
 * Where its bytes are not shown (a kernel without CONFIG_TASK_IO_ACCOUNTING, other rights,
 * a container's rules) a process gets on while it uses the processor: a source of its own.
 */
#define BY_TIME ((uint64_t)1 << 32)

/* What the listing of all connections is matched with. */
struct match {
	struct inodes inodes;
	struct samples *found;
};

static void connection_take(void *context, const struct connection *connection)
{
	const struct match *match = context;
	const struct sample sample = {
		.kind = SAMPLE_SOCKET, .name = { connection->cookie }, .bytes = connection->bytes,
	};

	if (inodes_hold(&match->inodes, connection->inode))
		samples_add(match->found, &sample);
}

static void processes_look(const struct processes *processes, struct samples *found)
{
	struct sample sample = { .kind = SAMPLE_PROCESS };

	for (size_t i = 0; i < processes->count; i++) {
		const struct process *process = &processes->list[i];

		sample.name[0] = process->started;
		sample.name[1] = (uint64_t)process->pid;
		if (!process_bytes(process, &sample.bytes)) {
			sample.name[1] |= BY_TIME;
			sample.bytes = process->used;
		}
		samples_add(found, &sample);
	}
}

static pid_t find_stopped(const struct processes *processes)
{
	for (size_t i = 0; i < processes->count; i++)
		if (processes->list[i].state == 'T')
			return processes->list[i].pid;
	return 0;
}

int look(struct samples *found, int sockets, pid_t guard, pid_t *stopped)
{
	struct match match = { .found = found };
	struct processes processes;
	int result, error;

	if (processes_find(&processes, guard) == -1)
		return -1;
	*stopped = find_stopped(&processes);
	processes_look(&processes, found);
	result = inodes_find(&match.inodes, &processes);
	if (result == 0)
		result = sockets_list(sockets, connection_take, &match);
	error = errno;
	processes_free(&processes);
	inodes_free(&match.inodes);
	if (result == -1)
		samples_free(found);
	errno = error;
	return result;
}
