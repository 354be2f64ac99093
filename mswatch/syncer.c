#include "syncer.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arguments.h"

static void finish(struct syncer *syncer, int status)
{
	syncer->status = status;
	syncer->success = status == 0;
	syncer->lasted = clock_now() - syncer->started;
	syncer->running = false;
	syncer->ended(syncer->context);
}

static void on_program_ended(void *context)
{
	struct syncer *syncer = context;

	snprintf(syncer->cause, sizeof syncer->cause, "%s", syncer->program.end);
	finish(syncer, syncer->program.status);
}

void syncer_init(struct syncer *syncer, struct loop *loop, const struct config *config,
                 void (*ended)(void *context), void *context)
{
	*syncer = (struct syncer){ .config = config, .context = context, .ended = ended };
	program_init(&syncer->program, loop, on_program_ended, syncer);
}

void syncer_configure(struct syncer *syncer, const struct config *config)
{
	if (syncer->running || !syncer_is_gone(syncer))
		return;
	free(syncer->argv);
	syncer->argv = NULL;
	syncer->config = config;
}

bool syncer_prepare(struct syncer *syncer, const struct schedule_run *run, clock_ms now)
{
	free(syncer->argv);
	syncer->argv = arguments_new(syncer->config, syncer->config->sync, run->whole, run->names,
	                             run->count);
	syncer->started = now;
	return syncer->argv != NULL;
}

void syncer_start(struct syncer *syncer)
{
	const char *name = syncer->config->sync[0];
	const struct speaker speaker = { .setting = "sync", .words = syncer->config->sync };

	syncer->running = true;
	if (program_start(&syncer->program, &speaker, syncer->argv, NULL) == 0)
		return;
	snprintf(syncer->cause, sizeof syncer->cause, "%.70s could not be started: %s", name,
	         strerror(errno));
	finish(syncer, 125);
}

void syncer_pretend(struct syncer *syncer)
{
	finish(syncer, 0);
}

void syncer_end(struct syncer *syncer)
{
	syncer->running = false;
	program_dismiss(&syncer->program);
}

void syncer_kill(struct syncer *syncer)
{
	program_kill(&syncer->program);
}

bool syncer_is_gone(const struct syncer *syncer)
{
	return program_is_gone(&syncer->program);
}

void syncer_free(struct syncer *syncer)
{
	program_free(&syncer->program);
	free(syncer->argv);
	syncer->argv = NULL;
}
