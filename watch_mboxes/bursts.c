#include "bursts.h"

#include <stdlib.h>
#include <string.h>

#include "hot.h"
#include "memory.h"

/* Due at once, whatever the time. */
#define AT_ONCE INT64_MIN

static const struct burst nothing = {
	.appeared = CLOCK_NEVER, .first = CLOCK_NEVER, .last = CLOCK_NEVER,
};

void bursts_start(struct bursts *bursts)
{
	*bursts = (struct bursts){ .next = CLOCK_NEVER };
}

void bursts_end(struct bursts *bursts)
{
	free(bursts->burst);
	free(bursts->active);
	free(bursts->due);
	bursts_start(bursts);
}

/* The file's burst; one that begins now if there is none. */
HOT static struct burst *get(struct bursts *bursts, uint32_t file)
{
	size_t old = bursts->room;

	if (file >= old) {
		bursts->burst = memory_grow(bursts->burst, &bursts->room, file + (size_t)1,
		                            sizeof *bursts->burst);
		for (size_t i = old; i < bursts->room; i++)
			bursts->burst[i] = nothing;
	}
	if (!bursts->burst[file].is_active) {
		bursts->active = memory_grow(bursts->active, &bursts->active_room,
		                             bursts->count + 1, sizeof *bursts->active);
		bursts->active[bursts->count++] = file;
		bursts->burst[file].is_active = true;
	}
	return &bursts->burst[file];
}

static clock_ms due_of(const struct burst *burst)
{
	if (burst->is_now)
		return AT_ONCE;
	if (burst->appeared != CLOCK_NEVER)
		return burst->appeared + BURSTS_NEW;
	if (burst->first == CLOCK_NEVER)
		return CLOCK_NEVER;
	return clock_earlier(burst->last + BURSTS_QUIET, burst->first + BURSTS_LATEST);
}

static void plan(struct bursts *bursts, const struct burst *burst)
{
	bursts->next = clock_earlier(bursts->next, due_of(burst));
}

void bursts_appear(struct bursts *bursts, uint32_t file, clock_ms now)
{
	struct burst *burst = get(bursts, file);

	if (burst->appeared == CLOCK_NEVER)
		burst->appeared = now;
	plan(bursts, burst);
}

HOT void bursts_write(struct bursts *bursts, uint32_t file, clock_ms now)
{
	struct burst *burst = get(bursts, file);

	if (burst->first == CLOCK_NEVER)
		burst->first = now;
	burst->last = now;
	plan(bursts, burst);
}

HOT void bursts_close(struct bursts *bursts, uint32_t file)
{
	struct burst *burst = file < bursts->room ? &bursts->burst[file] : NULL;

	if (burst == NULL || burst->first == CLOCK_NEVER)
		return;
	burst->first = burst->last = CLOCK_NEVER;
	if (burst->appeared == CLOCK_NEVER)
		burst->is_now = true;
	plan(bursts, burst);
}

void bursts_hasten(struct bursts *bursts, uint32_t file)
{
	struct burst *burst = get(bursts, file);

	burst->is_now = true;
	plan(bursts, burst);
}

bool bursts_is_new(const struct bursts *bursts, uint32_t file)
{
	return file < bursts->room && bursts->burst[file].appeared != CLOCK_NEVER;
}

bool bursts_has_come(const struct bursts *bursts, uint32_t file, clock_ms by)
{
	return bursts_is_new(bursts, file) && bursts->burst[file].appeared <= by;
}

void bursts_forget(struct bursts *bursts, uint32_t file)
{
	size_t i = 0;

	if (file >= bursts->room)
		return;
	while (bursts->burst[file].is_active && bursts->active[i] != file)
		i++;
	if (bursts->burst[file].is_active)
		bursts->active[i] = bursts->active[--bursts->count];
	bursts->burst[file] = nothing;
}

/* What is due is over; a new name may still be written to. */
static void settle(struct burst *burst)
{
	if (burst->appeared == CLOCK_NEVER || burst->is_now)
		burst->first = burst->last = CLOCK_NEVER;
	burst->appeared = CLOCK_NEVER;
	burst->is_now = false;
	burst->is_active = burst->first != CLOCK_NEVER;
	burst->is_taken = true;
}

/* Takes what is due out of the active ones; returns how many files that are. */
static size_t take_due(struct bursts *bursts, clock_ms now)
{
	size_t left = 0, taken = 0;

	bursts->next = CLOCK_NEVER;
	bursts->due =
		memory_grow(bursts->due, &bursts->due_room, bursts->count, sizeof *bursts->due);
	for (size_t i = 0; i < bursts->count; i++) {
		uint32_t file = bursts->active[i];
		struct burst *burst = &bursts->burst[file];

		if (due_of(burst) <= now) {
			settle(burst);
			bursts->due[taken++] = file;
		}
		if (burst->is_active) {
			plan(bursts, burst);
			bursts->active[left++] = file;
		}
	}
	bursts->count = left;
	return taken;
}

HOT void bursts_expire(struct bursts *bursts, clock_ms now, bursts_take *take, void *context)
{
	size_t count;

	if (now < bursts->next || bursts->count == 0)
		return;
	count = take_due(bursts, now);
	for (size_t i = 0; i < count; i++) {
		uint32_t file = bursts->due[i];

		if (!bursts->burst[file].is_taken)
			continue; /* forgotten meanwhile */
		bursts->burst[file].is_taken = false;
		take(context, file);
	}
}

HOT clock_ms bursts_due(const struct bursts *bursts)
{
	return bursts->count > 0 ? bursts->next : CLOCK_NEVER;
}
