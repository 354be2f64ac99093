/*
 * The mailboxes and the directories that hold them, watched.  The one
 * way to the modules that look at the disk and keep the tables of what is
 * there true: state, place, entry, scan, look, roots, update and events.
 */
#ifndef WATCH_MBOXES_TREE_H
#define WATCH_MBOXES_TREE_H

struct options;
struct report;

/*
 * Watches everything and prints what changes.  Returns the status to exit with
 * (watcher.h), after a message unless that is 0.
 */
int tree_watch(const struct options *options, struct report *report);

#endif
