#include "sample.h"

#include <stdlib.h>

#include "memory.h"

void samples_add(struct samples *samples, const struct sample *sample)
{
	samples->list = memory_grow(samples->list, &samples->room, samples->count + 1,
	                            sizeof *samples->list);
	samples->list[samples->count++] = *sample;
}

static int order(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

static int compare(const void *a, const void *b)
{
	const struct sample *first = a, *second = b;
	int result = order(first->kind, second->kind);

	if (result == 0)
		result = order(first->name[0], second->name[0]);
	if (result == 0)
		result = order(first->name[1], second->name[1]);
	return result;
}

void samples_sort(struct samples *samples)
{
	if (samples->count > 0)
		qsort(samples->list, samples->count, sizeof *samples->list, compare);
}

const struct sample *samples_find(const struct samples *samples, const struct sample *like)
{
	if (samples->count == 0)
		return NULL;
	return bsearch(like, samples->list, samples->count, sizeof *samples->list, compare);
}

void samples_free(struct samples *samples)
{
	free(samples->list);
	*samples = (struct samples){ .list = NULL };
}
