/*
 * Halves of renames that wait for their other half.
 *
 * The kernel tells of a rename as two events with one cookie, as a rule one
 * right after the other (inotify(7)); they may come in different reads, and
 * the second never comes when the file went where nobody watches.
 */
#ifndef WATCH_MAILDIRS_RENAMES_H
#define WATCH_MAILDIRS_RENAMES_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "clock.h"

/* So long a half waits, in milliseconds. */
#define RENAMES_HOLD 20

/* So many wait at once; the oldest is given up for one more. */
#define RENAMES_MAX 32

/* The first half: a name has left the directory of this watch. */
struct rename_half {
	int watch;
	uint32_t cookie;
	clock_ms since;
	char name[NAME_MAX + 1];
};

struct renames {
	size_t count;
	struct rename_half half[RENAMES_MAX];
};

/* Takes what is given up: the name is gone as far as anyone can see. */
typedef void renames_take(void *context, const struct rename_half *half);

/* Keeps a first half; gives up the oldest when there is no room. */
void renames_add(struct renames *renames, int watch, uint32_t cookie, const char *name,
                 clock_ms now, renames_take *take, void *context);

/* Finds and removes the first half with the cookie; false when there is none. */
bool renames_match(struct renames *renames, uint32_t cookie, struct rename_half *half);

/* Gives up what has waited for RENAMES_HOLD at now. */
void renames_expire(struct renames *renames, clock_ms now, renames_take *take, void *context);

/* When renames_expire() has something to do next; CLOCK_NEVER for not at all. */
clock_ms renames_due(const struct renames *renames);

#endif
