/*
 * TLS as openssl s_client does it: its command line, and what it complains of
 * in words that help.  Decides, makes no system call.
 */
#ifndef WATCH_IMAP_TLS_H
#define WATCH_IMAP_TLS_H

#include "mbsyncrc.h"

/* The command that connects to the account's host, ended by NULL; tls_free() frees it. */
char **tls_arguments(const struct mbsyncrc_account *account);
void tls_free(char **arguments);

/*
 * What s_client's messages mean, and what can be done, in words that the caller
 * frees; NULL where they say nothing that is known.  *status is the one to exit
 * with: 1 where nothing changes by trying again, else 69.
 */
char *tls_explain(const struct mbsyncrc_account *account, const char *messages, int *status);

#endif
