/*
 * The ways that lead to folders through symbolic links, and to the base.
 *
 * A directory that a link leads to can be moved, and the link pointed
 * elsewhere, without an event in any folder.  So the links themselves and the
 * directories on the way are watched for being moved or deleted.
 */
#ifndef WATCH_MAILDIRS_LINKS_H
#define WATCH_MAILDIRS_LINKS_H

#include <stdbool.h>
#include <stddef.h>

#include "folders.h"

/* A watch on one part of a folder's way. */
struct link {
	int watch;
	folder_id folder;
	bool is_symlink;        /* the part is a link itself */
};

struct links {
	struct link *link;
	size_t count, room;
};

/* Lets go of a watch that no part of any way uses any more. */
typedef void links_release(void *context, int watch);

/*
 * Watches every part of the folder's way: path from the root directory on,
 * and, from links in it on, where they lead.  The directories up to `known`
 * bytes are taken as known and not watched.  What can't be watched is left
 * out.
 */
void links_follow(struct links *links, int notify, folder_id folder, const char *path,
                  size_t known);

/* Forgets the folder's way. */
void links_drop(struct links *links, folder_id folder, links_release *release, void *context);

/* Whether any way has that watch. */
bool links_has(const struct links *links, int watch);

/* Forgets a watch that is no more. */
void links_forget(struct links *links, int watch);

/* Frees the table; the watches are left to inotify's descriptor. */
void links_end(struct links *links);

#endif
