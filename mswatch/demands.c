#include "demands.h"

#include <stdlib.h>
#include <string.h>

static struct demand *find(struct demands *demands, const void *who)
{
	for (size_t i = 0; i < DEMANDS_MOST; i++)
		if (demands->list[i].who == who)
			return &demands->list[i];
	return NULL;
}

static void drop(struct demand *demand)
{
	names_clear(&demand->left);
	*demand = (struct demand){ .who = NULL };
}

struct names *demands_add(struct demands *demands, void *who)
{
	struct demand *demand = find(demands, NULL);

	if (demand == NULL)
		return NULL;
	*demand = (struct demand){ .who = who, .left = NAMES_INITIALIZER(DEMAND_NAMES) };
	return &demand->left;
}

void demands_drop(struct demands *demands, const void *who)
{
	struct demand *demand = find(demands, who);

	if (demand != NULL)
		drop(demand);
}

void demands_begin(struct demands *demands)
{
	for (size_t i = 0; i < DEMANDS_MOST; i++)
		demands->list[i].counts = demands->list[i].who != NULL;
}

/* Takes out what the run held; whether that was anything. */
static bool take_run(struct demand *demand, const struct schedule_run *run)
{
	size_t before = demand->left.count;

	if (run->whole) {
		names_clear(&demand->left);
		return true;
	}
	for (size_t i = 0; i < run->count && !demand->left.all; i++)
		names_remove(&demand->left, run->names[i]);
	return demand->left.count < before;
}

void demands_end(struct demands *demands, const struct schedule_run *run, bool success,
                 demands_met *met, void *context)
{
	for (size_t i = 0; i < DEMANDS_MOST; i++) {
		struct demand *demand = &demands->list[i];
		void *who = demand->who;

		if (who == NULL || !demand->counts || !take_run(demand, run))
			continue;
		if (success && demand->left.count > 0)
			continue;
		drop(demand);
		met(context, who, success);
	}
}

void demands_free(struct demands *demands)
{
	for (size_t i = 0; i < DEMANDS_MOST; i++)
		drop(&demands->list[i]);
}
