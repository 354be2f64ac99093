/* The sections of stores and accounts: for lib/mbsyncrc.c. */
#ifndef LIB_MBSYNCRC_STORES_H
#define LIB_MBSYNCRC_STORES_H

#include "mbsyncrc_reader.h"

/*
 * Reads a whole section, where the line that the reader is at starts one of an
 * account or a store.  Returns whether it did.
 */
bool mbsyncrc_read_store(struct mbsyncrc_reader *reader);

/* Frees one, what is secret wiped. */
void mbsyncrc_account_free(struct mbsyncrc_account *account);
void mbsyncrc_store_free(struct mbsyncrc_store *store);

#endif
