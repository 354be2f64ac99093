#include "contents.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "descriptors.h"
#include "fingerprint.h"
#include "hot.h"
#include "naming.h"
#include "retry.h"

/* So much is read at once. */
#define PIECE 131072

/* Opens the file, which may be a FIFO or worse by now, without waiting. */
HOT static int open_quietly(const char *path)
{
	int flags = O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
	int fd = RETRY(open(path, flags | O_NOATIME));

	/* open(2): O_NOATIME is for the owner alone */
	return fd == -1 && errno == EPERM ? RETRY(open(path, flags)) : fd;
}

HOT static enum contents look(int fd)
{
	char first[NAMING_FIRST_BYTES];
	struct stat status;
	ssize_t got;

	if (fstat(fd, &status) == -1)
		return CONTENTS_UNREADABLE;
	if (!S_ISREG(status.st_mode))
		return CONTENTS_NO_FILE;
	got = RETRY(pread(fd, first, sizeof first, 0));
	if (got == -1)
		return CONTENTS_UNREADABLE;
	return naming_is_mbox(first, (size_t)got) ? CONTENTS_MAILBOX : CONTENTS_OTHER;
}

HOT enum contents contents_look(const char *path)
{
	enum contents contents;
	int fd = open_quietly(path);

	if (fd == -1)
		return errno == ENOENT || errno == ENOTDIR || errno == ENXIO ? CONTENTS_NO_FILE
		                                                             : CONTENTS_UNREADABLE;
	contents = look(fd);
	descriptors_close(&fd);
	return contents;
}

/* Reads all of it; false when that fails, or there is too much. */
static bool read_all(int fd, struct fingerprint_reader *reader)
{
	static char bytes[PIECE];
	int64_t total = 0;
	ssize_t got;

	while ((got = RETRY(read(fd, bytes, sizeof bytes))) > 0) {
		total += got;
		if (total > CONTENTS_LARGEST)
			return false;
		fingerprint_read(reader, bytes, (size_t)got);
	}
	return got == 0;
}

bool contents_fingerprint(const char *path, const struct siphash_key *key, uint64_t *fingerprint)
{
	struct fingerprint_reader reader;
	struct stat status;
	int fd = open_quietly(path);
	bool is_known;

	if (fd == -1)
		return false;
	fingerprint_start(&reader, key);
	is_known = fstat(fd, &status) == 0 && S_ISREG(status.st_mode) &&
	           status.st_size <= CONTENTS_LARGEST && read_all(fd, &reader);
	*fingerprint = fingerprint_end(&reader);
	descriptors_close(&fd);
	return is_known;
}
