#include "status.h"

#include <stdio.h>
#include <string.h>

#include "duration.h"
#include "message.h"
#include "wall.h"

static const char *shown_name(const char *mailbox)
{
	return mailbox[0] != '\0' ? mailbox : "all mailboxes";
}

static void print_pending(void *context, const char *mailbox, clock_ms due,
                          enum schedule_state state)
{
	const clock_ms *now = context;
	char left[DURATION_ROOM];

	if (state == SCHEDULE_RUNNING)
		message_print("  %s being synced", shown_name(mailbox));
	else
		message_print("  %s due in %s%s", shown_name(mailbox),
		              duration_format(clock_until(due, *now), left),
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
	clock_ms now = clock_now();

	message_print("Pending mailboxes:");
	schedule_each(engine->schedule, now, print_pending, &now);
	print_stores(engine, now);
	print_run(engine, now);
	message_print("%lu syncs, %lu failures, %lu changes, %lu restarts", engine->syncs,
	              engine->failures, engine->changes, count_restarts(engine));
}

void status_notify(struct engine *engine)
{
	char line[sizeof engine->status];
	size_t i, ready = 0;

	if (engine->notify.path == NULL)
		return;
	for (i = 0; i < engine->config->store_count; i++)
		ready += engine->store[i].state == STORE_READY;
	snprintf(line, sizeof line, "STATUS=%zu of %zu mailstores watched, %s%.200s", ready,
	         engine->config->store_count, engine->syncer.running ? "syncing " : "idle",
	         engine->syncer.running ? engine->reporter.label : "");
	if (strcmp(line, engine->status) == 0)
		return;
	memcpy(engine->status, line, sizeof line);
	notify_send(&engine->notify, line);
}
