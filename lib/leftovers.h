/*
 * What a program's start leaves behind in memory.
 *
 * A watcher's start goes deep, once; then it waits, for days, and so do its guard and
 * inputkill, for each user of a server.
 */
#ifndef LIB_LEFTOVERS_H
#define LIB_LEFTOVERS_H

#include <poll.h>

/* Gives the kernel back what was used of the stack below the caller. */
void leftovers_give_back(void);

/*
 * poll(2), for a program that may wait long from now on: gives back the stack, and the
 * pages of the program that nobody writes to, its text above all.  They come back from
 * its file, as they are needed; a segment with a page that is not the file's is kept.
 */
int leftovers_poll(struct pollfd *fds, nfds_t count, int timeout);

#endif
