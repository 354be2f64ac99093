/*
 * From a watch to the places that it watches.
 *
 * The kernel has one watch for a directory however many paths lead to it, so
 * a watch has a list of places.  A place is a number that the caller makes
 * up; the watch of a place is for the caller to know, which keeps this table
 * at four bytes a place.
 */
#ifndef WATCH_MAILDIRS_WATCHES_H
#define WATCH_MAILDIRS_WATCHES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The watch of a place. */
typedef int watches_watch_of(const void *context, uint32_t place);

struct watches {
	uint32_t *slot;         /* open addressing; room is a power of two or 0 */
	size_t room, used;
	watches_watch_of *watch_of;
	const void *context;
};

/* Starts an empty table. */
void watches_start(struct watches *watches, watches_watch_of *watch_of, const void *context);

/* Adds a place whose watch is known already and not 0. */
void watches_add(struct watches *watches, uint32_t place);

/* Removes a place, whose watch is still known. */
void watches_remove(struct watches *watches, uint32_t place);

/*
 * Steps through the places of a watch: start with *position at 0; false when
 * there are no more.  The table must not change meanwhile.
 */
bool watches_next(const struct watches *watches, int watch, size_t *position, uint32_t *place);

/* Frees the table. */
void watches_end(struct watches *watches);

#endif
