#include "reloading.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "../arguments.h"
#include "../lock.h"
#include "descriptors.h"
#include "message.h"
#include "stores.h"
#include "watching.h"

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

/*
 * What was left out by the former settings may be wanted now, and who reads
 * settings anew has mended something.
 */
static void owe_all(struct engine *engine, clock_ms now)
{
	bool ready = engine_is_ready(engine);

	for (STORES(engine, store))
		store_mended(store, now);
	schedule_news(engine->schedule, now);
	if (engine->state == ENGINE_STARTING && ready)
		watching_begin(engine, now);
	schedule_ready(engine->schedule, ready, now);
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
	stores_adopt(engine, now);
	reloading_tick(engine);
	owe_all(engine, now);
}

/* Reads the file; NULL: each error was told.  *file stays open. */
static struct settings *read_anew(const char *name, int *file)
{
	struct settings *settings = NULL;
	struct stat facts;
	int status;

	if (stat(name, &facts) == 0 && !S_ISREG(facts.st_mode)) {
		message_error("%s: it is no regular file any more", name);
		return NULL;
	}
	*file = settings_open(name, &status);
	if (*file != -1)
		settings = settings_read(*file, name, &status);
	if (settings == NULL || settings_complete(settings, name, false, &status))
		return settings;
	settings_free(settings);
	return NULL;
}

/* The lock is on the file that was read, or nothing changes. */
static bool follow(struct engine *engine, int file)
{
	if (file == -1 || engine->options.lock == NULL) {
		descriptors_close(&file);
		return true;
	}
	if (lock_follow(engine->options.lock, file))
		return true;
	message_error("%s: another mswatch is running for the file that has this name now",
	              engine->options.file);
	return false;
}

bool reloading_do(struct engine *engine, clock_ms now)
{
	int file = -1;
	struct settings *settings = read_anew(engine->options.file, &file);

	if (!follow(engine, file) || settings == NULL) {
		settings_free(settings);
		return false;
	}
	adopt(engine, settings, now);
	return true;
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
