/* Which version of mbsync is installed: it decides how mailboxes are named. */
#ifndef LIB_MBSYNCVERSION_H
#define LIB_MBSYNCVERSION_H

#include "executable.h"
#include "mbsyncrc.h"

/* What "isync 1.4.4" says; false where it says nothing. */
bool mbsyncversion_parse(const char *text, enum mbsync_version *version);

/*
 * Runs `PROGRAM --version`, for 10 s at most.  Returns NULL, or why nothing is
 * known: "PROGRAM: WHY" in buffer.
 */
const char *mbsyncversion_ask(const char *program, enum mbsync_version *version,
                              char buffer[EXECUTABLE_ROOM]);

#endif
