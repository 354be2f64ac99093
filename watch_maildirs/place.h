/* One place of a folder: it is watched, or polled, or can't be.  For the tree's modules only. */
#ifndef WATCH_MAILDIRS_PLACE_H
#define WATCH_MAILDIRS_PLACE_H

#include <stdbool.h>

#include "folders.h"

struct tree;

/*
 * Looks at the place: watches it, or where that can't be done stats it.  True
 * when there is, or may be, something new there: another directory than
 * before, or (polled) a change.
 */
bool place_look(struct tree *tree, folder_id id, enum folder_role role);

/* Forgets what was known about the place, with its watch. */
void place_drop(struct tree *tree, folder_id id, enum folder_role role);

/* Has the folder polled when path is on a file system that others can change unseen. */
void place_set_remote(struct tree *tree, folder_id id, const char *path);

/* Forgets the folder's way, with its watches. */
void place_drop_way(struct tree *tree, folder_id id);

/*
 * Says once for each folder why the place at path can't be watched or read
 * (doing), until it has been possible again; has all reported unless the error
 * is one that nobody expects to go away: what is there may have changed.
 */
void place_tell(struct tree *tree, folder_id id, const char *path, const char *doing, int error);

#endif
