/*
 * Follows the ways that ways.h keeps, and watches them.
 *
 * A directory that a link leads to can be moved, and the link pointed
 * elsewhere, without an event in any directory that is watched.  So the links
 * themselves and the directories on the way are watched for being moved or
 * deleted; where a way ends for want of a name, in a directory of ours, that
 * name is awaited.
 */
#ifndef LIB_FOLLOW_H
#define LIB_FOLLOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ways.h"

/* Whether the directory, a path without links, is one of ours. */
typedef bool follow_is_inside(const void *context, const char *path);

struct follow {
	struct ways *ways;
	struct ways *awaited;   /* by ways_number(), while they end for want of that name */
	int inotify;
	follow_is_inside *is_inside;
	const void *context;
};

/*
 * Watches every part of the owner's way: path from the root directory on, and,
 * from links in it on, where they lead.  The directories up to `known` bytes
 * are taken as known and not watched.  What can't be watched is left out.
 * False when the way ended where nothing was: it is to be followed again if
 * there is something now.
 */
bool follow_way(const struct follow *follow, uint32_t owner, const char *path, size_t known);

#endif
