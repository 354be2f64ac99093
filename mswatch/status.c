#include "status.h"

#include <stdio.h>
#include <string.h>

#include "duration.h"
#include "message.h"
#include "wall.h"

/* What is done, in words, in bytes. */
#define WORK_ROOM 500

static const char *shown_name(const char *mailbox)
{
	return mailbox[0] != '\0' ? mailbox : "all mailboxes";
}

struct moment {
	clock_ms now;
	const struct store *hold;       /* for whose sake nothing is synced, or NULL */
};

static void print_pending(void *context, const char *mailbox, clock_ms due,
                          enum schedule_state state)
{
	const struct moment *moment = context;
	char left[DURATION_ROOM];

	if (state == SCHEDULE_RUNNING)
		message_print("  %s being synced", shown_name(mailbox));
	else if (moment->hold != NULL)
		message_print("  %s waiting for %s", shown_name(mailbox),
		              moment->hold->config->name);
	else
		message_print("  %s due in %s%s", shown_name(mailbox),
		              duration_format(clock_until(due, moment->now), left),
		              state == SCHEDULE_RETRYING ? " (after a failure)" : "");
}

static void print_stores(const struct engine *engine, clock_ms now)
{
	char text[STORE_ROOM];
	size_t i;

	for (i = 0; i < engine->config->store_count; i++)
		message_print("%s: %s", engine->config->stores[i].name,
		              store_describe(&engine->store[i], now, text));
}

static void print_run(const struct engine *engine, clock_ms now)
{
	char since[WALL_ROOM], lasting[DURATION_ROOM];

	if (!engine->syncer.running)
		return;
	message_print("sync: running since %s, for %s (%s)",
	              wall_time(engine->syncer.started, now, since),
	              duration_format(now - engine->syncer.started, lasting),
	              engine->reporter.label);
}

static unsigned long count_restarts(const struct engine *engine)
{
	unsigned long restarts = 0;
	size_t i;

	for (i = 0; i < engine->config->store_count; i++)
		restarts += engine->store[i].restarts;
	return restarts;
}

void status_print(const struct engine *engine)
{
	struct moment moment = { .now = clock_now(), .hold = engine_find_hold(engine) };

	message_print("Pending mailboxes:");
	schedule_each(engine->schedule, moment.now, print_pending, &moment);
	print_stores(engine, moment.now);
	print_run(engine, moment.now);
	message_print("%lu syncs, %lu failures, %lu changes, %lu restarts", engine->syncs,
	              engine->failures, engine->changes, count_restarts(engine));
}

/* What is done, and what keeps more from being done. */
static void describe_work(const struct engine *engine, char text[WORK_ROOM])
{
	const struct store *hold = engine_find_hold(engine);
	size_t length;

	if (engine->syncer.running)
		snprintf(text, WORK_ROOM, "syncing %.200s", engine->reporter.label);
	else
		snprintf(text, WORK_ROOM, "%s", hold != NULL ? "nothing is synced" : "idle");
	length = strlen(text);
	if (hold != NULL)
		snprintf(text + length, WORK_ROOM - length, " (%s: %s)", hold->config->name,
		         store_hold(hold));
}

void status_notify(struct engine *engine)
{
	char work[WORK_ROOM];
	char line[sizeof engine->status];
	size_t i, ready = 0;

	if (engine->notify.path == NULL)
		return;
	for (i = 0; i < engine->config->store_count; i++)
		ready += engine->store[i].state == STORE_READY;
	describe_work(engine, work);
	snprintf(line, sizeof line, "STATUS=%zu of %zu mailstores watched, %s", ready,
	         engine->config->store_count, work);
	if (strcmp(line, engine->status) == 0)
		return;
	memcpy(engine->status, line, sizeof line);
	notify_send(&engine->notify, line);
}
