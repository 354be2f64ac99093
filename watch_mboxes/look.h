/*
 * Looks at folders: what is on the disk is watched, or polled, and what has
 * come, gone or changed since the last look is reported.  For the tree's modules only.
 */
#ifndef WATCH_MBOXES_LOOK_H
#define WATCH_MBOXES_LOOK_H

#include <stdbool.h>

#include "folders.h"

struct tree;

/*
 * Looks at a folder; one that was never looked at, deep.  A file that is known to
 * have changed (is_changed) is told, if it is a mailbox.  Folders below it that are
 * no more are dropped.  False when it is nothing itself any more, which is
 * left to the caller.
 */
bool look_at(struct tree *tree, folder_id id, enum depth depth, bool is_changed);

/* Walks what waits for that, after folders were forgotten. */
void look_at_waiting(struct tree *tree);

#endif
