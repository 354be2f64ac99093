/*
 * Looks at folders: what is on the disk is watched, or polled, and what has
 * come, gone or changed since the last look is reported.
 */
#ifndef WATCH_MAILDIRS_FOLDER_H
#define WATCH_MAILDIRS_FOLDER_H

#include <stdbool.h>

#include "tree.h"

/*
 * Looks at a folder; one that was never looked at, deep.  Folders below it
 * that are no more are dropped.  False when it is none itself any more, which
 * is left to the caller.
 */
bool folder_look(struct tree *tree, folder_id id, enum tree_depth depth);

/* Walks what waits for that, after folders were forgotten. */
void folder_walk_waiting(struct tree *tree);

#endif
