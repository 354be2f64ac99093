/*
 * By how many ways a directory is walked through.
 *
 * Links multiply the paths that lead to a directory: some directories that
 * link to each other have more of them than can be looked at.  So a directory
 * is walked by WALKS_MAX ways at most.  The one without a link always counts
 * among them, then the first that come; links wait until all directories that
 * were met before them are walked, so that short ways come before long ones.
 *
 * Nothing here looks at a disk.
 */
#ifndef WATCH_MAILDIRS_WALKS_H
#define WATCH_MAILDIRS_WALKS_H

#include <stdbool.h>

#include "tree.h"

#define WALKS_MAX 8

/* Starts with nothing walked. */
void walks_start(struct tree *tree);

/* Frees what is remembered. */
void walks_end(struct tree *tree);

/*
 * Whether the folder, whose directory is known, may be walked as one more way
 * of that directory, or is one already.  The first refusal is said.
 */
bool walks_enter(struct tree *tree, folder_id id);

/* The folder's directory is another from now on, or is not walked any more: others may be
 * walked instead, and are put to walks_next(). */
void walks_leave(struct tree *tree, folder_id id);

/* Has the folder walked after all that wait already. */
void walks_add(struct tree *tree, folder_id id);

/* Takes the folder that has waited longest; false when none waits. */
bool walks_next(struct tree *tree, folder_id *id);

#endif
