/*
 * By how many ways a directory is walked through.
 *
 * Links multiply the paths that lead to a directory: some directories that
 * link to each other have more of them than can be looked at.  So a directory
 * is walked by WALKS_MAX ways at most.  The one without a link always counts
 * among them, then the first that come; links wait until all directories that
 * were met before them are walked, so that short ways come before long ones.
 *
 * Nothing here looks at a disk.
 */
#ifndef LIB_WALKS_H
#define LIB_WALKS_H

#include <stdbool.h>
#include <stddef.h>

#include "folders.h"
#include "groups.h"
#include "stamp.h"

#define WALKS_MAX 8

struct walks {
	struct folders *folders;
	const struct stamps *stamps;
	struct groups entered, over;
	folder_id *waiting;
	size_t taken, count, room;
};

/*
 * Starts with nothing walked, for folders whose polled places have stamps; it
 * must stay where it is.
 */
void walks_start(struct walks *walks, struct folders *folders, const struct stamps *stamps);

/* Frees what is remembered. */
void walks_end(struct walks *walks);

/*
 * Whether the folder, whose directory is known, may be walked as one more way
 * of that directory, or is one already.  *refused is the one that may not be
 * walked, or not any more, or FOLDER_NONE.
 */
bool walks_enter(struct walks *walks, folder_id id, folder_id *refused);

/* The folder's directory is another from now on, or is not walked any more: others may be
 * walked instead, and are put to walks_next(). */
void walks_leave(struct walks *walks, folder_id id);

/* Has the folder walked after all that wait already. */
void walks_add(struct walks *walks, folder_id id);

/* Takes the folder that has waited longest; false when none waits. */
bool walks_next(struct walks *walks, folder_id *id);

#endif
