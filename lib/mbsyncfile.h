/* The configuration that the installed mbsync takes: which file that is, and what is in it. */
#ifndef LIB_MBSYNCFILE_H
#define LIB_MBSYNCFILE_H

#include "mbsyncrc.h"

/*
 * The file that mbsync of this version takes by itself (mbsync(1)): ~/.mbsyncrc;
 * since 1.5 isyncrc in $XDG_CONFIG_HOME or ~/.config where that is there.  NULL
 * where HOME is not set.  The caller frees.
 */
char *mbsyncfile_default(enum mbsync_version version);

/* The same where XDG_CONFIG_HOME is not set, as it may not be for a service. */
char *mbsyncfile_usual(enum mbsync_version version);

/* Whether there is a file that 1.5 takes, and 1.4 does not. */
bool mbsyncfile_depends_on_version(void);

/*
 * Reads the file as mbsync of this version does, each problem told to complain.
 * Returns NULL with errno where it can't be read; EFBIG: more than a MiB, EINVAL:
 * no file that lasts, but a FIFO or the like.
 */
struct mbsyncrc *mbsyncfile_read(const char *file, enum mbsync_version version,
                                 mbsyncrc_complain *complain, void *context);

/* The same for who connects by himself: what each version calls TLS counts for both. */
struct mbsyncrc *mbsyncfile_read_logins(const char *file, enum mbsync_version version,
                                        mbsyncrc_complain *complain, void *context);

/* Words for what reading has set errno to; they last as strerror(3)'s do. */
const char *mbsyncfile_problem(int error);

#endif
