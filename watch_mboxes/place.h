/* A folder's place: it is watched, or polled, or can't be.  For the tree's modules only. */
#ifndef WATCH_MBOXES_PLACE_H
#define WATCH_MBOXES_PLACE_H

#include <stdbool.h>

#include "folders.h"

struct tree;

/*
 * Looks at a directory: watches it, or where that can't be done stats it.  True
 * when there is, or may be, something new there: another directory than
 * before, or (polled) a change.
 */
bool place_look_directory(struct tree *tree, folder_id id);

/*
 * Looks at a file.  It needs a watch of its own where its directory's does not
 * see it (is_apart); where that is polled, so is the file.  True as above.
 */
bool place_look_file(struct tree *tree, folder_id id, bool is_apart);

/* Notes that there is nothing, or nothing to be had, for this reason (an errno). */
void place_set_missing(struct tree *tree, folder_id id, int error);

/*
 * Watches the way of a link, or of INBOX (tree_place_follow()), whose directory is not
 * watched for names any more once it has come.
 */
void place_follow(struct tree *tree, folder_id id);

#endif
