#include "renames.h"

#include <stdio.h>
#include <string.h>

#include "hot.h"

static void drop(struct renames *renames, size_t index)
{
	renames->count--;
	memmove(&renames->half[index], &renames->half[index + 1],
	        (renames->count - index) * sizeof renames->half[0]);
}

static void give_up_first(struct renames *renames, renames_take *take, void *context)
{
	struct rename_half first = renames->half[0];

	drop(renames, 0);
	take(context, &first);
}

void renames_add(struct renames *renames, int watch, uint32_t cookie, const char *name,
                 clock_ms now, renames_take *take, void *context)
{
	struct rename_half *half;

	if (renames->count == RENAMES_MAX)
		give_up_first(renames, take, context);
	half = &renames->half[renames->count++];
	half->watch = watch;
	half->cookie = cookie;
	half->since = now;
	snprintf(half->name, sizeof half->name, "%s", name);
}

HOT bool renames_match(struct renames *renames, uint32_t cookie, struct rename_half *half)
{
	for (size_t i = renames->count; i-- > 0;)
		if (renames->half[i].cookie == cookie) {
			*half = renames->half[i];
			drop(renames, i);
			return true;
		}
	return false;
}

HOT void renames_expire(struct renames *renames, clock_ms now, renames_take *take, void *context)
{
	while (renames->count > 0 && now >= renames->half[0].since + RENAMES_HOLD)
		give_up_first(renames, take, context);
}

HOT clock_ms renames_due(const struct renames *renames)
{
	return renames->count > 0 ? renames->half[0].since + RENAMES_HOLD : CLOCK_NEVER;
}
