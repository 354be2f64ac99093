#include "news.h"

#include "duration.h"
#include "message.h"

static bool waits_for_way(const struct engine *engine)
{
	for (STORES(engine, store))
		if (store->lost)
			return true;
	return false;
}

static void take_loss(struct engine *engine, struct store *store,
                      const struct network_change *change, clock_ms now)
{
	if (!store_is_connected(store) ||
	    !network_is_lost(engine->network, change, store->child.guard, &store->lost))
		return;
	if (engine->options.verbose)
		message_print("%s: the connection is lost: connecting again", store->config->name);
	store_renew(store, now);
}

void news_take_changes(struct engine *engine, clock_ms now)
{
	struct network_change change;

	if (engine->state == ENGINE_ENDING ||
	    !network_take(engine->network, now, waits_for_way(engine), &change))
		return;
	if (engine->options.verbose && change.news)
		message_print("The network has changed: trying again what failed");
	for (STORES(engine, store)) {
		take_loss(engine, store, &change, now);
		if (change.news)
			store_news(store, now);
	}
	network_settle(engine->network);
	if (change.news)
		schedule_news(engine->schedule, now);
}

void news_take_suspend(struct engine *engine, clock_ms now)
{
	clock_ms slept = suspend_take(&engine->suspend);
	char buffer[DURATION_ROOM];

	if (engine->state == ENGINE_ENDING || slept <= engine->config->resume_after)
		return;
	message_print("Resumed after %s asleep: connecting again", duration_format(slept, buffer));
	for (STORES(engine, store))
		store_renew(store, now);
	network_forget_loss(engine->network);
	schedule_resume(engine->schedule, engine_is_ready(engine), now);
}
