/*
 * A mailstore of Maildirs, watched.  The one way to the modules that know what Maildirs
 * are and keep their tree (lib/tree.h) true: state, place, entry, look and events.
 */
#ifndef WATCH_MAILDIRS_MAILSTORE_H
#define WATCH_MAILDIRS_MAILSTORE_H

struct options;
struct report;

/*
 * Watches everything and prints what changes.  Returns the status to exit with
 * (watcher.h), after a message unless that is 0.
 */
int mailstore_watch(const struct options *options, struct report *report);

#endif
