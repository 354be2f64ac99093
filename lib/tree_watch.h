/* Watches a tree, from its start to its end. */
#ifndef LIB_TREE_WATCH_H
#define LIB_TREE_WATCH_H

struct tree;

/*
 * Watches everything and prints what changes: of a tree that has its kind, mailstore,
 * options and report, and zeros else.  Returns the status to exit with (watcher.h),
 * after a message unless that is 0.
 */
int tree_watch(struct tree *tree);

#endif
