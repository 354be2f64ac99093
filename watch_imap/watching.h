/* All connections of an account, until they end or nobody listens any more. */
#ifndef WATCH_IMAP_WATCHING_H
#define WATCH_IMAP_WATCHING_H

#include "account.h"
#include "options.h"

/* Watches; returns the status to exit with, after a message where it is not 0. */
int watching_run(struct account *account, const struct options *options);

#endif
