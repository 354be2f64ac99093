/* Whether the Maildir is there, at the start; and waiting for it. */
#ifndef WATCH_MAILDIRS_MAILDIR_H
#define WATCH_MAILDIRS_MAILDIR_H

struct options;

/*
 * Makes sure that the base is there and can be read, and INBOX, too, unless
 * it is elsewhere and still to come.  With --wait, waits until they exist.  Returns -1 when they
 * are there, otherwise the status to exit with: 1 after a message, 0 when the reader of output has
 * gone meanwhile.
 */
int maildir_await(const struct options *options, int output);

#endif
