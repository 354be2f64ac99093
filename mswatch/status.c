#include "status.h"

#include <stdio.h>
#include <string.h>

#include "duration.h"
#include "message.h"
#include "wallclock.h"

/* What is done, in words, in bytes. */
#define WORK_ROOM 500

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
		message_report("Pending mailboxes:");
	listing->begun = true;
	if (state == SCHEDULE_RUNNING)
		message_report("  %s being synced", shown_name(mailbox));
	else if (status->ending)
		message_report("  %s left to the next start", shown_name(mailbox));
	else if (status->hold != NULL)
		message_report("  %s waiting for %s", shown_name(mailbox),
		              status->hold->config->name);
	else
		message_report("  %s due in %s%s", shown_name(mailbox),
		              duration_format(clock_until(due, status->now), left),
		              state == SCHEDULE_RETRYING ? " (after a failure)" : "");
}

static void print_stores(const struct status *status)
{
	char text[STORE_ROOM];

	for (size_t i = 0; i < status->store_count; i++)
		message_report("%s: %s", status->store[i].config->name,
		              store_describe(&status->store[i], status->now, text));
}

static void print_run(const struct status *status)
{
	const struct syncer *syncer = status->syncer;
	char since[WALLCLOCK_ROOM], lasting[DURATION_ROOM];

	if (!syncer->running && syncer_is_gone(syncer))
		return;
	message_report("sync: running since %s, for %s (%s)%s",
	              wallclock_time(syncer->started, status->now, since),
	              duration_format(status->now - syncer->started, lasting), status->label,
	              syncer->running ? "" : ", told to end");
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
		message_report("Nothing is pending");
	print_stores(status);
	print_run(status);
	message_report("%lu sync%s, %lu failure%s, %lu change%s, %lu restart%s", status->syncs,
	              plural(status->syncs), status->failures, plural(status->failures),
	              status->changes, plural(status->changes), restarts, plural(restarts));
}

/* What is done, and what keeps more from being done. */
static void describe_work(const struct status *status, char text[WORK_ROOM])
{
	const struct store *hold = status->hold;
	size_t length;

	if (status->syncer->running)
		snprintf(text, WORK_ROOM, "syncing %.200s", status->label);
	else
		snprintf(text, WORK_ROOM, "%s", hold != NULL ? "nothing is synced" : "idle");
	length = strlen(text);
	if (hold != NULL)
		snprintf(text + length, WORK_ROOM - length, " (%s: %s)", hold->config->name,
		         store_hold(hold));
}

const char *status_line(const struct status *status, char buffer[STATUS_ROOM])
{
	char work[WORK_ROOM];
	size_t ready = 0;

	for (size_t i = 0; i < status->store_count; i++)
		ready += status->store[i].state == STORE_READY;
	describe_work(status, work);
	snprintf(buffer, STATUS_ROOM, "%zu of %zu mailstores watched, %s", ready,
	         status->store_count, work);
	return buffer;
}
