/*
 * A descriptor to write to that is never waited for, whatever it is.
 *
 * The non-blocking flag belongs to the open file, which others may share; so a
 * pipe or terminal is opened anew.  Where that is refused (another user's, by
 * su or sudo; no /proc), there is a poll(2) before each write, and what waits all
 * the same is broken off soon: of a terminal poll promises no more than a byte.
 */
#ifndef LIB_OUTPUT_H
#define LIB_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct output {
	int fd;
	bool is_socket;
	bool is_own;            /* opened anew */
	bool is_shared;         /* a terminal or pipe that could not be: see bounded.h */
};

/* Sees what the descriptor is, and opens it anew where that helps. */
void output_start(struct output *output, int fd);

/* Closes the descriptor if it was opened anew. */
void output_end(const struct output *output);

/*
 * Writes what it takes now, PIPE_BUF bytes at most: as write(2), EAGAIN when it
 * takes nothing, or EINTR.
 */
ssize_t output_write(const struct output *output, const char *bytes, size_t count);

#endif
