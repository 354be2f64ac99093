#include "reloading.h"

#include <errno.h>
#include <string.h>

#include "../arguments.h"
#include "descriptors.h"
#include "message.h"
#include "stores.h"

/* Whether what was pending may have another name for the syncer now. */
static bool is_named_anew(const struct config *former, const struct config *config)
{
	if (former->channel != NULL || config->channel != NULL)
		return true;
	if (former->prefix == NULL || config->prefix == NULL)
		return former->prefix != config->prefix;
	return strcmp(former->prefix, config->prefix) != 0 ||
	       strcmp(former->separator, config->separator) != 0;
}

static clock_ms find_delay(void *context, const char *name)
{
	return gate_delay(context, name);
}

static void adopt(struct engine *engine, struct settings *settings, clock_ms now)
{
	const struct config *former = engine->config;
	bool named_anew = is_named_anew(former, settings->config);

	engine->settings->former = engine->former;
	engine->former = engine->settings;
	engine->settings = settings;
	engine->config = settings->config;
	engine->subject = settings->subject;
	reports_close(&engine->reports);
	schedule_forget_first(engine->schedule);
	if (!reports_open(&engine->reports, engine->config, engine->subject, engine->schedule,
	                  &engine->origins, engine->options.verbose))
		message_fatal(1, "%s: %s", engine->options.file, strerror(ENOMEM));
	schedule_configure(engine->schedule, engine->config, arguments_room(engine->config),
	                   find_delay, &engine->reports.gate);
	if (named_anew)
		schedule_widen(engine->schedule, now);
	hook_configure(&engine->hook, engine->config);
	reporter_configure(&engine->reporter, engine->config->max_pending);
	(void)stores_adopt(engine, now);
	reloading_tick(engine);
}

bool reloading_do(struct engine *engine, clock_ms now)
{
	const char *name = engine->options.file;
	struct settings *settings = NULL;
	int status, file;

	file = settings_open(name, &status);
	if (file != -1)
		settings = settings_read(file, name, &status);
	descriptors_close(&file);
	if (settings != NULL && settings_complete(settings, name, false, &status)) {
		adopt(engine, settings, now);
		return true;
	}
	settings_free(settings);
	return false;
}

void reloading_tick(struct engine *engine)
{
	struct settings **place = &engine->former, *settings;

	if (engine->former == NULL)
		return;
	syncer_configure(&engine->syncer, engine->config);
	while ((settings = *place) != NULL) {
		if (engine->syncer.config == settings->config ||
		    engine->hook.config == settings->config) {
			place = &settings->former;
			continue;
		}
		*place = settings->former;
		settings_free(settings);
	}
}
