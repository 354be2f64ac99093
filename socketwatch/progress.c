#include "progress.h"

/* A busy machine may be this late by itself, in milliseconds. */
#define LATENESS 1000

static clock_ms look_interval(const struct progress *progress)
{
	clock_ms interval = progress->timeout / PROGRESS_LOOKS;

	return interval > 0 ? interval : 1;
}

void progress_start(struct progress *progress, clock_ms timeout, clock_ms now)
{
	*progress = (struct progress){
		.timeout = timeout, .silent_since = now, .looked = now, .tried = now,
		.bare = PROGRESS_PAUSE,
	};
}

static bool has_connection(const struct samples *found)
{
	for (size_t i = 0; i < found->count; i++)
		if (found->list[i].kind == SAMPLE_SOCKET)
			return true;
	return false;
}

static bool kind_has_moved(const struct samples *before, const struct samples *found,
                           enum sample_kind kind)
{
	const struct sample *old;

	for (size_t i = 0; i < found->count; i++) {
		if (found->list[i].kind != kind)
			continue;
		old = samples_find(before, &found->list[i]);
		if (found->list[i].bytes > (old != NULL ? old->bytes : 0))
			return true;
	}
	return false;
}

static bool has_moved(struct progress *progress, const struct samples *found)
{
	if (has_connection(found)) {
		progress->bare = 0;
		return kind_has_moved(&progress->seen, found, SAMPLE_SOCKET);
	}
	if (progress->bare < PROGRESS_PAUSE)
		progress->bare++;
	return progress->bare == PROGRESS_PAUSE &&
	       kind_has_moved(&progress->seen, found, SAMPLE_PROCESS);
}

bool progress_look(struct progress *progress, struct samples *found, clock_ms now)
{
	bool late = now - progress->tried > 2 * look_interval(progress) + LATENESS;

	if (late || has_moved(progress, found))
		progress->silent_since = now;
	samples_free(&progress->seen);
	progress->seen = *found;
	*found = (struct samples){ .list = NULL };
	samples_sort(&progress->seen);
	progress->looked = progress->tried = now;
	return now - progress->silent_since >= progress->timeout;
}

bool progress_blind(struct progress *progress, clock_ms now)
{
	progress->tried = now;
	return now - progress->looked >= progress->timeout;
}

clock_ms progress_due(const struct progress *progress)
{
	clock_ms next = progress->tried + look_interval(progress);
	clock_ms end = progress->silent_since + progress->timeout;

	return next < end || progress->tried >= end ? next : end;
}

void progress_free(struct progress *progress)
{
	samples_free(&progress->seen);
}
