/* The three standard descriptors, closing, and keeping all others to oneself. */
#ifndef LIB_DESCRIPTORS_H
#define LIB_DESCRIPTORS_H

/*
 * Opens /dev/null for each of descriptors 0 to 2 that is closed, so that no
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

#endif
