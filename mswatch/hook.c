#include "hook.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "arguments.h"
#include "command.h"
#include "duration.h"
#include "message.h"

static char **program_for(const struct hook *hook, bool success)
{
	return success ? hook->config->on_success : hook->config->on_failure;
}

static void start_next(struct hook *hook);

static void let_go(struct hook *hook)
{
	diagnostics_close(&hook->output);
	diagnostics_close(&hook->diagnostics);
	if (hook->child.state == CHILD_NONE)
		return;
	if (hook->child.state != CHILD_GONE)
		loop_remove(hook->loop, child_fd(&hook->child));
	child_release(&hook->child);
}

static void tell_end(struct hook *hook)
{
	char end[120], time[DURATION_ROOM];

	if (hook->late)
		message_error("%s: %s took longer than hook_timeout (%s) and was ended",
		              hook->setting, hook->diagnostics.name,
		              duration_format(hook->config->hook_timeout, time));
	else if (child_exit_status(&hook->child) != 0)
		message_error("%s: %s %s", hook->setting, hook->diagnostics.name,
		              child_describe(&hook->child, end, sizeof end));
}

static void on_child(void *context)
{
	struct hook *hook = context;

	if (child_read(&hook->child) == CHILD_RUNNING)
		return;
	if (hook->running)
		tell_end(hook);
	hook->running = false;
	hook->deadline = CLOCK_NEVER;
	let_go(hook);
	start_next(hook);
}

void hook_init(struct hook *hook, struct loop *loop, const struct config *config, bool quiet)
{
	*hook = (struct hook){ .loop = loop, .config = config, .quiet = quiet,
		               .deadline = CLOCK_NEVER, .child = CHILD_INITIALIZER,
		               .names = NAMES_INITIALIZER(config->max_pending) };
	hook->child_watch = (struct loop_watch){ on_child, hook };
	diagnostics_start(&hook->diagnostics, loop, "hook");
	diagnostics_start(&hook->output, loop, "hook");
}

static int start_child(struct hook *hook, char *const argv[])
{
	char status[40], lasted[60];
	const char *environment[] = {
		hook->result.success ? "MSWATCH_RESULT=success" : "MSWATCH_RESULT=failure",
		status, lasted, NULL
	};
	struct child_setup setup = { .in = -1, .out = -1, .error = -1,
		                     .grace = CHILD_GRACE, .environment = environment };
	int result = -1, reason;

	snprintf(status, sizeof status, "MSWATCH_STATUS=%d", hook->result.status);
	snprintf(lasted, sizeof lasted, "MSWATCH_DURATION=%lld.%03lld",
	         (long long)(hook->result.lasted / 1000), (long long)(hook->result.lasted % 1000));
	setup.error = diagnostics_open(&hook->diagnostics);
	if (setup.error != -1)
		setup.out = diagnostics_open_output(&hook->output);
	if (setup.out != -1)
		result = child_start(&hook->child, argv, &setup);
	reason = errno;
	if (setup.error != -1)
		close(setup.error);
	if (setup.out != -1)
		close(setup.out);
	if (result == 0 &&
	    (result = loop_add(hook->loop, child_fd(&hook->child), &hook->child_watch)) == -1) {
		reason = errno;
		child_release(&hook->child);
	}
	errno = reason;
	return result;
}

/* What the mailboxes take as arguments, in bytes; merged, that can be too much. */
static size_t names_size(const struct names *names, const struct config *config)
{
	size_t each = 1 + sizeof(char *), bytes = 0, i;

	if (config->prefix != NULL)
		each += strlen(config->prefix) + strlen(config->separator);
	for (i = 0; i < names->count; i++)
		bytes += each + strlen(names->name[i]);
	return bytes;
}

static void start_next(struct hook *hook)
{
	char **program = program_for(hook, hook->result.success);
	char **argv;

	if (!hook->waiting || hook->running)
		return;
	hook->waiting = false;
	hook->late = false;
	hook->setting = hook->result.success ? "on_success" : "on_failure";
	hook->diagnostics.name = program[0];
	hook->diagnostics.live = true;
	if (names_size(&hook->names, hook->config) > arguments_room(hook->config))
		names_add(&hook->names, "");
	argv = arguments_new(hook->config, program, hook->names.all,
	                     (const char *const *)hook->names.name, hook->names.count);
	names_clear(&hook->names);
	if (argv == NULL || start_child(hook, argv) == -1) {
		message_error("%s: %s could not be started: %s", hook->setting, program[0],
		              strerror(errno));
		diagnostics_close(&hook->output);
		diagnostics_close(&hook->diagnostics);
	} else {
		hook->running = true;
		hook->deadline = clock_now() + hook->config->hook_timeout;
	}
	free(argv);
}

void hook_add(struct hook *hook, const struct schedule_run *run, const struct hook_result *result)
{
	if (program_for(hook, result->success) == NULL)
		return;
	hook->result = *result;
	names_add_run(&hook->names, run->whole, run->names, run->count);
	hook->waiting = true;
	start_next(hook);
}

void hook_tick(struct hook *hook, clock_ms now)
{
	if (now < hook->deadline)
		return;
	hook->deadline = CLOCK_NEVER;
	hook->late = true;
	child_end(&hook->child);
}

clock_ms hook_wake(const struct hook *hook)
{
	return hook->deadline;
}

void hook_end(struct hook *hook)
{
	hook->waiting = false;
	hook->running = false;
	if (!hook_is_gone(hook))
		child_end(&hook->child);
}

void hook_kill(struct hook *hook)
{
	if (!hook_is_gone(hook))
		child_kill(&hook->child);
}

bool hook_is_gone(const struct hook *hook)
{
	return hook->child.state == CHILD_NONE || hook->child.state == CHILD_GONE;
}

void hook_free(struct hook *hook)
{
	let_go(hook);
	names_clear(&hook->names);
}
