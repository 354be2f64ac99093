#include "inside.h"

#include <stddef.h>

bool engine_is_ready(const struct engine *engine)
{
	for (STORES(engine, store))
		if (store->state != STORE_READY)
			return false;
	return true;
}

/* A store for whose sake nothing may be synced, or NULL. */
const struct store *engine_hold(const struct engine *engine)
{
	for (STORES(engine, store))
		if (store_hold(store) != NULL)
			return store;
	return NULL;
}
