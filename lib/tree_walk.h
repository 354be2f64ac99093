/* Looks at a tree's folders, and walks through its directories. */
#ifndef LIB_TREE_WALK_H
#define LIB_TREE_WALK_H

#include <stdbool.h>

#include "folders.h"

struct tree;

/*
 * Looks at a folder; one that was never looked at, deep.  Folders below it that are no
 * more are dropped.  False when it is nothing itself any more, which is left to the
 * caller.
 */
bool tree_look(struct tree *tree, folder_id id, enum depth depth);

/* Walks what waits for that, after folders were forgotten. */
void tree_walk_waiting(struct tree *tree);

/*
 * A folder's directory has been looked at, which had `old` until then; news: there is
 * something new.  False when it is none any more; one for another is told as all, and
 * *depth set to look at all below it.
 */
bool tree_walk_meet(struct tree *tree, folder_id id, int old, bool news, enum depth *depth);

/* Whether there is a directory to walk through. */
bool tree_walk_is_possible(struct tree *tree, folder_id id);

/*
 * Looks at what lies below the folder, unless that is seen by enough other ways; where
 * a link leads, once all is walked that was met before.
 */
void tree_walk(struct tree *tree, folder_id id, enum depth depth);

/* Notes whether the folder is a link (as it is marked), or below one; true when that is news. */
bool tree_walk_note_beyond(struct tree *tree, folder_id id);

/* What was said of the folder may be said again, if it is as it should be now. */
void tree_walk_note_right(struct tree *tree, folder_id id);

/* Forgets all below the folder. */
void tree_walk_lose_children(struct tree *tree, folder_id id);

#endif
