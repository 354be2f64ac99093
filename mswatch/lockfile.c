#include "lockfile.h"

#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hash.h"
#include "memory.h"
#include "retry.h"

static bool is_ours(int directory)
{
	struct stat status;

	return fstat(directory, &status) == 0 && status.st_uid == geteuid();
}

static bool is_private(int directory)
{
	struct stat status;

	return fstat(directory, &status) == 0 && (status.st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

static int directory_open(int parent, const char *name)
{
	return RETRY(openat(parent, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC));
}

/* Opens the directory below base, made where it is missing; -1: it can't be used. */
static int directory_reach(const char *base, const char *const *below)
{
	int fd = directory_open(AT_FDCWD, base), next;

	for (; fd != -1 && is_ours(fd) && *below != NULL; below++) {
		(void)mkdirat(fd, *below, S_IRWXU);
		next = directory_open(fd, *below);
		close(fd);
		fd = next;
	}
	if (fd != -1 && is_ours(fd) && is_private(fd))
		return fd;
	if (fd != -1)
		close(fd);
	return -1;
}

static int directory_find(int place)
{
	static const char *const below_runtime[] = { "mswatch", NULL };
	static const char *const below_home[] = { ".cache", "mswatch", NULL };
	const char *base = getenv(place == 0 ? "XDG_RUNTIME_DIR" : "HOME");

	if (base == NULL || base[0] != '/')
		return -1;
	return directory_reach(base, place == 0 ? below_runtime : below_home);
}

int lockfile_runtime_directory(void)
{
	return directory_find(0);
}

/* The sticky bit keeps it from clean-ups (XDG Base Directory Specification). */
static int file_open(int directory, const char *name)
{
	char file[32];

	snprintf(file, sizeof file, "%016" PRIx64 ".lock", hash_text(name));
	return RETRY(openat(directory, file,
	                    O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY,
	                    S_IRUSR | S_IWUSR | S_ISVTX));
}

size_t lockfile_open(const char *name, int fd[LOCKFILE_PLACES])
{
	size_t count = 0;
	int directory;

	for (int place = 0; place < LOCKFILE_PLACES; place++) {
		directory = directory_find(place);
		if (directory == -1)
			continue;
		fd[count] = file_open(directory, name);
		if (fd[count] != -1)
			count++;
		close(directory);
	}
	return count;
}

static bool is_link(const char *path)
{
	struct stat status;

	return lstat(path, &status) == 0 && S_ISLNK(status.st_mode);
}

/* Takes one step more from the clean path, which is ended by NUL at *length. */
static void step(char *path, size_t *length, const char *name, size_t count)
{
	char *slash;

	if (count == 0 || (count == 1 && name[0] == '.'))
		return;
	if (count == 2 && memcmp(name, "..", 2) == 0 && !is_link(path)) {
		slash = strrchr(path, '/');
		/* Behind a link that was not taken out there is a .. that stays, too. */
		if (slash == NULL || strcmp(slash, "/..") != 0) {
			*length = slash == NULL ? 0 : (size_t)(slash - path);
			path[*length] = '\0';
			return;
		}
	}
	path[(*length)++] = '/';
	memcpy(path + *length, name, count);
	*length += count;
	path[*length] = '\0';
}

static bool is_descriptor(const char *path)
{
	return strncmp(path, "/dev/fd/", 8) == 0 || strncmp(path, "/proc/", 6) == 0 ||
	       strcmp(path, "/dev/stdin") == 0;
}

char *lockfile_name_given(const char *path)
{
	char *here = path[0] == '/' ? NULL : get_current_dir_name();
	char *whole = memory_format("%s/%s", here != NULL ? here : "", path);
	char *clean = memory_new(strlen(whole) + 2, 1);
	size_t length = 0, count;

	for (const char *name = whole; *name != '\0'; name += count + (name[count] == '/')) {
		count = strcspn(name, "/");
		step(clean, &length, name, count);
	}
	free(whole);
	free(here);
	if (!is_descriptor(clean))
		return clean;
	free(clean);
	return NULL;
}

char *lockfile_name_real(int file, const char *path)
{
	char link[40], real[PATH_MAX];
	struct stat status;
	ssize_t length;

	if (fstat(file, &status) == -1 || status.st_nlink == 0)
		return NULL;
	snprintf(link, sizeof link, "/proc/self/fd/%d", file);
	length = readlink(link, real, sizeof real - 1);
	if (length <= 0)
		return realpath(path, NULL);
	real[length] = '\0';
	return memory_copy(real);
}
