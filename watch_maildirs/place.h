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

#endif
