/* From a Maildir store of mbsync's to what is to be watched, and how it is called. */
#ifndef WATCH_MAILDIRS_MAPPING_H
#define WATCH_MAILDIRS_MAPPING_H

#include "mbsyncrc.h"

struct options;

/*
 * Sets base, INBOX and layout, so that names are the store's own
 * (lib/mbsyncname.h): INBOX, or what is below Path, with / between its parts.
 * Looks at no disk: for mbsync, too, INBOX is nested in Path where their
 * spelling says so.
 */
void mapping_apply(const struct mbsyncrc_store *store, struct options *options);

#endif
