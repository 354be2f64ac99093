/*
 * The sockets that processes hold open, by their inodes (proc(5)).
 */
#ifndef LIB_INODES_H
#define LIB_INODES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "processes.h"

struct inodes {
	uint32_t *list;         /* sorted */
	size_t count, room;
	bool short_of_memory;
};

/*
 * Finds the sockets of all these processes; what we may not look into has
 * none.  Returns 0, or -1 with errno and none found.
 */
int inodes_find(struct inodes *inodes, const struct processes *processes);

/* Whether the socket is among them. */
bool inodes_hold(const struct inodes *inodes, uint32_t inode);

/* Forgets them, and frees the list. */
void inodes_free(struct inodes *inodes);

#endif
