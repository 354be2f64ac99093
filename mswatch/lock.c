#include "lock.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "child.h"
#include "descriptors.h"
#include "processes.h"
#include "retry.h"

/*
 * The bytes whose record locks say that an mswatch runs, and that a process has
 * a part in the flock(2) locks: it tries for them, or is a guard that holds them.
 */
enum { BYTE_ALIVE, BYTE_PART = CHILDREN_HELD_BYTE };

/* --- who has it --- */

/* Whether the process is of a user who has no say in the file: it may hold up nobody. */
static bool is_strangers(int fd, pid_t process)
{
	char path[40];
	struct stat its, files;

	snprintf(path, sizeof path, "/proc/%ld", (long)process);
	if (processes_shown() && stat(path, &its) == 0)
		return its.st_uid != geteuid() && its.st_uid != 0 &&
		       (fstat(fd, &files) == -1 || its.st_uid != files.st_uid);
	return kill(process, 0) == -1 && errno == EPERM;
}

/* Whether somebody but us marks the byte; process 0: one of another host or container. */
static bool mark_find(int fd, off_t byte, pid_t *process)
{
	struct flock record = { .l_type = F_WRLCK, .l_start = byte, .l_len = 1 };

	*process = 0;
	if (RETRY(fcntl(fd, F_GETLK, &record)) == -1 || record.l_type == F_UNLCK)
		return false;
	if (record.l_pid > 0 && is_strangers(fd, record.l_pid))
		return false;
	*process = record.l_pid > 0 ? record.l_pid : 0;
	return true;
}

/* --- what is locked --- */

/* Adds a descriptor, unless its file is there already: a second lock would wait for the first. */
static void add(struct lock *lock, int fd)
{
	struct stat one, other;

	for (size_t i = 0; i < lock->count; i++)
		if (fstat(fd, &one) == 0 && fstat(lock->fd[i], &other) == 0 &&
		    one.st_dev == other.st_dev && one.st_ino == other.st_ino) {
			close(fd);
			return;
		}
	lock->fd[lock->count++] = fd;
}

static void add_name(struct lock *lock, char *name)
{
	int fd[LOCKFILE_PLACES];
	size_t count = name != NULL ? lockfile_open(name, fd) : 0;

	for (size_t i = 0; i < count; i++)
		add(lock, fd[i]);
	free(name);
}

char *lock_name(int file, const char *path)
{
	return file != -1 ? lockfile_name_real(file, path) : lockfile_name_given(path);
}

bool lock_open(struct lock *lock, int file, const char *path)
{
	struct stat status;

	*lock = (struct lock){ .file = file };
	if (file != -1 && (fstat(file, &status) == -1 || !S_ISREG(status.st_mode)))
		return false;
	add_name(lock, lockfile_name_given(path));
	if (file == -1)
		return lock->count > 0;
	add_name(lock, lockfile_name_real(file, path));
	lock->fd[lock->count++] = file;
	return true;
}

enum lock_state lock_try(struct lock *lock, pid_t *holder)
{
	for (; lock->tried < lock->count; lock->tried++) {
		int fd = lock->fd[lock->tried];
		pid_t other;

		/* First: whoever finds it locked from now on looks for this. */
		descriptors_mark(fd, BYTE_PART);
		if (RETRY(flock(fd, LOCK_EX | LOCK_NB)) == 0) {
			lock->held++;
		} else if (errno == EWOULDBLOCK) {
			if (mark_find(fd, BYTE_ALIVE, holder))
				return LOCK_RUNNING;
			/* Nobody else gets at the files that stand for names. */
			if (lock->tried + 1 < lock->count || mark_find(fd, BYTE_PART, &other))
				return LOCK_LEFT;
		}
		descriptors_mark(fd, BYTE_ALIVE);
	}
	return LOCK_TAKEN;
}

static bool is_same_file(int one, int other)
{
	struct stat its, others;

	return fstat(one, &its) == 0 && fstat(other, &others) == 0 &&
	       its.st_dev == others.st_dev && its.st_ino == others.st_ino;
}

/* Closing any descriptor of a file drops its process's record locks. */
static void mark_again(const struct lock *lock)
{
	for (size_t i = 0; i < lock->count; i++) {
		descriptors_mark(lock->fd[i], BYTE_PART);
		descriptors_mark(lock->fd[i], BYTE_ALIVE);
	}
}

bool lock_follow(struct lock *lock, int file)
{
	bool ours = true;
	pid_t other;

	if (lock->count > 0 && !is_same_file(file, lock->file)) {
		descriptors_mark(file, BYTE_PART);
		if (RETRY(flock(file, LOCK_EX | LOCK_NB)) == -1 && errno == EWOULDBLOCK)
			ours = !mark_find(file, BYTE_ALIVE, &other) &&
			       !mark_find(file, BYTE_PART, &other);
		if (ours && dup3(file, lock->file, O_CLOEXEC) != -1)
			children_hold(lock->fd, lock->count);
	}
	close(file);
	mark_again(lock);
	return ours;
}

enum lock_state lock_look(const struct lock *lock, pid_t *holder)
{
	enum lock_state state = LOCK_FREE;
	pid_t other;

	for (size_t i = 0; i < lock->count; i++) {
		if (mark_find(lock->fd[i], BYTE_ALIVE, holder))
			return LOCK_RUNNING;
		if (mark_find(lock->fd[i], BYTE_PART, &other))
			state = LOCK_LEFT;
	}
	return state;
}

void lock_close(struct lock *lock)
{
	for (size_t i = 0; i < lock->count; i++)
		if (lock->fd[i] != lock->file)
			close(lock->fd[i]);
	lock->count = 0;
}
