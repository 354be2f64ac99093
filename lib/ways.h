/*
 * The ways that lead through symbolic links to what is watched: which watches
 * they have on them.
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

/* A watch that is on a part of the owner's way. */
struct way_part {
	int watch;
	uint32_t owner;
};

struct ways {
	struct way_part *part;
	size_t count, room;     /* entries that were ever used, room */
	uint32_t free;
	struct groups by_watch, by_owner;
};

/* Lets go of a watch that no part of any way uses any more. */
typedef void ways_release(void *context, int watch);

/* Starts an empty table, which must stay where it is. */
void ways_start(struct ways *ways);

/* Frees the table; the watches are left to inotify's descriptor. */
void ways_end(struct ways *ways);

/*
 * A name in a watch's directory as one number, seldom that of another name: a
 * table of ways that wait for names has these for watches.
 */
int ways_number(int watch, const char *name);

/* Notes that the watch is on a part of the owner's way. */
void ways_add(struct ways *ways, uint32_t owner, int watch);

/*
 * Steps through the owners whose ways have that watch: start with *position
 * at 0; false when there are no more.  The table must not change meanwhile.
 */
bool ways_next(const struct ways *ways, int watch, size_t *position, uint32_t *owner);

/* Whether any way has that watch. */
bool ways_has(const struct ways *ways, int watch);

/* Whether there is any way. */
bool ways_has_any(const struct ways *ways);

/* Whether the owner has a way. */
bool ways_has_owner(const struct ways *ways, uint32_t owner);

/* Forgets the owner's way; release may be NULL. */
void ways_drop(struct ways *ways, uint32_t owner, ways_release *release, void *context);

/* Forgets a watch that is no more. */
void ways_forget(struct ways *ways, int watch);

#endif
