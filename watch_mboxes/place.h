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

/* Forgets what was known about the place, with its watch. */
void place_drop(struct tree *tree, folder_id id);

/* Has the folder polled when path is on a file system that others can change unseen. */
void place_set_remote(struct tree *tree, folder_id id, const char *path);

/*
 * Watches the folder's way: of a link, from its parent on, to where it leads; of a
 * root, from the root directory on.  When a part of the way is missing, waits for it.
 */
void place_follow(struct tree *tree, folder_id id);

/* Forgets the folder's way, with its watches. */
void place_drop_way(struct tree *tree, folder_id id);

/*
 * Says once for each folder why it can't be watched or read (doing), until it has been
 * possible again; has all reported unless the error is one that nobody expects to go
 * away: what is there may have changed.
 */
void place_tell(struct tree *tree, folder_id id, const char *doing, int error);

#endif
