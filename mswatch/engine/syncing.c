#include "syncing.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "message.h"

static void remember(struct engine *engine, clock_ms now)
{
	const struct syncer *syncer = &engine->syncer;
	struct status_run *last = &engine->last;

	*last = (struct status_run){ .ended = now,
		                     .lasted = syncer->lasted,
		                     .success = syncer->success };
	snprintf(last->label, sizeof last->label, "%s", engine->reporter.label);
	snprintf(last->cause, sizeof last->cause, "%s", syncer->success ? "" : syncer->cause);
	snprintf(last->words, sizeof last->words, "%s",
	         syncer->success ? "" : syncer->program.diagnostics.last);
	if (!syncer->success)
		engine->failed = *last;
}

static void pass_line(void *context, const char *line)
{
	control_complain(context, line);
}

/* Who has waited for this run is told what came of it. */
static void on_met(void *context, void *who, bool success)
{
	const struct engine *engine = context;

	if (!success) {
		tail_each(&engine->syncer.program.diagnostics.tail, pass_line, who);
		control_complain(who, engine->last.cause);
	}
	control_finish(who, success ? EXIT_SUCCESS : EXIT_FAILURE);
}

static void tell_hook(struct engine *engine)
{
	const struct syncer *syncer = &engine->syncer;
	const char *last = syncer->program.diagnostics.last;
	struct outcome outcome = { .success = syncer->success,
		                   .status = syncer->status,
		                   .lasted = syncer->lasted };

	if (!syncer->success)
		snprintf(outcome.error, sizeof outcome.error, "%s%s%s", syncer->cause,
		         *last != '\0' ? ": " : "", last);
	hook_add(&engine->hook, &engine->run, &outcome);
}

void syncing_ended(void *context)
{
	struct engine *engine = context;
	struct syncer *syncer = &engine->syncer;
	clock_ms now = clock_now();

	schedule_result(engine->schedule, syncer->success, now);
	if (!engine->options.dry) {
		engine->syncs++;
		engine->failures += !syncer->success;
		remember(engine, now);
		demands_end(&engine->demands, &engine->run, syncer->success, on_met, engine);
		reporter_ended(&engine->reporter, &engine->run, syncer, now);
		tell_hook(engine);
	}
}

static void hold(struct engine *engine)
{
	schedule_hold(engine->schedule, engine_hold(engine) != NULL);
}

/* Whether a run is due, after a last look for a mailstore that has just gone. */
static bool may_sync(struct engine *engine, clock_ms now)
{
	hold(engine);
	if (schedule_wake(engine->schedule, now) > now)
		return false;
	for (STORES(engine, store))
		store_look(store);
	hold(engine);
	return schedule_run(engine->schedule, now, &engine->run);
}

void syncing_start(struct engine *engine, clock_ms now)
{
	if (engine->state == ENGINE_ENDING || engine->syncer.running || !may_sync(engine, now))
		return;
	if (!syncer_prepare(&engine->syncer, &engine->run, now)) {
		message_error("sync: %s; trying again later", strerror(ENOMEM));
		schedule_result(engine->schedule, false, now);
		return;
	}
	if (engine->options.dry) {
		reporter_would(&engine->reporter, &engine->run, &engine->syncer);
		syncer_pretend(&engine->syncer);
	} else {
		reporter_started(&engine->reporter, &engine->run, &engine->syncer);
		demands_begin(&engine->demands);
		syncer_start(&engine->syncer);
	}
}

void syncing_all(struct engine *engine, clock_ms now)
{
	const struct store *hold = engine_hold(engine);

	for (STORES(engine, store))
		store_retry(store, now);
	schedule_sync_all(engine->schedule, now);
	if (hold != NULL)
		message_print("All mailboxes wait for %s: %s", hold->config->name,
		              store_hold(hold));
}
