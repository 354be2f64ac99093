/* Whether a Maildir on this host could take mail. */
#ifndef MSWATCH_CHECKUP_ROOM_H
#define MSWATCH_CHECKUP_ROOM_H

#include "config/config.h"
#include "mbsyncrc.h"

/*
 * Why no mail could be put into this store, where it lies on this host, and what to
 * do, in memory that the caller frees.  NULL: nothing is known against it.  Known is
 * what mbsync knows of it; NULL: its watch_maildirs, if it has one, says where it is.
 * Nothing is written.
 */
char *checkup_room_fault(const struct config_store *store, const struct mbsyncrc_store *known);

#endif
