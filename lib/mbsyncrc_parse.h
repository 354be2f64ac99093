/* Reads the configuration of mbsync: see mbsyncrc.h for what it holds. */
#ifndef LIB_MBSYNCRC_PARSE_H
#define LIB_MBSYNCRC_PARSE_H

#include <stddef.h>

#include "mbsyncrc.h"

/*
 * Reads a file of length bytes.  Each problem is told to complain, those of
 * lines in their order.  Never NULL.
 */
struct mbsyncrc *mbsyncrc_parse(const struct mbsyncrc_place *place, const char *text, size_t length,
                                mbsyncrc_complain *complain, void *context);

/* Frees all of it, passwords wiped; NULL is allowed. */
void mbsyncrc_free(struct mbsyncrc *rc);

#endif
