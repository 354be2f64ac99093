/*
 * A mailstore of mboxes, watched.  The one way to the modules that know what mboxes
 * are and keep their tree (lib/tree.h) true: state, place, entry, look, roots and events.
 */
#ifndef WATCH_MBOXES_MAILSTORE_H
#define WATCH_MBOXES_MAILSTORE_H

struct options;
struct report;

/*
 * Watches everything and prints what changes.  Returns the status to exit with
 * (watcher.h), after a message unless that is 0.
 */
int mailstore_watch(const struct options *options, struct report *report);

#endif
