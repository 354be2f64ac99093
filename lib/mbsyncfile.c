#include "mbsyncfile.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "descriptors.h"
#include "mbsyncrc_parse.h"
#include "memory.h"
#include "retry.h"

/* Nobody's configuration is larger, in bytes. */
#define FILE_MOST (1024 * 1024)

static const char *home(void)
{
	const char *home = getenv("HOME");

	return home != NULL && *home != '\0' ? home : NULL;
}

/* Even a dangling link counts for mbsync. */
static bool is_there(const char *file)
{
	struct stat status;

	return file != NULL && lstat(file, &status) == 0;
}

/* Where 1.5 looks first, or NULL; base is XDG_CONFIG_HOME. */
static char *xdg_file(const char *base)
{
	if (base != NULL)
		return memory_format("%s/isyncrc", base);
	return home() != NULL ? memory_format("%s/.config/isyncrc", home()) : NULL;
}

static char *find_file(const char *base, enum mbsync_version version)
{
	char *xdg = version >= MBSYNC_1_5 ? xdg_file(base) : NULL;

	if (is_there(xdg))
		return xdg;
	free(xdg);
	return home() != NULL ? memory_format("%s/.mbsyncrc", home()) : NULL;
}

char *mbsyncfile_default(enum mbsync_version version)
{
	return find_file(getenv("XDG_CONFIG_HOME"), version);
}

char *mbsyncfile_usual(enum mbsync_version version)
{
	return find_file(NULL, version);
}

bool mbsyncfile_depends_on_version(void)
{
	char *xdg = xdg_file(getenv("XDG_CONFIG_HOME"));
	bool depends = is_there(xdg);

	free(xdg);
	return depends;
}

static const char *home_of(void *context, const char *user)
{
	const struct passwd *entry = getpwnam(user);

	(void)context;
	return entry != NULL ? entry->pw_dir : NULL;
}

/* All that the descriptor gives, at most FILE_MOST and a byte; -1 with errno. */
static ssize_t read_all(int fd, char *text)
{
	size_t length = 0;
	ssize_t got;

	while ((got = RETRY(read(fd, text + length, FILE_MOST + 1 - length))) > 0)
		length += (size_t)got;
	if (got == 0 && length > FILE_MOST) {
		errno = EFBIG;
		return -1;
	}
	return got == 0 ? (ssize_t)length : -1;
}

struct reading {
	const char *file;
	enum mbsync_version version;
	bool own_tls;
	mbsyncrc_complain *complain;
	void *context;
};

static struct mbsyncrc *parse(const struct reading *reading, const char *text, size_t length)
{
	const char *file = reading->file, *slash = strrchr(file, '/');
	char *directory = slash != NULL ? strndup(file, (size_t)(slash - file)) : NULL;
	const struct mbsyncrc_place place = {
		.file = file,
		.home = home(),
		.directory = directory,
		.home_of = home_of,
		.version = reading->version,
		.own_tls = reading->own_tls,
	};
	struct mbsyncrc *rc = mbsyncrc_parse(&place, text, length, reading->complain,
	                                     reading->context);

	free(directory);
	return rc;
}

static struct mbsyncrc *read_file(const struct reading *reading)
{
	struct mbsyncrc *rc = NULL;
	struct stat status;
	ssize_t length;
	char *text;
	int fd = RETRY(open(reading->file, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));

	if (fd == -1)
		return NULL;
	if (fstat(fd, &status) == 0 && !S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode)) {
		descriptors_close(&fd);
		errno = EINVAL;
		return NULL;
	}
	text = memory_new(FILE_MOST + 1, 1);
	length = read_all(fd, text);
	descriptors_close(&fd);
	if (length != -1) {
		rc = parse(reading, text, (size_t)length);
		/* there may be a password in it */
		explicit_bzero(text, (size_t)length);
	}
	free(text);
	return rc;
}

struct mbsyncrc *mbsyncfile_read(const char *file, enum mbsync_version version,
                                 mbsyncrc_complain *complain, void *context)
{
	const struct reading reading = { file, version, false, complain, context };

	return read_file(&reading);
}

struct mbsyncrc *mbsyncfile_read_logins(const char *file, enum mbsync_version version,
                                        mbsyncrc_complain *complain, void *context)
{
	const struct reading reading = { file, version, true, complain, context };

	return read_file(&reading);
}

const char *mbsyncfile_problem(int error)
{
	return error == EINVAL ? "no regular file, which can be read again and again"
	                       : strerror(error);
}
