/* The three standard descriptors, closing, keeping all others to oneself, and small files. */
#ifndef LIB_DESCRIPTORS_H
#define LIB_DESCRIPTORS_H

#include <stddef.h>
#include <sys/types.h>

/*
 * Opens /dev/null, or, in a root directory that has none, the end of an empty
 * pipe: reading it ends at once, and writing to it fails with EBADF.  The flags
 * are O_CLOEXEC or 0.  Returns the descriptor, the lowest that is free, or -1
 * with errno.
 */
int descriptors_null(int flags);

/*
 * Opens descriptors_null() for each of descriptors 0 to 2 that is closed, so that no
 * file opened later is taken for standard input, output or error.
 * Returns a bit (1 << N) for each descriptor N that was closed.
 */
unsigned descriptors_fill(void);

/* Closes *fd, unless it is -1, which it is afterwards; errno stays. */
void descriptors_close(int *fd);

/* Closes every descriptor from lowest on. */
void descriptors_close_from(int lowest);

/*
 * Raises the soft limit of open descriptors to this many, or as far as the
 * hard limit allows; children inherit it.
 */
void descriptors_allow(unsigned long count);

/* Makes the descriptor non-blocking; returns 0, or -1 with errno. */
int descriptors_nonblocking(int fd);

/*
 * Reads the beginning of a file as text that fits in room, ended by NUL.
 * Returns its length, or -1 with errno and an empty text.
 */
ssize_t descriptors_read_text(const char *path, char *text, size_t room);

/*
 * Marks a byte of the file by a record lock for reading (fcntl(2)), where its file
 * system has these: others can ask which process did.  The mark goes with the
 * process, or when that closes any descriptor of the file.
 */
void descriptors_mark(int fd, off_t byte);

#endif
