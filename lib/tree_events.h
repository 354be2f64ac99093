/* The kernel's events for a tree: what each kind of mailstore does at them alike. */
#ifndef LIB_TREE_EVENTS_H
#define LIB_TREE_EVENTS_H

#include "folders.h"
#include "inotify.h"

struct tree;

/* What an event means to one folder, whose directory (or file) has its watch. */
typedef void tree_events_take(struct tree *tree, folder_id id, const struct inotify_notice *event);

/* Calls take for each folder that the event's watch belongs to, and still does then. */
void tree_events_each(struct tree *tree, const struct inotify_notice *event,
                      tree_events_take *take);

/*
 * Reads and takes what has come until tree->now.  Returns 1 when nothing is left, 0
 * when there may be more, -1 with errno.
 */
int tree_events_read(struct tree *tree);

#endif
