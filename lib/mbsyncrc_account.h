/* The options of an account of mbsync's configuration: for lib/mbsyncrc_stores.c. */
#ifndef LIB_MBSYNCRC_ACCOUNT_H
#define LIB_MBSYNCRC_ACCOUNT_H

#include "mbsyncrc_reader.h"

/* An account whose options are read. */
struct mbsyncrc_draft {
	struct mbsyncrc_account *account;
	bool said;                      /* any option at all */
	bool versions_said;             /* SSLVersions */
	bool old_tls;                   /* one of the options that 1.4 deprecates: */
	bool use_imaps;
	bool old_login, require_cram;   /* the same, for AuthMechs */
};

/* A new account, without anything said. */
struct mbsyncrc_draft mbsyncrc_draft_new(const char *name, unsigned line);

/* Takes the reader's line where its keyword is an account's.  Returns whether it is. */
bool mbsyncrc_draft_read(struct mbsyncrc_reader *reader, struct mbsyncrc_draft *draft);

/* Says what is wrong with the whole of it, and fills in what was not said. */
void mbsyncrc_draft_finish(struct mbsyncrc_reader *reader, struct mbsyncrc_draft *draft,
                           const char *kind);

#endif
