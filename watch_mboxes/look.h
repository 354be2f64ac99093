/*
 * Looks at folders: what is on the disk is watched, or polled, and what has
 * come, gone or changed since the last look is reported.  For the mailstore's modules
 * only; the functions are of a struct tree_kind (lib/tree.h).
 */
#ifndef WATCH_MBOXES_LOOK_H
#define WATCH_MBOXES_LOOK_H

#include <dirent.h>
#include <stdbool.h>

#include "folders.h"

struct tree;

/*
 * Looks at a folder.  A file that is known to have changed (DEPTH_CHANGED) is told, if
 * it is a mailbox.  False when it is nothing any more, but for INBOX, which may come again.
 */
bool look_at(struct tree *tree, folder_id id, enum depth depth);

/*
 * What a directory holds: the parent's child, known as that or new, if it can be a
 * mailbox or hold some.
 */
folder_id look_meet(struct tree *tree, folder_id parent, folder_id known, int directory,
                    const struct dirent *entry);

/*
 * Whether what has come is looked at once it has been there for a moment, as a name
 * that is new, and INBOX; directories are looked into at once.
 */
bool look_put_off(struct tree *tree, folder_id id);

#endif
