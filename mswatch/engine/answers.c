#include "answers.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../status_json.h"
#include "../wallclock.h"
#include "ending.h"
#include "message.h"
#include "reloading.h"
#include "syncing.h"

static struct status look_at(const struct engine *engine, clock_ms now)
{
	return (struct status){ .now = now,
		                .started = engine->started,
		                .file = engine->options.known,
		                .schedule = engine->schedule,
		                .store = engine->store,
		                .store_count = engine->store_count,
		                .hold = engine_hold(engine),
		                .syncer = &engine->syncer,
		                .reporter = &engine->reporter,
		                .last = engine->last.ended != 0 ? &engine->last : NULL,
		                .failed = engine->failed.ended != 0 ? &engine->failed : NULL,
		                .hook = &engine->hook,
		                .ending = engine->state == ENGINE_ENDING,
		                .syncs = engine->syncs,
		                .failures = engine->failures,
		                .changes = engine->changes };
}

void answers_print(const struct engine *engine, clock_ms now)
{
	const struct status status = look_at(engine, now);
	char *report = status_report(&status);

	if (report == NULL)
		message_error("status: %s", strerror(ENOMEM));
	else
		message_report("%.*s", (int)strlen(report) - 1, report);
	free(report);
}

void answers_show(struct engine *engine, clock_ms now)
{
	const struct status status = look_at(engine, now);
	char line[STATUS_ROOM];

	service_show(&engine->service, status_line(&status, line));
}

/* --- clients --- */

static void refuse(struct control_peer *peer, int status, const char *why)
{
	control_complain(peer, why);
	control_finish(peer, status);
}

/* A text, made harmless for a terminal. */
static void say(struct control_peer *peer, const char *text)
{
	char *shown = text != NULL ? message_escape(text, strlen(text)) : NULL;

	if (shown != NULL)
		control_say(peer, shown);
	else
		control_complain(peer, strerror(ENOMEM));
	free(shown);
}

static void give_status(struct engine *engine, struct control_peer *peer, const char *form)
{
	const struct status status = look_at(engine, clock_now());
	char line[STATUS_ROOM], *text = NULL;

	if (form == NULL)
		text = status_report(&status);
	else if (strcmp(form, "json") == 0)
		text = status_json(&status);
	else if (strcmp(form, "short") == 0)
		text = strdup(status_short(&status, line));
	else {
		refuse(peer, 2, "this version knows no such form of the status");
		return;
	}
	say(peer, text);
	free(text);
	control_finish(peer, status_is_well(&status) ? EXIT_SUCCESS : EXIT_FAILURE);
}

struct want {
	struct engine *engine;
	struct names *names;
	bool found;
};

static void want(void *context, const char *name, clock_ms inter_delay)
{
	struct want *wanted = context;
	struct schedule *schedule = wanted->engine->schedule;
	clock_ms now = clock_now();

	wanted->found = true;
	if (*name == '\0')
		schedule_sync_all(schedule, now);
	else if (!schedule_want(schedule, name, inter_delay, now))
		name = "";
	names_add(wanted->names, name);
	if (wanted->names->all && *name != '\0')
		schedule_sync_all(schedule, now);
}

/* Whether the name is what the syncer is given for it already: CHANNEL, CHANNEL:MAILBOX. */
static bool is_argument(const struct mbsyncsubject *subject, const char *name)
{
	size_t length = strcspn(name, ":");

	for (size_t i = 0; i < mbsyncsubject_count(subject); i++) {
		const struct mbsyncrc_member *member;
		const struct mbsyncrc_channel *channel = mbsyncsubject_channel(subject, i, &member);

		if (channel != NULL && strlen(channel->name) == length &&
		    memcmp(channel->name, name, length) == 0)
			return true;
	}
	return false;
}

/* Whether there is such a mailbox to be synced. */
static bool want_mailbox(struct want *wanted, const char *name)
{
	const struct engine *engine = wanted->engine;
	const struct subject *subject = engine->subject;

	wanted->found = false;
	if (subject == NULL) {
		gate_demand(&engine->reports.gate, NULL, name, want, wanted);
	} else if (strcmp(name, engine->config->channel) == 0) {
		want(wanted, "", engine->config->inter_delay);
	} else if (is_argument(&subject->what, name)) {
		want(wanted, name, engine->config->inter_delay);
	} else {
		for (size_t i = 0; i < engine->config->store_count; i++)
			gate_demand(&engine->reports.gate, subject->store[i], name, want, wanted);
	}
	return wanted->found;
}

/* Why nothing can be synced now, in buffer, or NULL. */
static const char *find_hindrance(const struct engine *engine, char buffer[STORE_ROOM])
{
	const struct store *hold = engine_hold(engine);

	if (engine->state == ENGINE_ENDING)
		return "mswatch is ending";
	if (hold == NULL)
		return NULL;
	snprintf(buffer, STORE_ROOM, "nothing is synced: %.80s: %s", hold->config->name,
	         store_hold(hold));
	return buffer;
}

static void sync_for(struct engine *engine, struct control_peer *peer,
                     const struct request *request)
{
	char buffer[STORE_ROOM], unknown[NAMES_WIDTH];
	const char *hindrance = find_hindrance(engine, buffer);
	struct want wanted = { .engine = engine };

	if (hindrance != NULL) {
		refuse(peer, EXIT_FAILURE, hindrance);
		return;
	}
	wanted.names = demands_add(&engine->demands, peer);
	if (wanted.names == NULL) {
		refuse(peer, EXIT_FAILURE, "too many wait for a sync");
		return;
	}
	if (request->count == 0)
		want(&wanted, "", engine->config->inter_delay);
	for (size_t i = 0; i < request->count; i++)
		if (!want_mailbox(&wanted, request->argument[i])) {
			snprintf(unknown, sizeof unknown, "%.200s: no mailbox of %.80s",
			         request->argument[i], config_all(engine->config));
			demands_drop(&engine->demands, peer);
			refuse(peer, EXIT_FAILURE, unknown);
			return;
		}
}

static void reload(struct engine *engine, struct control_peer *peer)
{
	bool done = false;

	if (engine->state == ENGINE_ENDING) {
		refuse(peer, EXIT_FAILURE, "mswatch is ending");
		return;
	}
	engine->listener = peer;
	done = reloading_do(engine, clock_now());
	if (!done)
		message_error("%s: everything stays as it was", engine->options.file);
	engine->listener = NULL;
	if (done)
		message_print("%s: read anew", engine->options.file);
	control_finish(peer, done ? EXIT_SUCCESS : EXIT_FAILURE);
}

static void on_request(void *context, struct control_peer *peer, const struct request *request)
{
	struct engine *engine = context;

	switch (request->command) {
	case CONTROL_STATUS:
		give_status(engine, peer, request->count > 0 ? request->argument[0] : NULL);
		break;
	case CONTROL_SYNC: sync_for(engine, peer, request); break;
	case CONTROL_STOP:
		control_finish(peer, EXIT_SUCCESS);
		if (engine->state != ENGINE_ENDING) {
			message_print("ended by --stop or --replace");
			ending_begin(engine, clock_now());
		}
		break;
	case CONTROL_RELOAD: reload(engine, peer); break;
	case CONTROL_WATCH: break; /* the messages come as they are told */
	}
}

static void on_leave(void *context, struct control_peer *peer)
{
	struct engine *engine = context;

	demands_drop(&engine->demands, peer);
}

/* Everything that is told, for those who watch. */
static void on_message(void *context, const char *text)
{
	struct engine *engine = context;
	char stamp[WALLCLOCK_ROOM], *line;

	if (engine->listener != NULL)
		control_complain(engine->listener, text);
	if (asprintf(&line, "%s%s", wallclock_stamp(-1, stamp), text) == -1)
		return;
	control_tell(engine->control, line);
	free(line);
}

void answers_open(struct engine *engine)
{
	const struct control_owner owner = { .context = engine,
		                             .asked = on_request,
		                             .left = on_leave };
	const char *const names[CONTROL_NAMES] = { engine->options.known, engine->options.given };

	if (engine->options.known == NULL)
		return;
	engine->control = control_open(&engine->loop, &owner, names);
	message_listen(on_message, engine);
}

void answers_tick(struct engine *engine, clock_ms now)
{
	if (engine->control != NULL)
		control_tick(engine->control, now);
}

clock_ms answers_wake(const struct engine *engine)
{
	return engine->control != NULL ? control_wake(engine->control) : CLOCK_NEVER;
}

void answers_close(struct engine *engine)
{
	message_listen(NULL, NULL);
	if (engine->control != NULL)
		control_close(engine->control);
	demands_free(&engine->demands);
}
