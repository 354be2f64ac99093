#include "watching.h"

#include "message.h"

void watching_begin(struct engine *engine, clock_ms now)
{
	char text[STORE_ROOM];

	engine->state = ENGINE_WATCHING;
	engine->deadline = CLOCK_NEVER;
	message_print(engine_is_ready(engine) ? "Watching mailstores"
	                                      : "Watching mailstores, but not all:");
	for (STORES(engine, store))
		if (store->state != STORE_READY)
			message_print("  %s: %s", store->config->name,
			              store_describe(store, now, text));
	for (STORES(engine, store))
		store_tell_hold(store);
	service_send(&engine->service, "READY=1");
}

/* The store that held up syncing is ready. */
static void tell_release(const struct engine *engine, struct store *store)
{
	const struct store *other = engine_hold(engine);

	if (!store->told_hold)
		return;
	store->told_hold = false;
	if (other == NULL)
		message_print("%s: the mailstore is there: syncing goes on", store->config->name);
	else
		message_print("%s: the mailstore is there; nothing is synced until %s is, too",
		              store->config->name, other->config->name);
}

void watching_ready(void *context, struct store *store)
{
	struct engine *engine = context;
	clock_ms now = clock_now();

	tell_release(engine, store);
	if (engine->state == ENGINE_STARTING && engine_is_ready(engine))
		watching_begin(engine, now);
	schedule_ready(engine->schedule, engine_is_ready(engine), now);
}

void watching_change(void *context, struct store *store, const char *mailbox)
{
	struct engine *engine = context;
	size_t index = 0;

	while (engine->store[index] != store)
		index++;
	engine->changes++;
	reports_take(&engine->reports, index, mailbox);
}
