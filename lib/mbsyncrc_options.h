/*
 * What a channel does (Sync, Create, ...), in its section or in front of all
 * sections: for lib/mbsyncrc.c.  Nothing is kept but what says whether mbsync
 * takes it.
 */
#ifndef LIB_MBSYNCRC_OPTIONS_H
#define LIB_MBSYNCRC_OPTIONS_H

#include "mbsyncrc_reader.h"

/* What Create, Remove, Expunge or ExpungeSolo said. */
struct mbsyncrc_sides {
	bool none, both, one;
};

/* What was said so far; all zero at first. */
struct mbsyncrc_options {
	unsigned kinds, pull, push;     /* of changes, a bit each: both ways, or one */
	bool only_pull, only_push, none;
	struct mbsyncrc_sides sides[4];
};

/* Takes the reader's line where its keyword is one of these.  Returns whether it is. */
bool mbsyncrc_options_read(struct mbsyncrc_reader *reader, struct mbsyncrc_options *options);

/* Why mbsync refuses the whole of them; NULL where it does not. */
const char *mbsyncrc_options_fault(const struct mbsyncrc_options *options,
                                   enum mbsync_version version);

#endif
