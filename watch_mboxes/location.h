/* Where a folder is, as a path.  For the tree's modules only. */
#ifndef WATCH_MBOXES_LOCATION_H
#define WATCH_MBOXES_LOCATION_H

#include "folders.h"

struct tree;

/* Its path, valid until the next one is asked for; when that is too long, its name. */
const char *location_path(struct tree *tree, folder_id id);

/* The same from below its root on, "" for that itself; NULL when it is too long. */
const char *location_below(struct tree *tree, folder_id id);

/* Its path for a message, which is one line. */
const char *location_shown(struct tree *tree, folder_id id);

#endif
