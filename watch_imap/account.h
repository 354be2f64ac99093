/* The account to watch: out of mbsync's file, with the secrets that its commands print. */
#ifndef WATCH_IMAP_ACCOUNT_H
#define WATCH_IMAP_ACCOUNT_H

#include "mbsyncrc.h"
#include "options.h"
#include "secret.h"

struct account {
	struct mbsyncrc *rc;
	const struct mbsyncrc_store *store;
	struct mbsyncrc_store own;      /* where an account was named that no store has */
	char *file;
	char *user;                     /* or NULL */
	struct secret secret;           /* none: length 0 */
};

/*
 * Reads the file and finds the store; ends the program with a message where it
 * can't be watched.
 */
void account_read(struct account *account, const struct options *options);

/* Runs UserCmd and PassCmd, or takes what is in the file; ends the program as well. */
void account_ask(struct account *account);

/* What TLS or a Tunnel is for: nobody else listens. */
bool account_is_private(const struct account *account);

/* Wipes the password. */
void account_forget(struct account *account);

void account_free(struct account *account);

#endif
