#include "status.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "duration.h"
#include "wallclock.h"

static const char *shown_name(const char *mailbox)
{
	return mailbox[0] != '\0' ? mailbox : "all mailboxes";
}

static const char *plural(unsigned long count)
{
	return count == 1 ? "" : "s";
}

static bool is_ready(const struct status *status, size_t store)
{
	return status->store[store]->state == STORE_READY;
}

static size_t count_ready(const struct status *status)
{
	size_t ready = 0;

	for (size_t i = 0; i < status->store_count; i++)
		ready += is_ready(status, i);
	return ready;
}

static unsigned long count_restarts(const struct status *status)
{
	unsigned long restarts = 0;

	for (size_t i = 0; i < status->store_count; i++)
		restarts += status->store[i]->restarts;
	return restarts;
}

/* At the start one that has not failed yet is about to be ready. */
static bool are_stores_well(const struct status *status)
{
	bool starting = status->now - status->started < SCHEDULE_START_BOUND;

	for (size_t i = 0; i < status->store_count; i++)
		if (!is_ready(status, i) && (!starting || status->store[i]->cause[0] != '\0'))
			return false;
	return true;
}

bool status_is_well(const struct status *status)
{
	char text[REPORTER_ROOM];

	if (status->hold != NULL || reporter_failing(status->reporter, status->now, text) != NULL)
		return false;
	return are_stores_well(status);
}

/* --- the report --- */

struct listing {
	const struct status *status;
	FILE *out;
	bool begun;
	unsigned long left_out;
};

static void write_pending(void *context, const char *mailbox, clock_ms due,
                          enum schedule_state state)
{
	struct listing *listing = context;
	const struct status *status = listing->status;
	FILE *out = listing->out;
	char left[DURATION_ROOM];

	if (!listing->begun)
		fprintf(out, "Pending mailboxes:\n");
	listing->begun = true;
	if (ftell(out) > STATUS_LISTED) {
		listing->left_out++;
		return;
	}
	fprintf(out, "  %s ", shown_name(mailbox));
	if (state == SCHEDULE_RUNNING)
		fprintf(out, "being synced\n");
	else if (status->ending)
		fprintf(out, "left to the next start\n");
	else if (status->hold != NULL)
		fprintf(out, "waiting for %s\n", status->hold->config->name);
	else
		fprintf(out, "due in %s%s\n", duration_format(clock_until(due, status->now), left),
		        state == SCHEDULE_RETRYING ? " (after a failure)" : "");
}

static void write_self(FILE *out, const struct status *status)
{
	char since[WALLCLOCK_ROOM];

	fprintf(out, "mswatch %s, process %ld, runs since %s", PACKAGE_VERSION, (long)getpid(),
	        wallclock_time(status->started, status->now, since));
	fprintf(out, status->file != NULL ? " for %s\n" : "\n", status->file);
}

static void write_store(FILE *out, const struct store *store, clock_ms now)
{
	char text[STORE_ROOM], when[WALLCLOCK_ROOM];

	fprintf(out, "%s: %s\n", store->config->name, store_describe(store, now, text));
	if (store->restarts > 0)
		fprintf(out, "  %lu restart%s\n", store->restarts, plural(store->restarts));
	if (store->error[0] != '\0')
		fprintf(out, "  last error %s: %s\n", wallclock_time(store->failed, now, when),
		        store->error);
}

static void write_running(FILE *out, const struct status *status)
{
	const struct syncer *syncer = status->syncer;
	char since[WALLCLOCK_ROOM], lasting[DURATION_ROOM];

	if (!syncer->running && syncer_is_gone(syncer))
		return;
	fprintf(out, "sync: running since %s, for %s (%s)%s\n",
	        wallclock_time(syncer->started, status->now, since),
	        duration_format(status->now - syncer->started, lasting), status->reporter->label,
	        syncer->running ? "" : ", told to end");
}

static void write_run(FILE *out, const char *which, const struct status_run *run, clock_ms now)
{
	char when[WALLCLOCK_ROOM], lasted[DURATION_ROOM];

	fprintf(out, "%s: %s, %s after %s (%s)\n", which, wallclock_time(run->ended, now, when),
	        run->success ? "succeeded" : run->cause, duration_format(run->lasted, lasted),
	        run->label);
	if (run->words[0] != '\0')
		fprintf(out, "  it said: %s\n", run->words);
}

static void write_failing(FILE *out, const struct status *status)
{
	char text[REPORTER_ROOM];
	const char *failing = reporter_failing(status->reporter, status->now, text);

	if (failing != NULL)
		fprintf(out, "sync: %s\n", failing);
}

static void write_hook(FILE *out, const struct status *status)
{
	if (status->hook->program.running)
		fprintf(out, "%s: running\n", status->hook->success ? "on_success" : "on_failure");
}

static void write_report(FILE *out, const struct status *status)
{
	struct listing listing = { .status = status, .out = out };
	unsigned long restarts = count_restarts(status);

	write_self(out, status);
	schedule_each(status->schedule, status->now, write_pending, &listing);
	if (!listing.begun)
		fprintf(out, "Nothing is pending\n");
	if (listing.left_out > 0)
		fprintf(out, "  and %lu more\n", listing.left_out);
	for (size_t i = 0; i < status->store_count; i++)
		write_store(out, status->store[i], status->now);
	write_running(out, status);
	write_failing(out, status);
	if (status->last != NULL)
		write_run(out, "last sync", status->last, status->now);
	if (status->failed != NULL && status->failed != status->last)
		write_run(out, "last failure", status->failed, status->now);
	write_hook(out, status);
	fprintf(out, "%lu sync%s, %lu failure%s, %lu change%s, %lu restart%s\n", status->syncs,
	        plural(status->syncs), status->failures, plural(status->failures), status->changes,
	        plural(status->changes), restarts, plural(restarts));
}

char *status_report(const struct status *status)
{
	char *text = NULL;
	size_t length;
	FILE *out = open_memstream(&text, &length);

	if (out == NULL)
		return NULL;
	write_report(out, status);
	if (fclose(out) == 0)
		return text;
	free(text);
	return NULL;
}

/* --- one line --- */

static void __attribute__((format(printf, 2, 3))) append(char line[STATUS_ROOM],
                                                         const char *format, ...)
{
	size_t length = strlen(line);
	va_list list;

	va_start(list, format);
	vsnprintf(line + length, STATUS_ROOM - length, format, list);
	va_end(list);
}

/* What is done, and what keeps more from being done. */
static void append_work(const struct status *status, char line[STATUS_ROOM])
{
	const struct store *hold = status->hold;

	if (status->syncer->running)
		append(line, "syncing %.200s", status->reporter->label);
	else
		append(line, "%s", hold != NULL ? "nothing is synced" : "idle");
	if (hold != NULL)
		append(line, " (%s: %s)", hold->config->name, store_hold(hold));
}

static void append_troubles(const struct status *status, char line[STATUS_ROOM])
{
	char text[REPORTER_ROOM > STORE_ROOM ? REPORTER_ROOM : STORE_ROOM];
	const char *failing = reporter_failing(status->reporter, status->now, text);

	if (failing != NULL)
		append(line, "; sync: %.500s", failing);
	for (size_t i = 0; i < status->store_count; i++)
		if (!store_is_well(status->store[i]))
			append(line, "; %s: %s", status->store[i]->config->name,
			       store_state(status->store[i], status->now, text));
}

const char *status_line(const struct status *status, char buffer[STATUS_ROOM])
{
	snprintf(buffer, STATUS_ROOM, "%zu of %zu mailstores watched, ", count_ready(status),
	         status->store_count);
	append_work(status, buffer);
	append_troubles(status, buffer);
	return buffer;
}

static void count_one(void *context, const char *mailbox, clock_ms due, enum schedule_state state)
{
	unsigned long *count = context;

	(void)mailbox;
	(void)due;
	*count += state != SCHEDULE_RUNNING;
}

const char *status_short(const struct status *status, char buffer[STATUS_ROOM])
{
	const struct status_run *last = status->last;
	unsigned long pending = 0;
	char ago[DURATION_ROOM];

	snprintf(buffer, STATUS_ROOM, "%zu/%zu watched, ", count_ready(status),
	         status->store_count);
	append_work(status, buffer);
	schedule_each(status->schedule, status->now, count_one, &pending);
	if (pending > 0)
		append(buffer, ", %lu pending", pending);
	if (last != NULL)
		append(buffer, ", last sync %s%s ago", last->success ? "" : "failed ",
		       duration_format(status->now - last->ended, ago));
	for (size_t i = 0; i < status->store_count; i++)
		if (!is_ready(status, i))
			append(buffer, ", %s not watched", status->store[i]->config->name);
	return buffer;
}
