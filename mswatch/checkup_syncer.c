#include "checkup_syncer.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arguments.h"
#include "checkup_words.h"
#include "duration.h"
#include "memory.h"
#include "message.h"
#include "speaker.h"
#include "subject.h"

/* The first line of what it prints. */
static void take_version(void *context, const char *bytes, size_t count)
{
	struct checkup_syncer *syncer = context;
	size_t room = sizeof syncer->said - 1 - syncer->said_length;

	count = count < room ? count : room;
	memcpy(syncer->said + syncer->said_length, bytes, count);
	syncer->said_length += count;
	syncer->said[strcspn(syncer->said, "\n")] = '\0';
}

static void take_list(void *context, const char *bytes, size_t count)
{
	(void)context;
	(void)bytes;
	(void)count;
}

static void fail(struct checkup_syncer *syncer, const struct program *program, const char *cause,
                 char *const command[])
{
	syncer->over = true;
	checkup_tell("sync", cause, &program->diagnostics, command);
}

static void succeed(struct checkup_syncer *syncer)
{
	char span[DURATION_ROOM];

	syncer->over = true;
	syncer->well = true;
	duration_format(clock_now() - syncer->started, span);
	if (syncer->quiet)
		return;
	if (syncer->argv == NULL)
		message_report("sync: %s is there", syncer->said);
	else
		message_report("sync: %s lists the mailboxes of %s in %s", syncer->said,
		               config_all(syncer->config), span);
}

static void fail_to_list(struct checkup_syncer *syncer, const char *why)
{
	char cause[CHILD_ROOM + 300];

	snprintf(cause, sizeof cause, "listing the mailboxes of %.200s%s",
	         config_all(syncer->config), why);
	fail(syncer, &syncer->list, cause, syncer->argv);
}

static void fail_to_answer(struct checkup_syncer *syncer, const char *why)
{
	char cause[CHILD_ROOM + 300];

	snprintf(cause, sizeof cause, "asking for the version%s", why);
	fail(syncer, &syncer->version, cause, syncer->ask);
}

/* One of both has ended; what tells more is told. */
static void on_ended(void *context)
{
	struct checkup_syncer *syncer = context;
	char why[CHILD_ROOM + 2];

	if (syncer->over || syncer->version.running || syncer->list.running)
		return;
	if (syncer->list.status != 0) {
		snprintf(why, sizeof why, ": %s", syncer->list.end);
		fail_to_list(syncer, why);
	} else if (syncer->version.status != 0) {
		snprintf(why, sizeof why, ": %s", syncer->version.end);
		fail_to_answer(syncer, why);
	} else {
		succeed(syncer);
	}
}

/* The command of sync with -l in front of mbsync's own arguments, for all mailboxes. */
static char **new_list(const struct config *config, char *const *mbsync, char *option)
{
	size_t count = 0, before = (size_t)(mbsync - config->sync) + 1;
	char **command, **argv;

	while (config->sync[count] != NULL)
		count++;
	command = memory_new(count + 2, sizeof *command);
	memcpy(command, config->sync, before * sizeof *command);
	command[before] = option;
	memcpy(command + before + 1, mbsync + 1, (count - before) * sizeof *command);
	argv = arguments_new(config, command, true, NULL, 0);
	if (argv == NULL)
		message_fatal(1, "out of memory");
	free(command);
	return argv;
}

static void start(struct checkup_syncer *syncer, struct program *program, char *const argv[])
{
	const struct speaker speaker = { .setting = "sync", .words = syncer->config->sync };
	char cause[200];

	if (syncer->over || program_start(program, &speaker, argv, NULL) == 0)
		return;
	snprintf(cause, sizeof cause, "%.70s could not be started: %s", argv[0], strerror(errno));
	fail(syncer, program, cause, argv);
}

static void start_mbsync(struct checkup_syncer *syncer, char *const *mbsync)
{
	syncer->ask[0] = *mbsync;
	syncer->ask[1] = syncer->ask_option;
	start(syncer, &syncer->version, syncer->ask);
	if (config_all(syncer->config)[0] == '\0')
		return;
	syncer->argv = new_list(syncer->config, mbsync, syncer->list_option);
	start(syncer, &syncer->list, syncer->argv);
}

static void tell_found(const struct checkup_syncer *syncer)
{
	const char *program = speaker_program(syncer->config->sync);

	if (!syncer->quiet)
		message_report("sync: %s is there (only mbsync can be asked for more)",
		               program != NULL ? program : syncer->config->sync[0]);
}

void checkup_syncer_start(struct checkup_syncer *syncer, struct loop *loop,
                          const struct config *config, bool found, bool quiet, clock_ms now)
{
	char *const *mbsync = subject_mbsync(config->sync);

	*syncer = (struct checkup_syncer){ .config = config, .ask_option = "--version",
		                           .list_option = "-l", .quiet = quiet,
		                           .started = now };
	program_init(&syncer->version, loop, on_ended, syncer);
	program_init(&syncer->list, loop, on_ended, syncer);
	relay_divert(&syncer->version.output, take_version, syncer);
	relay_divert(&syncer->list.output, take_list, syncer);
	if (found && mbsync != NULL) {
		start_mbsync(syncer, mbsync);
		return;
	}
	syncer->over = true;
	syncer->well = found;
	if (found)
		tell_found(syncer);
}

static void lose_patience(struct checkup_syncer *syncer)
{
	char why[60 + DURATION_ROOM], span[DURATION_ROOM];

	duration_format(CHECKUP_TIME, span);
	snprintf(why, sizeof why, " has not ended after %s", span);
	diagnostics_take(&syncer->version.diagnostics);
	diagnostics_take(&syncer->list.diagnostics);
	if (syncer->list.running)
		fail_to_list(syncer, why);
	else
		fail_to_answer(syncer, why);
}

void checkup_syncer_tick(struct checkup_syncer *syncer, clock_ms now)
{
	if (!syncer->over && now >= syncer->started + CHECKUP_TIME)
		lose_patience(syncer);
	if (!syncer->over)
		return;
	program_dismiss(&syncer->version);
	program_dismiss(&syncer->list);
}

clock_ms checkup_syncer_wake(const struct checkup_syncer *syncer)
{
	return syncer->over ? CLOCK_NEVER : syncer->started + CHECKUP_TIME;
}

void checkup_syncer_kill(struct checkup_syncer *syncer)
{
	program_kill(&syncer->version);
	program_kill(&syncer->list);
}

bool checkup_syncer_is_gone(const struct checkup_syncer *syncer)
{
	return program_is_gone(&syncer->version) && program_is_gone(&syncer->list);
}

void checkup_syncer_free(struct checkup_syncer *syncer)
{
	program_free(&syncer->version);
	program_free(&syncer->list);
	free(syncer->argv);
}
