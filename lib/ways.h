/*
 * The ways that lead through symbolic links to what is watched: which watches
 * they have on them, and what they wait for.
 *
 * A way's owner is a number that the caller makes up.  Nothing here looks at a
 * disk; follow.h does.
 */
#ifndef LIB_WAYS_H
#define LIB_WAYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "groups.h"

/* An owner and a watch on one part of its way, or what it waits for. */
struct way_part {
	int watch;
	uint32_t owner;
};

struct ways_table {
	struct way_part *part;
	size_t count, room;     /* entries that were ever used, room */
	uint32_t free;
	struct groups by_watch, by_owner;
};

struct ways {
	struct ways_table parts, awaited;
};

/* Lets go of a watch that no part of any way uses any more. */
typedef void ways_release(void *context, int watch);

/* Starts an empty table, which must stay where it is. */
void ways_start(struct ways *ways);

/* Notes that the watch is on a part of the owner's way. */
void ways_add(struct ways *ways, uint32_t owner, int watch);

/* Notes that the owner's way ends in the watch's directory for want of that name. */
void ways_await(struct ways *ways, uint32_t owner, int watch, const char *name);

/* Forgets the owner's way. */
void ways_drop(struct ways *ways, uint32_t owner, ways_release *release, void *context);

/* Whether any way has that watch. */
bool ways_has(const struct ways *ways, int watch);

/*
 * Steps through the owners whose ways have that watch: start with *position
 * at 0; false when there are no more.  The table must not change meanwhile.
 */
bool ways_next(const struct ways *ways, int watch, size_t *position, uint32_t *owner);

/*
 * The same for the owners whose ways end in the watch's directory for want
 * of that name; seldom one that waits for another name.
 */
bool ways_next_awaiting(const struct ways *ways, int watch, const char *name, size_t *position,
                        uint32_t *owner);

/* Whether the owner's way ends for want of a name that is awaited. */
bool ways_is_awaiting(const struct ways *ways, uint32_t owner);

/* Forgets a watch that is no more. */
void ways_forget(struct ways *ways, int watch);

/* Frees the table; the watches are left to inotify's descriptor. */
void ways_end(struct ways *ways);

#endif
