/*
 * One mswatch per configuration, and none beside what an earlier one has left.
 *
 * What is locked (flock(2)) is the open file, so that no other name of it gets
 * past, and files (lockfile.h) that stand for the name as it was given and for
 * the real one, so that neither a link pointed elsewhere nor an editor that
 * saves by rename does.  The guards of all that mswatch starts inherit these
 * locks (children_hold()): they last until the last of it has ended.
 *
 * Anyone who may read the configuration may lock it, too, and nothing tells who
 * did.  So record locks (fcntl(2)) beside each, which nobody inherits, tell which
 * living process is the mswatch that holds it, and which ones are its guards.
 */
#ifndef MSWATCH_LOCK_H
#define MSWATCH_LOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "lockfile.h"

/* Two names and the file itself. */
#define LOCK_MOST (2 * LOCKFILE_PLACES + 1)

struct lock {
	int fd[LOCK_MOST];      /* the last one is the configuration's, if it is there */
	size_t count;
	int file;               /* the configuration's, or -1 */
	size_t tried;           /* of these, what needs no other try */
	size_t held;            /* of these, what is locked: some file systems have no locks */
};

enum lock_state {
	LOCK_TAKEN,
	LOCK_RUNNING,           /* a process has it that lives and is an mswatch */
	LOCK_LEFT,              /* so does what an earlier one has left */
	LOCK_FREE               /* nobody has it */
};

/*
 * The name by which a configuration is known to other processes: where it
 * really is or, where it is gone (file -1), its path.  The caller frees.  NULL:
 * it is no file that others could name.
 */
char *lock_name(int file, const char *path);

/*
 * Opens what is to be locked for an open configuration file and the path by
 * which it was opened; file -1: the file is gone, and what its name stands for is
 * left.  Returns whether there is anything to lock: a pipe is nobody else's.
 */
bool lock_open(struct lock *lock, int file, const char *path);

/*
 * Tries to take what is not locked yet; never waits.  Holder becomes the
 * process that has it, 0 where that can't be told.  A lock on the configuration
 * by anything but an mswatch and its guards is passed over, and so are they if
 * they are another user's, unless that is root or the configuration's owner.
 */
enum lock_state lock_try(struct lock *lock, pid_t *holder);

/*
 * The configuration was read again, from an open file of that name: what is
 * locked follows it, where it is another file now.  Takes over the descriptor.
 * False: another mswatch has that file.
 */
bool lock_follow(struct lock *lock, int file);

/* Who has it, without taking it: LOCK_RUNNING with holder as above, LOCK_LEFT or LOCK_FREE. */
enum lock_state lock_look(const struct lock *lock, pid_t *holder);

/* Closes what is open, but for the configuration itself. */
void lock_close(struct lock *lock);

#endif
