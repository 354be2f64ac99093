#include "look.h"

#include <errno.h>
#include <stdlib.h>

#include "memory.h"
#include "processes.h"
#include "sockets.h"

struct inodes {
	uint32_t *list;
	size_t count, room;
};

/* What the listing of all connections is matched with. */
struct match {
	struct inodes inodes;
	struct samples *found;
};

static void inode_take(void *context, uint32_t inode)
{
	struct inodes *inodes = context;

	inodes->list = memory_grow(inodes->list, &inodes->room, inodes->count + 1,
	                           sizeof *inodes->list);
	inodes->list[inodes->count++] = inode;
}

static int compare(const void *a, const void *b)
{
	const uint32_t *first = a, *second = b;

	return (*first > *second) - (*first < *second);
}

static void connection_take(void *context, const struct connection *connection)
{
	const struct match *match = context;
	const struct sample sample = {
		.kind = SAMPLE_SOCKET, .name = { connection->cookie }, .bytes = connection->bytes,
	};

	if (match->inodes.count > 0 &&
	    bsearch(&connection->inode, match->inodes.list, match->inodes.count,
	            sizeof *match->inodes.list, compare) != NULL)
		samples_add(match->found, &sample);
}

static void processes_look(const struct processes *processes, struct match *match)
{
	struct sample sample = { .kind = SAMPLE_PROCESS };
	size_t i;

	for (i = 0; i < processes->count; i++) {
		const struct process *process = &processes->list[i];

		sample.name[0] = process->started;
		sample.name[1] = (uint64_t)process->pid;
		sample.bytes = process_bytes(process);
		samples_add(match->found, &sample);
		process_sockets(process, inode_take, &match->inodes);
	}
	if (match->inodes.count > 0)
		qsort(match->inodes.list, match->inodes.count, sizeof *match->inodes.list, compare);
}

int look(struct samples *found, int sockets, pid_t guard)
{
	struct match match = { .found = found };
	struct processes processes;
	int result, error;

	if (processes_find(&processes, guard) == -1)
		return -1;
	processes_look(&processes, &match);
	processes_free(&processes);
	result = sockets_list(sockets, connection_take, &match);
	error = errno;
	free(match.inodes.list);
	if (result == -1)
		samples_free(found);
	errno = error;
	return result;
}
