/* mswatch -t and --check: the configuration as it was understood, and warnings. */
#ifndef MSWATCH_PROOF_H
#define MSWATCH_PROOF_H

#include "config/config.h"
#include "subject.h"

/*
 * Prints the configuration on stdout, behind comments with its file's name and
 * with what its channel means (subject; NULL: it has none).
 * Returns the exit status: 0, or 1 when it could not be printed.
 */
int proof_show(const struct config *config, const struct subject *subject, const char *file);

/*
 * Tells on stderr what is accepted but probably not meant, and that others can
 * write to the file, if they can.  Find is asked of programs, with the context,
 * see config_check(); NULL: they are looked for.  Fd is the open file.
 */
void proof_warn(const struct config *config, int fd, const char *file, config_find *find,
                void *context);

/*
 * Tells on stderr all that would be told of this text if it were a
 * configuration; it has a channel.  False: mswatch could not run with it.
 */
bool proof_check_text(const char *text);

#endif
