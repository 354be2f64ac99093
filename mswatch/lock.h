/*
 * One mswatch per configuration.
 *
 * The lock is two abstract sockets (unix(7)) of the user: one for the file's
 * inode, one for its real path, so that neither a second name nor an editor
 * that saves by rename gets past it.  No file is written, and a socket of
 * another user is passed over, so that nobody else can hold the lock.
 */
#ifndef MSWATCH_LOCK_H
#define MSWATCH_LOCK_H

#include <sys/types.h>

#include "loop.h"

/* Names that are tried past those that other users hold. */
#define LOCK_TRIES 16

struct lock {
	int fd[2];              /* -1: other users hold all names of this kind */
	struct loop_watch watch[2];
};

/*
 * Takes the lock for an open configuration file.  Returns 0; or -1 with
 * *holder the pid of the process that has it (0: unknown), or with *holder -1
 * and errno when it can't be taken for another reason.
 */
int lock_take(struct lock *lock, int file, const char *path, pid_t *holder);

/* Keeps the lock answering those who ask who holds it. */
int lock_serve(struct lock *lock, struct loop *loop);

#endif
