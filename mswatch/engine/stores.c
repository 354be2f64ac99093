#include "stores.h"

#include <stdlib.h>
#include <string.h>

#include "descriptors.h"
#include "memory.h"
#include "watching.h"

/* What a store's watcher needs (its pipes and its guard), and all else, in descriptors. */
#define STORE_DESCRIPTORS 4
#define OTHER_DESCRIPTORS 128

static void ignore_ready(void *context, struct store *store)
{
	(void)context;
	(void)store;
}

static void ignore_change(void *context, struct store *store, const char *mailbox)
{
	(void)context;
	(void)store;
	(void)mailbox;
}

static void set_owners(struct engine *engine)
{
	engine->owner = (struct store_owner){ .loop = &engine->loop,
		                              .config = engine->config,
		                              .verbose = engine->options.verbose,
		                              .context = engine,
		                              .ready = watching_ready,
		                              .changed = watching_change };
	engine->nobody = engine->owner;
	engine->nobody.ready = ignore_ready;
	engine->nobody.changed = ignore_change;
}

static bool is_same_text(const char *one, const char *other)
{
	return one == other || (one != NULL && other != NULL && strcmp(one, other) == 0);
}

/* What a watcher that goes by mbsync's configuration has read there of this store. */
static const struct mbsyncrc_store *place_of(const struct settings *settings, size_t store)
{
	return settings != NULL && settings->subject != NULL ? settings->subject->store[store]
	                                                     : NULL;
}

static bool is_same_place(const struct mbsyncrc_store *one, const struct mbsyncrc_store *other)
{
	if (one == NULL || other == NULL)
		return one == other;
	return one->imap == other->imap && is_same_text(one->name, other->name) &&
	       is_same_text(one->path, other->path) && is_same_text(one->inbox, other->inbox) &&
	       one->subfolders == other->subfolders && one->delimiter == other->delimiter;
}

/* Takes the store out of the former ones; NULL: there is none like it. */
static struct store *take_same(struct engine *engine, struct store **former, size_t count,
                               size_t index)
{
	const struct config_store *config = &engine->config->stores[index];
	const struct mbsyncrc_store *place = place_of(engine->settings, index);

	for (size_t i = 0; i < count; i++) {
		struct store *store = former[i];

		if (store == NULL || !config_store_is_same(store->config, config) ||
		    !is_same_place(place_of(engine->former, i), place))
			continue;
		former[i] = NULL;
		return store;
	}
	return NULL;
}

static void retire(struct engine *engine, struct store *store)
{
	engine->retired = memory_grow(engine->retired, &engine->retired_room,
	                              engine->retired_count + 1, sizeof *engine->retired);
	engine->retired[engine->retired_count++] = store;
	store->owner = &engine->nobody;
	store_end(store);
}

void stores_adopt(struct engine *engine, clock_ms now)
{
	const struct config *config = engine->config;
	struct store **former = engine->store;
	size_t count = engine->store_count;

	set_owners(engine);
	descriptors_allow(OTHER_DESCRIPTORS + (config->store_count + count) * STORE_DESCRIPTORS);
	engine->store = memory_new(config->store_count, sizeof *engine->store);
	engine->store_count = config->store_count;
	for (size_t i = 0; i < config->store_count; i++) {
		struct store *store = take_same(engine, former, count, i);

		if (store != NULL) {
			store_configure(store, &config->stores[i], now);
		} else {
			store = memory_new(1, sizeof *store);
			store_init(store, &config->stores[i], &engine->owner, now);
		}
		engine->store[i] = store;
	}
	for (size_t i = 0; i < count; i++)
		if (former[i] != NULL)
			retire(engine, former[i]);
	free(former);
}

static void forget_ended(struct engine *engine)
{
	size_t kept = 0;

	for (size_t i = 0; i < engine->retired_count; i++) {
		struct store *store = engine->retired[i];

		if (store->state != STORE_ENDED) {
			engine->retired[kept++] = store;
			continue;
		}
		store_free(store);
		free(store);
	}
	engine->retired_count = kept;
}

void stores_tick(struct engine *engine, clock_ms now)
{
	for (STORES(engine, store))
		store_tick(store, now);
	for (size_t i = 0; i < engine->retired_count; i++)
		store_tick(engine->retired[i], now);
	forget_ended(engine);
}

clock_ms stores_wake(const struct engine *engine)
{
	clock_ms due = CLOCK_NEVER;

	for (STORES(engine, store))
		due = clock_earlier(due, store_wake(store));
	for (size_t i = 0; i < engine->retired_count; i++)
		due = clock_earlier(due, store_wake(engine->retired[i]));
	return due;
}

bool stores_have_ended(const struct engine *engine)
{
	for (STORES(engine, store))
		if (store->state != STORE_ENDED)
			return false;
	return engine->retired_count == 0;
}

void stores_each(const struct engine *engine, void call(struct store *store))
{
	for (STORES(engine, store))
		call(store);
	for (size_t i = 0; i < engine->retired_count; i++)
		call(engine->retired[i]);
}

static void drop(struct store *store)
{
	store_free(store);
	free(store);
}

void stores_free(struct engine *engine)
{
	stores_each(engine, drop);
	free(engine->store);
	free(engine->retired);
}
