/* What one look finds: how much each source of data has moved so far. */
#ifndef SOCKETWATCH_SAMPLE_H
#define SOCKETWATCH_SAMPLE_H

#include <stddef.h>
#include <stdint.h>

enum sample_kind {
	SAMPLE_SOCKET,          /* a TCP connection, by the kernel's cookie */
	SAMPLE_PROCESS          /* a process, by its start time and number */
};

struct sample {
	enum sample_kind kind;
	uint64_t name[2];       /* never used again for another source */
	uint64_t bytes;         /* or clock ticks, of a process whose bytes are not shown */
};

struct samples {
	struct sample *list;
	size_t count, room;
};

/* Adds one. */
void samples_add(struct samples *samples, const struct sample *sample);

/* Sorts by kind and name. */
void samples_sort(struct samples *samples);

/* The sample of the same source among sorted ones, or NULL. */
const struct sample *samples_find(const struct samples *samples, const struct sample *like);

/* Forgets all, and frees them. */
void samples_free(struct samples *samples);

#endif
