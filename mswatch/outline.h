/* What a channel was understood to be, in a few lines for mswatch -t. */
#ifndef MSWATCH_OUTLINE_H
#define MSWATCH_OUTLINE_H

#include "config/config.h"
#include "subject.h"

/*
 * The subject as comments for the configuration: mbsync's file and version,
 * the channels, and which of its stores each store is.  The caller frees.
 */
char *outline_format(const struct subject *subject, const struct config *config);

#endif
