#include "program.h"

#include <errno.h>
#include <stdio.h>

#include "descriptors.h"
#include "stopped.h"

static void let_go(struct program *program)
{
	relay_close(&program->output);
	diagnostics_close(&program->diagnostics);
	if (program->child.state == CHILD_NONE)
		return;
	loop_remove(program->loop, child_fd(&program->child));
	child_release(&program->child);
}

/* How it ended; where it did not even start, that names it already. */
static void describe_end(struct program *program)
{
	char *const *words = program->diagnostics.speaker.words;
	char end[CHILD_ROOM];

	child_describe(&program->child, end, sizeof end);
	if (program->child.start_error != 0)
		snprintf(program->end, sizeof program->end, "%s", end);
	else
		snprintf(program->end, sizeof program->end, "%.70s %.100s",
		         speaker_with_status(words, program->status), end);
}

/* What the command leaves in its group may still be at work: the end is the guard's. */
static void on_child(void *context)
{
	struct program *program = context;
	bool ended = program->running;

	if (child_read(&program->child) != CHILD_GONE) {
		stopped_take(&program->child, program->diagnostics.name);
		left_take(&program->child, &program->told_left, program->diagnostics.name);
		return;
	}
	program->status = child_exit_status(&program->child);
	describe_end(program);
	let_go(program);
	program->running = false;
	if (ended)
		program->ended(program->context);
}

void program_init(struct program *program, struct loop *loop, void (*ended)(void *context),
                  void *context)
{
	*program = (struct program){ .loop = loop, .context = context, .ended = ended,
		                     .child = CHILD_INITIALIZER };
	program->watch = (struct loop_watch){ on_child, program };
	relay_init(&program->output, loop);
	diagnostics_start(&program->diagnostics, loop, "");
}

/* Opens the pipes; the program's ends are in setup, even of some only. */
static int open_pipes(struct program *program, struct child_setup *setup)
{
	setup->error = diagnostics_open(&program->diagnostics);
	if (setup->error != -1)
		setup->out = relay_open(&program->output);
	return setup->out == -1 ? -1 : 0;
}

int program_start(struct program *program, const struct speaker *speaker, char *const argv[],
                  const char *const environment[])
{
	struct child_setup setup = { .in = -1, .out = -1, .error = -1, .grace = CHILD_GRACE,
		                     .session = true, .environment = environment };
	int result, reason;

	program->diagnostics.name = speaker->setting;
	program->diagnostics.speaker = *speaker;
	result = open_pipes(program, &setup);
	if (result == 0)
		result = child_start(&program->child, argv, &setup);
	descriptors_close(&setup.error);
	descriptors_close(&setup.out);
	reason = errno;
	if (result == 0 &&
	    (result = loop_add(program->loop, child_fd(&program->child), &program->watch)) == -1) {
		reason = errno;
		child_release(&program->child);
	}
	program->running = result == 0;
	program->told_left = false;
	if (result == -1)
		let_go(program);
	errno = reason;
	return result;
}

void program_end(struct program *program)
{
	if (!program_is_gone(program))
		child_end(&program->child);
}

void program_dismiss(struct program *program)
{
	program->running = false;
	program_end(program);
}

void program_kill(struct program *program)
{
	if (!program_is_gone(program))
		child_kill(&program->child);
}

bool program_is_gone(const struct program *program)
{
	return program->child.state == CHILD_NONE || program->child.state == CHILD_GONE;
}

void program_free(struct program *program)
{
	program->running = false;
	let_go(program);
}
