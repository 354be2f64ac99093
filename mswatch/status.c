#include "status.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "duration.h"
#include "message.h"
#include "wallclock.h"

static const char *shown_name(const char *mailbox)
{
	return mailbox[0] != '\0' ? mailbox : "all mailboxes";
}

struct listing {
	const struct status *status;
	bool begun;
};

static void print_pending(void *context, const char *mailbox, clock_ms due,
                          enum schedule_state state)
{
	struct listing *listing = context;
	const struct status *status = listing->status;
	char left[DURATION_ROOM];

	if (!listing->begun)
		message_print("Pending mailboxes:");
	listing->begun = true;
	if (state == SCHEDULE_RUNNING)
		message_print("  %s being synced", shown_name(mailbox));
	else if (status->ending)
		message_print("  %s left to the next start", shown_name(mailbox));
	else if (status->hold != NULL)
		message_print("  %s waiting for %s", shown_name(mailbox),
		              status->hold->config->name);
	else
		message_print("  %s due in %s%s", shown_name(mailbox),
		              duration_format(clock_until(due, status->now), left),
		              state == SCHEDULE_RETRYING ? " (after a failure)" : "");
}

static void print_stores(const struct status *status)
{
	char text[STORE_ROOM];

	for (size_t i = 0; i < status->store_count; i++)
		message_print("%s: %s", status->store[i].config->name,
		              store_describe(&status->store[i], status->now, text));
}

static void print_run(const struct status *status)
{
	const struct syncer *syncer = status->syncer;
	char since[WALLCLOCK_ROOM], lasting[DURATION_ROOM];

	if (!syncer->running && syncer_is_gone(syncer))
		return;
	message_print("sync: running since %s, for %s (%s)%s",
	              wallclock_time(syncer->started, status->now, since),
	              duration_format(status->now - syncer->started, lasting),
	              status->reporter->label, syncer->running ? "" : ", told to end");
}

static void print_failing(const struct status *status)
{
	char text[REPORTER_ROOM];
	const char *failing = reporter_failing(status->reporter, status->now, text);

	if (failing != NULL)
		message_print("sync: %s", failing);
}

static unsigned long count_restarts(const struct status *status)
{
	unsigned long restarts = 0;

	for (size_t i = 0; i < status->store_count; i++)
		restarts += status->store[i].restarts;
	return restarts;
}

static const char *plural(unsigned long count)
{
	return count == 1 ? "" : "s";
}

void status_print(const struct status *status)
{
	struct listing listing = { .status = status };
	unsigned long restarts = count_restarts(status);

	schedule_each(status->schedule, status->now, print_pending, &listing);
	if (!listing.begun)
		message_print("Nothing is pending");
	print_stores(status);
	print_run(status);
	print_failing(status);
	message_print("%lu sync%s, %lu failure%s, %lu change%s, %lu restart%s", status->syncs,
	              plural(status->syncs), status->failures, plural(status->failures),
	              status->changes, plural(status->changes), restarts, plural(restarts));
}

static void __attribute__((format(printf, 2, 3)))
append(char line[STATUS_ROOM], const char *format, ...)
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
		if (!store_is_well(&status->store[i]))
			append(line, "; %s: %s", status->store[i].config->name,
			       store_state(&status->store[i], status->now, text));
}

const char *status_line(const struct status *status, char buffer[STATUS_ROOM])
{
	size_t ready = 0;

	for (size_t i = 0; i < status->store_count; i++)
		ready += status->store[i].state == STORE_READY;
	snprintf(buffer, STATUS_ROOM, "%zu of %zu mailstores watched, ", ready,
	         status->store_count);
	append_work(status, buffer);
	append_troubles(status, buffer);
	return buffer;
}
