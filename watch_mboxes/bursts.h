/*
 * When a mailbox that is written to has changed, and when a new name counts.
 *
 * A change is complete when who wrote closes the file, or after a quiet moment,
 * as some keep it open; and at the latest some time after it began.  A new
 * name counts once it has been there for a moment: programs make files that
 * pass.  Nothing here makes system calls; times are clock.h's, passed in.
 */
#ifndef WATCH_MBOXES_BURSTS_H
#define WATCH_MBOXES_BURSTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "clock.h"

/* In milliseconds: without a write a change is complete, since its first write it is told. */
#define BURSTS_QUIET 200
#define BURSTS_LATEST 2000

/* So long a new name must have been there, in milliseconds. */
#define BURSTS_NEW 200

struct burst {
	clock_ms appeared;      /* of a new name; CLOCK_NEVER: none */
	clock_ms first, last;   /* writes; CLOCK_NEVER: none */
	bool is_now;            /* due as it is */
	bool is_active;         /* any of these */
	bool is_taken;          /* due, and take() is still to be called */
};

struct bursts {
	struct burst *burst;    /* by file */
	size_t room;
	uint32_t *active, *due; /* files; a scratch list */
	size_t count, active_room, due_room;
	clock_ms next;          /* nothing is due before */
};

/* A file's change is complete, or its name counts. */
typedef void bursts_take(void *context, uint32_t file);

/* Starts with nothing under way. */
void bursts_start(struct bursts *bursts);

/* Frees what is remembered. */
void bursts_end(struct bursts *bursts);

/* The file's name is new. */
void bursts_appear(struct bursts *bursts, uint32_t file, clock_ms now);

/* The file was written to. */
void bursts_write(struct bursts *bursts, uint32_t file, clock_ms now);

/* It was closed by one who could write: due, if it was written to and has a known name. */
void bursts_close(struct bursts *bursts, uint32_t file);

/* The file is due whatever happened to it. */
void bursts_hasten(struct bursts *bursts, uint32_t file);

/* Whether the name is new, and does not count yet. */
bool bursts_is_new(const struct bursts *bursts, uint32_t file);

/* The same, and whether it had come by that time. */
bool bursts_has_come(const struct bursts *bursts, uint32_t file, clock_ms by);

/* Forgets a file that is no more. */
void bursts_forget(struct bursts *bursts, uint32_t file);

/* Calls take for each file that is due at now; it may change what is under way. */
void bursts_expire(struct bursts *bursts, clock_ms now, bursts_take *take, void *context);

/* When bursts_expire() may have something to do next; CLOCK_NEVER for not at all. */
clock_ms bursts_due(const struct bursts *bursts);

#endif
