/*
 * The ways that lead to folders through symbolic links, and to the base.
 *
 * A directory that a link leads to can be moved, and the link pointed
 * elsewhere, without an event in any folder.  So the links themselves and the
 * directories on the way are watched for being moved or deleted; where a way
 * ends for want of a name, in a directory of ours, that name is awaited.
 */
#ifndef WATCH_MAILDIRS_LINKS_H
#define WATCH_MAILDIRS_LINKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "folders.h"
#include "groups.h"

/* A folder and a watch on one part of its way, or what it waits for. */
struct link {
	int watch;
	folder_id folder;
};

struct links_table {
	struct link *link;
	size_t count, room;     /* entries that were ever used, room */
	uint32_t free;
	struct groups by_watch, by_folder;
};

/* Whether the directory is below the base, or an INBOX outside it. */
typedef bool links_is_inside(const void *context, const char *path);

struct links {
	struct links_table parts, awaited;
	links_is_inside *is_inside;
	const void *context;
};

/* Lets go of a watch that no part of any way uses any more. */
typedef void links_release(void *context, int watch);

/* Starts an empty table, which must stay where it is. */
void links_start(struct links *links, links_is_inside *is_inside, const void *context);

/*
 * Watches every part of the folder's way: path from the root directory on,
 * and, from links in it on, where they lead.  The directories up to `known`
 * bytes are taken as known and not watched.  What can't be watched is left
 * out.  False when the way ended where nothing was: it is to be followed again
 * if there is something now.
 */
bool links_follow(struct links *links, int notify, folder_id folder, const char *path,
                  size_t known);

/* Notes that the watch is on a part of the folder's way. */
void links_add(struct links *links, folder_id folder, int watch);

/* Forgets the folder's way. */
void links_drop(struct links *links, folder_id folder, links_release *release, void *context);

/* Whether any way has that watch. */
bool links_has(const struct links *links, int watch);

/*
 * Steps through the folders whose ways have that watch: start with *position
 * at 0; false when there are no more.  The table must not change meanwhile.
 */
bool links_next(const struct links *links, int watch, size_t *position, folder_id *folder);

/*
 * The same for the folders whose ways end in the watch's directory for want
 * of that name; seldom one that waits for another name.
 */
bool links_next_awaiting(const struct links *links, int watch, const char *name,
                         size_t *position, folder_id *folder);

/* Whether the folder's way ends for want of a name that is awaited. */
bool links_is_awaiting(const struct links *links, folder_id folder);

/* Forgets a watch that is no more. */
void links_forget(struct links *links, int watch);

/* Frees the table; the watches are left to inotify's descriptor. */
void links_end(struct links *links);

#endif
