#include "inodes.h"

#include <errno.h>
#include <stdlib.h>

#include "memory.h"

static void take(void *context, uint32_t inode)
{
	struct inodes *inodes = context;
	uint32_t *list = memory_extend(inodes->list, &inodes->room, inodes->count + 1,
	                               sizeof *list);

	if (list == NULL) {
		inodes->short_of_memory = true;
		return;
	}
	inodes->list = list;
	list[inodes->count++] = inode;
}

static int compare(const void *a, const void *b)
{
	const uint32_t *first = a, *second = b;

	return (*first > *second) - (*first < *second);
}

int inodes_find(struct inodes *inodes, const struct processes *processes)
{
	*inodes = (struct inodes){ .list = NULL };
	for (size_t i = 0; i < processes->count; i++)
		process_sockets(&processes->list[i], take, inodes);
	if (inodes->short_of_memory) {
		inodes_free(inodes);
		errno = ENOMEM;
		return -1;
	}
	if (inodes->count > 0)
		qsort(inodes->list, inodes->count, sizeof *inodes->list, compare);
	return 0;
}

bool inodes_hold(const struct inodes *inodes, uint32_t inode)
{
	return inodes->count > 0 && bsearch(&inode, inodes->list, inodes->count,
	                                    sizeof *inodes->list, compare) != NULL;
}

void inodes_free(struct inodes *inodes)
{
	free(inodes->list);
	*inodes = (struct inodes){ .list = NULL };
}
