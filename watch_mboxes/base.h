/* Whether the directory of mailboxes is there, at the start; and waiting for it. */
#ifndef WATCH_MBOXES_BASE_H
#define WATCH_MBOXES_BASE_H

struct options;

/*
 * Makes sure that the base, and the directory of an INBOX outside it, are there and
 * can be read.  With --wait, waits until they exist.  An INBOX that nobody has asked
 * for, in a directory that is not there, is dropped from the options, with a message.
 * Returns -1 when all is there, otherwise the status to exit with: 1 after a
 * message, 0 when the reader of output has gone meanwhile.
 */
int base_await(struct options *options, int output);

#endif
