#include "answers.h"

#include "../status.h"

static struct status look_at(const struct engine *engine, clock_ms now)
{
	return (struct status){ .now = now,
		                .schedule = engine->schedule,
		                .store = engine->store,
		                .store_count = engine->config->store_count,
		                .hold = engine_hold(engine),
		                .syncer = &engine->syncer,
		                .label = engine->reporter.label,
		                .ending = engine->state == ENGINE_ENDING,
		                .syncs = engine->syncs,
		                .failures = engine->failures,
		                .changes = engine->changes };
}

void answers_print(const struct engine *engine, clock_ms now)
{
	const struct status status = look_at(engine, now);

	status_print(&status);
}

void answers_show(struct engine *engine, clock_ms now)
{
	const struct status status = look_at(engine, now);
	char line[STATUS_ROOM];

	service_show(&engine->service, status_line(&status, line));
}
