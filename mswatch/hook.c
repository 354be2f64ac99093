#include "hook.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arguments.h"
#include "duration.h"
#include "message.h"
#include "wallclock.h"

static char **program_for(const struct config *config, bool success)
{
	return success ? config->on_success : config->on_failure;
}

static const char *setting_for(bool success)
{
	return success ? "on_success" : "on_failure";
}

static void start_next(struct hook *hook);

static void tell_failure(struct hook *hook, const char *cause, clock_ms now)
{
	struct damper *damper = &hook->damper[hook->success];
	struct diagnostics *diagnostics = &hook->program.diagnostics;
	enum damper_tell tell = damper_add(damper, cause, diagnostics->last, now);
	const char *setting = setting_for(hook->success);
	char since[WALLCLOCK_ROOM];

	if (tell == DAMPER_TELL || hook->verbose) {
		message_error("%s: %s", setting, cause);
		diagnostics_show(diagnostics);
		diagnostics_advise(diagnostics, setting, cause);
	} else if (tell == DAMPER_STILL) {
		message_error("%s: still failing after %u tries since %s: %s", setting,
		              damper->tries, wallclock_time(damper->since, now, since), cause);
	}
}

static void tell_success(struct hook *hook, clock_ms now)
{
	clock_ms lasted = damper_clear(&hook->damper[hook->success], now);
	char buffer[DURATION_ROOM];

	if (hook->verbose)
		diagnostics_show(&hook->program.diagnostics);
	if (lasted >= 0)
		message_print("%s: works again after %s", setting_for(hook->success),
		              duration_format(lasted, buffer));
}

static void tell_end(struct hook *hook, clock_ms now)
{
	char late[200], time[DURATION_ROOM];

	snprintf(late, sizeof late, "%.70s took longer than hook_timeout (%s) and was ended",
	         program_for(hook->config, hook->success)[0],
	         duration_format(hook->config->hook_timeout, time));
	if (hook->late || hook->program.status != 0)
		tell_failure(hook, hook->late ? late : hook->program.end, now);
	else
		tell_success(hook, now);
}

static void tell_no_start(struct hook *hook, const char *why)
{
	char cause[200];

	snprintf(cause, sizeof cause, "%.70s could not be started: %s",
	         program_for(hook->config, hook->success)[0], why);
	tell_failure(hook, cause, clock_now());
}

static void on_program_ended(void *context)
{
	struct hook *hook = context;

	tell_end(hook, clock_now());
	hook->deadline = CLOCK_NEVER;
	hook->config = hook->newest;
	start_next(hook);
}

void hook_init(struct hook *hook, struct loop *loop, const struct config *config,
               const struct origins *origins, bool verbose)
{
	*hook = (struct hook){ .config = config,
		               .newest = config,
		               .origins = origins,
		               .verbose = verbose,
		               .deadline = CLOCK_NEVER };
	hook->batch[false].names = hook->batch[true].names =
		(struct names)NAMES_INITIALIZER(config->max_pending);
	program_init(&hook->program, loop, on_program_ended, hook);
}

void hook_configure(struct hook *hook, const struct config *config)
{
	hook->newest = config;
	hook->batch[false].names.most = hook->batch[true].names.most = config->max_pending;
	if (!hook->program.running && program_is_gone(&hook->program))
		hook->config = config;
}

static int start_program(struct hook *hook, char *const argv[])
{
	const struct hook_batch *batch = &hook->batch[hook->success];
	const struct speaker speaker = { .setting = setting_for(hook->success),
		                         .everywhere = true,
		                         .words = program_for(hook->config, hook->success) };
	struct outcome_environment environment = { 0 };
	char *stores = origins_format(hook->origins, batch->origins, hook->config);
	int result = -1, reason;

	if (stores != NULL && outcome_describe(&batch->outcome, stores, &environment))
		result = program_start(&hook->program, &speaker, argv,
		                       (const char *const *)environment.variable);
	reason = errno;
	free(stores);
	outcome_free(&environment);
	errno = reason;
	return result;
}

/* What the mailboxes take as arguments, in bytes; merged, that can be too much. */
static size_t names_size(const struct names *names, const struct config *config)
{
	size_t each = 1 + sizeof(char *), bytes = 0;

	if (config->prefix != NULL)
		each += strlen(config->prefix) + strlen(config->separator);
	for (size_t i = 0; i < names->count; i++)
		bytes += each + strlen(names->name[i]);
	return bytes;
}

static bool is_waiting(const struct hook_batch *batch)
{
	return batch->names.all || batch->names.count > 0;
}

static void clear(struct hook_batch *batch)
{
	names_clear(&batch->names);
	batch->origins = 0;
}

/* Starts the hook of this kind with what waits for it. */
static void start_batch(struct hook *hook, bool success)
{
	struct hook_batch *batch = &hook->batch[success];
	struct names *names = &batch->names;
	char **program, **argv;

	hook->config = hook->newest;
	hook->late = false;
	hook->success = success;
	program = program_for(hook->config, success);
	if (program == NULL) {
		clear(batch);
		return;
	}
	if (names_size(names, hook->config) > arguments_room(hook->config))
		names_add(names, "");
	argv = arguments_new(hook->config, program, names->all,
	                     (const char *const *)names->name, names->count);
	if (argv == NULL || start_program(hook, argv) == -1)
		tell_no_start(hook, strerror(errno));
	else
		hook->deadline = clock_now() + hook->config->hook_timeout;
	free(argv);
	clear(batch);
}

static void start_next(struct hook *hook)
{
	for (int kind = 0; kind < 2 && !hook->program.running; kind++) {
		if (is_waiting(&hook->batch[hook->next]))
			start_batch(hook, hook->next);
		hook->next = !hook->next;
	}
}

/*
 * What has another result now is not told with the one before.  The failure
 * of all mailboxes says nothing of one that succeeded by its name.
 */
static void withdraw(struct hook_batch *batch, const struct schedule_run *run, bool success)
{
	if (run->whole && (success || batch->names.all))
		clear(batch);
	for (size_t i = 0; i < run->count; i++)
		names_remove(&batch->names, run->names[i]);
	if (!is_waiting(batch))
		clear(batch);
}

void hook_add(struct hook *hook, const struct schedule_run *run, const struct outcome *outcome)
{
	struct hook_batch *batch = &hook->batch[outcome->success];
	struct hook_batch *other = &hook->batch[!outcome->success];

	withdraw(other, run, outcome->success);
	if (program_for(hook->newest, outcome->success) == NULL)
		return;
	if (!is_waiting(other))
		hook->next = outcome->success;
	batch->outcome = *outcome;
	batch->origins |= run->origins;
	names_add_run(&batch->names, run->whole, run->names, run->count);
	start_next(hook);
}

void hook_tick(struct hook *hook, clock_ms now)
{
	if (now < hook->deadline)
		return;
	hook->deadline = CLOCK_NEVER;
	hook->late = true;
	program_end(&hook->program);
}

clock_ms hook_wake(const struct hook *hook)
{
	return hook->deadline;
}

void hook_end(struct hook *hook)
{
	clear(&hook->batch[false]);
	clear(&hook->batch[true]);
	hook->deadline = CLOCK_NEVER;
	program_dismiss(&hook->program);
}

void hook_kill(struct hook *hook)
{
	program_kill(&hook->program);
}

bool hook_is_gone(const struct hook *hook)
{
	return program_is_gone(&hook->program);
}

void hook_free(struct hook *hook)
{
	program_free(&hook->program);
	clear(&hook->batch[false]);
	clear(&hook->batch[true]);
}
