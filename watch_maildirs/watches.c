#include "watches.h"

#include <stdlib.h>
#include <string.h>

#include "memory.h"

#define EMPTY UINT32_MAX

void watches_start(struct watches *watches, watches_watch_of *watch_of, const void *context)
{
	*watches = (struct watches){ .watch_of = watch_of, .context = context };
}

/* The slot where the places of a watch start (Knuth's multiplicative hash). */
static size_t home(const struct watches *watches, int watch)
{
	return (size_t)((uint32_t)watch * 2654435769U >> 7) & (watches->room - 1);
}

static size_t home_of(const struct watches *watches, uint32_t place)
{
	return home(watches, watches->watch_of(watches->context, place));
}

static size_t after(const struct watches *watches, size_t slot)
{
	return (slot + 1) & (watches->room - 1);
}

static void put(struct watches *watches, uint32_t place)
{
	size_t slot = home_of(watches, place);

	while (watches->slot[slot] != EMPTY)
		slot = after(watches, slot);
	watches->slot[slot] = place;
}

static void grow(struct watches *watches)
{
	uint32_t *old = watches->slot;
	size_t room = watches->room, i;

	watches->room = room == 0 ? 64 : room * 2;
	watches->slot = memory_new(watches->room, sizeof *watches->slot);
	memset(watches->slot, 0xff, watches->room * sizeof *watches->slot);
	for (i = 0; i < room; i++)
		if (old[i] != EMPTY)
			put(watches, old[i]);
	free(old);
}

void watches_add(struct watches *watches, uint32_t place)
{
	if (watches->used + watches->used / 4 + 1 >= watches->room)
		grow(watches);
	watches->used++;
	put(watches, place);
}

/* Closes the gap, so that a search may stop at an empty slot. */
static void close_gap(struct watches *watches, size_t gap)
{
	size_t slot = gap, start;

	for (;;) {
		watches->slot[gap] = EMPTY;
		do {
			slot = after(watches, slot);
			if (watches->slot[slot] == EMPTY)
				return;
			start = home_of(watches, watches->slot[slot]);
		} while (gap <= slot ? gap < start && start <= slot : gap < start || start <= slot);
		watches->slot[gap] = watches->slot[slot];
		gap = slot;
	}
}

void watches_remove(struct watches *watches, uint32_t place)
{
	size_t slot = home_of(watches, place);

	while (watches->slot[slot] != place)
		slot = after(watches, slot);
	watches->used--;
	close_gap(watches, slot);
}

bool watches_next(const struct watches *watches, int watch, size_t *position, uint32_t *place)
{
	size_t slot;

	if (watches->room == 0)
		return false;
	for (;;) {
		slot = (home(watches, watch) + (*position)++) & (watches->room - 1);
		if (watches->slot[slot] == EMPTY)
			return false;
		if (watches->watch_of(watches->context, watches->slot[slot]) == watch) {
			*place = watches->slot[slot];
			return true;
		}
	}
}

void watches_end(struct watches *watches)
{
	free(watches->slot);
	watches->slot = NULL;
	watches->room = watches->used = 0;
}
