/*
 * A program's arguments with mailboxes appended, as syncers and hooks get
 * them: PREFIX SEPARATOR MAILBOX joined, or the name as the gate has passed it
 * where there is no mailbox_prefix; for all mailboxes see config_all().
 */
#ifndef MSWATCH_ARGUMENTS_H
#define MSWATCH_ARGUMENTS_H

#include <stdbool.h>
#include <stddef.h>

#include "config/config.h"

/*
 * The argv of command for these mailboxes (whole: all).  One block of memory,
 * which the caller frees; NULL when there is none.
 */
char **arguments_new(const struct config *config, char *const command[], bool whole,
                     const char *const *names, size_t count);

/*
 * The bytes that mailboxes may take as arguments of the syncer, so that
 * execve(2) accepts them with this environment and leaves room for a wrapper.
 */
size_t arguments_room(const struct config *config);

#endif
