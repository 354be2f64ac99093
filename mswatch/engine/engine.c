#include "engine.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../arguments.h"
#include "../wallclock.h"
#include "answers.h"
#include "child.h"
#include "ending.h"
#include "inside.h"
#include "memory.h"
#include "message.h"
#include "news.h"
#include "reloading.h"
#include "signals.h"
#include "stores.h"
#include "syncing.h"
#include "watching.h"

static void take_signal(struct engine *engine, int number)
{
	clock_ms now = clock_now();

	switch (number) {
	case SIGCHLD: children_reap(); break;
	case SIGUSR1: answers_print(engine, now); break;
	case SIGUSR2: syncing_all(engine, now); break;
	default: ending_signal(engine, number, now);
	}
}

static void on_signal(void *context)
{
	struct engine *engine = context;
	int number;

	while ((number = signals_next(engine->signals)) != 0)
		take_signal(engine, number);
}

static void tick(struct engine *engine, clock_ms now)
{
	news_take_suspend(engine, now);
	news_take_changes(engine, now);
	reloading_tick(engine);
	stores_tick(engine, now);
	hook_tick(&engine->hook, now);
	service_tick(&engine->service, now);
	answers_tick(engine, now);
	if (engine->state == ENGINE_STARTING && now >= engine->deadline)
		watching_begin(engine, now);
	syncing_start(engine, now);
	if (engine->state != ENGINE_ENDING)
		reporter_tick(&engine->reporter, &engine->syncer, now);
	answers_show(engine, now);
}

static clock_ms wake(const struct engine *engine, clock_ms now)
{
	clock_ms due = clock_earlier(engine->deadline, service_wake(&engine->service));

	due = clock_earlier(due, answers_wake(engine));
	due = clock_earlier(due, stores_wake(engine));
	due = clock_earlier(due, hook_wake(&engine->hook));
	if (engine->state == ENGINE_ENDING)
		return due;
	due = clock_earlier(due, reporter_wake(&engine->reporter));
	due = clock_earlier(due, network_wake(engine->network));
	return clock_earlier(due, schedule_wake(engine->schedule, now));
}

static int open_signals(struct engine *engine)
{
	static const int list[] = { SIGINT, SIGTERM, SIGHUP, SIGUSR1, SIGUSR2, SIGCHLD, 0 };

	engine->signals = signals_open(list);
	if (engine->signals == -1)
		return -1;
	engine->signal_watch = (struct loop_watch){ on_signal, engine };
	return loop_add(&engine->loop, engine->signals, &engine->signal_watch);
}

/* What mswatch can do without is told and done without. */
static void open_helpers(struct engine *engine)
{
	if (network_open(&engine->network, &engine->loop) == -1)
		message_error("network: %s; the wait after a failure will not be cut short when "
		              "the network comes back",
		              strerror(errno));
	if (suspend_open(&engine->suspend, &engine->loop) == -1)
		message_error("sleep: %s; a resume will be noticed later", strerror(errno));
}

static int open_all(struct engine *engine)
{
	clock_ms now = clock_now();
	char pid[40];

	snprintf(pid, sizeof pid, "%ld", (long)getpid());
	if (loop_open(&engine->loop) == -1 || open_signals(engine) == -1 ||
	    setenv("MSWATCH_PID", pid, 1) == -1 || unsetenv("GPG_TTY") == -1)
		return -1;
	service_start(&engine->service, now);
	open_helpers(engine);
	engine->schedule = schedule_new(engine->config, arguments_room(engine->config), now);
	if (engine->schedule == NULL ||
	    !reports_open(&engine->reports, engine->config, engine->subject, engine->schedule,
	                  &engine->origins, engine->options.verbose))
		return -1;
	syncer_init(&engine->syncer, &engine->loop, engine->config, syncing_ended, engine);
	reporter_init(&engine->reporter, engine->config->max_pending, engine->options.verbose);
	hook_init(&engine->hook, &engine->loop, engine->config, &engine->origins,
	          engine->options.verbose);
	stores_adopt(engine, now);
	answers_open(engine);
	engine->started = now;
	engine->state = ENGINE_STARTING;
	engine->deadline = now + SCHEDULE_START_BOUND;
	return 0;
}

static void close_all(struct engine *engine)
{
	answers_close(engine);
	syncer_free(&engine->syncer);
	hook_free(&engine->hook);
	reporter_free(&engine->reporter);
	schedule_free(engine->schedule);
	reports_close(&engine->reports);
	origins_free(&engine->origins);
	network_close(engine->network);
	suspend_close(&engine->suspend);
	service_free(&engine->service);
	stores_free(engine);
	children_reap();
	close(engine->signals);
	close(engine->loop.timer);
	close(engine->loop.epoll);
}

static void free_settings(struct engine *engine)
{
	struct settings *former;

	while ((former = engine->former) != NULL) {
		engine->former = former->former;
		settings_free(former);
	}
	settings_free(engine->settings);
}

int engine_run(struct settings *settings, const struct engine_options *options)
{
	struct engine *engine = memory_new(1, sizeof *engine);
	int status = 0;

	message_stamp(wallclock_stamp);
	message_quiet(options->quiet);
	*engine = (struct engine){ .options = *options,
		                   .settings = settings,
		                   .config = settings->config,
		                   .subject = settings->subject };
	if (open_all(engine) == -1)
		message_fatal(1, "start: %s", strerror(errno));
	for (;;) {
		clock_ms now = clock_now();

		tick(engine, now);
		if (ending_is_over(engine, now))
			break;
		if (loop_wait(&engine->loop, wake(engine, now)) == -1) {
			message_error("waiting for events: %s", strerror(errno));
			status = 1;
			break;
		}
	}
	ending_tell(engine);
	close_all(engine);
	free_settings(engine);
	free(engine);
	return status;
}
