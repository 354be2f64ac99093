/*
 * on_success and on_failure: one program at a time after a sync, with the
 * mailboxes; results that come while one runs are merged into the next.
 */
#ifndef MSWATCH_HOOK_H
#define MSWATCH_HOOK_H

#include <stdbool.h>

#include "clock.h"
#include "config.h"
#include "loop.h"
#include "names.h"
#include "program.h"
#include "schedule.h"

/* How a sync ended, as a hook is told. */
struct hook_result {
	bool success;
	int status;             /* exit status, or 128 + N */
	clock_ms lasted;
};

struct hook {
	const struct config *config;
	bool waiting;           /* results wait for the one that runs to end */
	bool late;              /* the one that runs was told to end */
	bool success;           /* the one that runs is on_success */
	clock_ms deadline;
	struct hook_result result;      /* of the ones that wait: the latest */
	struct names names;             /* of the ones that wait */
	struct program program;
};

void hook_init(struct hook *hook, struct loop *loop, const struct config *config);

/* A run has ended with this result, and its hook, if there is one, is due. */
void hook_add(struct hook *hook, const struct schedule_run *run, const struct hook_result *result);

/* Ends a hook that has had its time. */
void hook_tick(struct hook *hook, clock_ms now);
clock_ms hook_wake(const struct hook *hook);

/* Ends the one that runs, and forgets those that wait. */
void hook_end(struct hook *hook);
void hook_kill(struct hook *hook);
bool hook_is_gone(const struct hook *hook);
void hook_free(struct hook *hook);

#endif
