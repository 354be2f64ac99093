/*
 * Which of mbsync's stores a store of the configuration is.  Decides.
 */
#ifndef MSWATCH_SIDES_H
#define MSWATCH_SIDES_H

#include "config/config.h"
#include "mbsyncsubject.h"

/*
 * The store of the subject that config's store of this index watches: the one
 * of its name; else what `side` says, or the watcher's -S STORE; else the far
 * one for the only remote store, and the near one for the only other.  NULL
 * where that does not tell: *fault, which the caller frees, says what is wrong,
 * and *line in which line.
 */
const struct mbsyncrc_store *sides_find(const struct config *config, size_t index,
                                        const struct mbsyncsubject *subject, char **fault,
                                        unsigned *line);

/* "far", "near", or "far and near" where channels of the subject have it on both sides. */
const char *sides_name(const struct mbsyncsubject *subject, const struct mbsyncrc_store *store);

#endif
