/* How things are, as JSON (RFC 8259), for programs; mswatch(1) names its keys. */
#ifndef MSWATCH_STATUS_JSON_H
#define MSWATCH_STATUS_JSON_H

#include "status.h"

/*
 * One object on one line, every key of it there at all times; what is no valid
 * UTF-8 in a name is shown as \xNN.  The caller frees.  NULL: no memory.
 */
char *status_json(const struct status *status);

#endif
