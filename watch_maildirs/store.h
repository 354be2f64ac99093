/* What mbsync's configuration says of a Maildir store: --store. */
#ifndef WATCH_MAILDIRS_STORE_H
#define WATCH_MAILDIRS_STORE_H

struct options;

/*
 * Finds the store of the options, in their file or in the one that the
 * installed mbsync takes, and sets what they leave to it.  Ends the program
 * with a message and status 1 where there is no such store.
 */
void store_read(struct options *options);

#endif
