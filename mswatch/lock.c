#include "lock.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "processes.h"
#include "retry.h"

/* The bytes whose record locks say who lives, and help to find an owner. */
enum { BYTE_ALIVE, BYTE_KEY };

/* A file as /proc/locks names it: MAJOR:MINOR:INODE. */
#define KEY_ROOM 64

/* --- who has it --- */

static void record_take(int fd, off_t byte)
{
	struct flock record = { .l_type = F_RDLCK, .l_start = byte, .l_len = 1 };

	/* A file system without these: then nobody can tell who has it. */
	(void)RETRY(fcntl(fd, F_SETLK, &record));
}

/*
 * Whether the process is of a user who has no say in the file: it may hold up
 * nobody.  Shown: /proc knows it by this number.
 */
static bool is_strangers(int fd, pid_t process, bool shown)
{
	char path[40];
	struct stat its, files;

	snprintf(path, sizeof path, "/proc/%ld", (long)process);
	if (shown && stat(path, &its) == 0)
		return its.st_uid != geteuid() && its.st_uid != 0 &&
		       (fstat(fd, &files) == -1 || its.st_uid != files.st_uid);
	return kill(process, 0) == -1 && errno == EPERM;
}

/* Whether a living mswatch has it; holder 0: one of another host or container. */
static bool holder_read(int fd, pid_t *holder)
{
	struct flock record = { .l_type = F_WRLCK, .l_start = BYTE_ALIVE, .l_len = 1 };

	*holder = 0;
	if (RETRY(fcntl(fd, F_GETLK, &record)) == -1 || record.l_type == F_UNLCK)
		return false;
	if (record.l_pid > 0 && is_strangers(fd, record.l_pid, processes_shown()))
		return false;
	*holder = record.l_pid > 0 ? record.l_pid : 0;
	return true;
}

/* How the kernel names the file: what stat(2) says differs on overlays and subvolumes. */
static bool key_read(int fd, char key[KEY_ROOM])
{
	char path[40], line[256];
	bool found = false;
	FILE *info;

	record_take(fd, BYTE_KEY);
	snprintf(path, sizeof path, "/proc/self/fdinfo/%d", fd);
	info = fopen(path, "re");
	while (info != NULL && !found && fgets(line, sizeof line, info) != NULL)
		found = sscanf(line, "lock: %*d: %*s %*s %*s %*d %63s", key) == 1;
	if (info != NULL)
		fclose(info);
	return found;
}

/* The process that has taken the flock(2) lock; it may have ended since. 0: unknown. */
static pid_t owner_read(int fd)
{
	char key[KEY_ROOM], other[KEY_ROOM], line[256];
	pid_t owner = 0, process;
	FILE *locks;

	if (!key_read(fd, key) || (locks = fopen("/proc/locks", "re")) == NULL)
		return 0;
	while (owner == 0 && fgets(line, sizeof line, locks) != NULL)
		if (sscanf(line, "%*d: FLOCK %*s %*s %d %63s", &process, other) == 2 &&
		    strcmp(key, other) == 0)
			owner = process;
	fclose(locks);
	return owner;
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

bool lock_open(struct lock *lock, int file, const char *path)
{
	struct stat status;

	*lock = (struct lock){ .count = 0 };
	if (fstat(file, &status) == -1 || !S_ISREG(status.st_mode))
		return false;
	add_name(lock, lockfile_name_given(path));
	add_name(lock, lockfile_name_real(file, path));
	lock->fd[lock->count++] = file;
	return true;
}

enum lock_state lock_try(struct lock *lock, pid_t *holder)
{
	for (; lock->tried < lock->count; lock->tried++) {
		int fd = lock->fd[lock->tried];

		if (RETRY(flock(fd, LOCK_EX | LOCK_NB)) == 0) {
			record_take(fd, BYTE_ALIVE);
			lock->held++;
		} else if (errno == EWOULDBLOCK) {
			if (holder_read(fd, holder))
				return LOCK_RUNNING;
			/* Nobody else gets at the files that stand for names. */
			*holder = lock->tried + 1 == lock->count ? owner_read(fd) : 0;
			if (*holder == 0 || !is_strangers(fd, *holder, true))
				return LOCK_LEFT;
		}
	}
	return LOCK_TAKEN;
}
