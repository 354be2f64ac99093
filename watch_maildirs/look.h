/*
 * Looks at folders: what is on the disk is watched, or polled, and what has
 * come, gone or changed since the last look is reported.  For the mailstore's modules
 * only; both functions are of a struct tree_kind (lib/tree.h).
 */
#ifndef WATCH_MAILDIRS_LOOK_H
#define WATCH_MAILDIRS_LOOK_H

#include <dirent.h>
#include <stdbool.h>

#include "folders.h"

struct tree;

/* Looks at a folder.  False when it is none any more. */
bool look_at(struct tree *tree, folder_id id, enum depth depth);

/* What a directory holds: the parent's child, known or new, if it can be a folder. */
folder_id look_meet(struct tree *tree, folder_id parent, folder_id known, int directory,
                    const struct dirent *entry);

#endif
