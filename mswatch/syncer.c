#include "syncer.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "arguments.h"

static void let_go(struct syncer *syncer)
{
	if (syncer->child.state == CHILD_NONE)
		return;
	if (syncer->child.state != CHILD_GONE)
		loop_remove(syncer->loop, child_fd(&syncer->child));
	child_release(&syncer->child);
}

static void finish(struct syncer *syncer)
{
	diagnostics_close(&syncer->output);
	diagnostics_close(&syncer->diagnostics);
	syncer->lasted = clock_now() - syncer->started;
	syncer->running = false;
	if (syncer->ended != NULL)
		syncer->ended(syncer->context);
}

static void on_child(void *context)
{
	struct syncer *syncer = context;
	char end[120];

	if (child_read(&syncer->child) == CHILD_RUNNING)
		return;
	if (!syncer->running) {
		if (syncer->child.state == CHILD_GONE)
			let_go(syncer);
		return;
	}
	syncer->status = child_exit_status(&syncer->child);
	syncer->success = syncer->status == 0;
	snprintf(syncer->cause, sizeof syncer->cause, "%.70s %s", syncer->config->sync[0],
	         child_describe(&syncer->child, end, sizeof end));
	let_go(syncer);
	finish(syncer);
}

void syncer_init(struct syncer *syncer, struct loop *loop, const struct config *config,
                 void (*ended)(void *context), void *context)
{
	*syncer = (struct syncer){ .loop = loop, .config = config, .context = context,
		                   .ended = ended, .child = CHILD_INITIALIZER };
	syncer->child_watch = (struct loop_watch){ on_child, syncer };
	diagnostics_start(&syncer->diagnostics, loop, config->sync[0]);
	diagnostics_start(&syncer->output, loop, config->sync[0]);
}

bool syncer_prepare(struct syncer *syncer, const struct schedule_run *run, clock_ms now)
{
	free(syncer->argv);
	syncer->argv = arguments_new(syncer->config, syncer->config->sync, run->whole, run->names,
	                             run->count);
	syncer->started = now;
	return syncer->argv != NULL;
}

static int start_child(struct syncer *syncer)
{
	struct child_setup setup = { .in = -1, .out = -1, .error = -1,
		                     .grace = CHILD_GRACE };
	int reason, result = -1;

	setup.error = diagnostics_open(&syncer->diagnostics);
	if (setup.error != -1)
		setup.out = diagnostics_open_output(&syncer->output);
	if (setup.out != -1)
		result = child_start(&syncer->child, syncer->argv, &setup);
	reason = errno;
	if (setup.error != -1)
		close(setup.error);
	if (setup.out != -1)
		close(setup.out);
	if (result == 0 &&
	    (result = loop_add(syncer->loop, child_fd(&syncer->child), &syncer->child_watch)) == -1) {
		reason = errno;
		child_release(&syncer->child);
	}
	errno = reason;
	return result;
}

void syncer_start(struct syncer *syncer)
{
	syncer->running = true;
	if (start_child(syncer) == 0)
		return;
	syncer->success = false;
	syncer->status = 125;
	snprintf(syncer->cause, sizeof syncer->cause, "%.70s could not be started: %s",
	         syncer->config->sync[0], strerror(errno));
	finish(syncer);
}

void syncer_pretend(struct syncer *syncer)
{
	syncer->success = true;
	syncer->status = 0;
	finish(syncer);
}

void syncer_end(struct syncer *syncer)
{
	syncer->running = false;
	if (!syncer_is_gone(syncer))
		child_end(&syncer->child);
}

void syncer_kill(struct syncer *syncer)
{
	if (!syncer_is_gone(syncer))
		child_kill(&syncer->child);
}

bool syncer_is_gone(const struct syncer *syncer)
{
	return syncer->child.state == CHILD_NONE || syncer->child.state == CHILD_GONE;
}

void syncer_free(struct syncer *syncer)
{
	diagnostics_close(&syncer->output);
	diagnostics_close(&syncer->diagnostics);
	let_go(syncer);
	free(syncer->argv);
	syncer->argv = NULL;
}
