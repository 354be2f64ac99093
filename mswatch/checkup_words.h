/* How mswatch --check says what has failed: one line each, which says what to do. */
#ifndef MSWATCH_CHECKUP_WORDS_H
#define MSWATCH_CHECKUP_WORDS_H

#include "diagnostics.h"

/* What each watcher has to be ready, and mbsync to list its mailboxes, in ms. */
#define CHECKUP_TIME 30000

/*
 * Tells that what is called name has failed, in the words of cause ("watcher
 * exited (status 1)"), what it said of that, and what to do: where that is not
 * known, to run this command by hand.
 */
void checkup_tell(const char *name, const char *cause, const struct diagnostics *diagnostics,
                  char *const command[]);

#endif
