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
#include "descriptors.h"
#include "ending.h"
#include "inside.h"
#include "memory.h"
#include "message.h"
#include "news.h"
#include "signals.h"
#include "syncing.h"
#include "watching.h"

/* What a store's watcher needs (its pipes and its guard), and all else, in descriptors. */
#define STORE_DESCRIPTORS 4
#define OTHER_DESCRIPTORS 64

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
	for (STORES(engine, store))
		store_tick(store, now);
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
	for (STORES(engine, store))
		due = clock_earlier(due, store_wake(store));
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

static void open_stores(struct engine *engine, clock_ms now)
{
	engine->owner = (struct store_owner){ .loop = &engine->loop,
		                              .config = engine->config,
		                              .verbose = engine->options.verbose,
		                              .context = engine,
		                              .ready = watching_ready,
		                              .changed = watching_change };
	descriptors_allow(OTHER_DESCRIPTORS + engine->config->store_count * STORE_DESCRIPTORS);
	engine->store = memory_new(engine->config->store_count, sizeof *engine->store);
	for (size_t i = 0; i < engine->config->store_count; i++)
		store_init(&engine->store[i], &engine->config->stores[i], &engine->owner, now);
}

static void put_first(void *context, const char *name, clock_ms inter_delay)
{
	struct engine *engine = context;

	if (!schedule_put_first(engine->schedule, name, inter_delay))
		message_fatal(1, "start: %s", strerror(ENOMEM));
}

static void open_gate(struct engine *engine)
{
	const struct subject *subject = engine->subject;

	if (subject != NULL)
		gate_open(&engine->gate, engine->config, &subject->what, subject->store,
		          !subject->known);
	else
		gate_open(&engine->gate, engine->config, NULL, NULL, false);
	engine->refusals =
		(struct refusals){ .config = engine->config, .verbose = engine->options.verbose };
	gate_ask_inboxes(&engine->gate, put_first, engine);
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
	if (engine->schedule == NULL)
		return -1;
	open_gate(engine);
	syncer_init(&engine->syncer, &engine->loop, engine->config, syncing_ended, engine);
	reporter_init(&engine->reporter, engine->config->max_pending, engine->options.verbose);
	hook_init(&engine->hook, &engine->loop, engine->config, engine->options.verbose);
	open_stores(engine, now);
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
	gate_close(&engine->gate);
	network_close(engine->network);
	suspend_close(&engine->suspend);
	service_free(&engine->service);
	children_reap();
	free(engine->store);
	close(engine->signals);
	close(engine->loop.timer);
	close(engine->loop.epoll);
}

int engine_run(const struct config *config, const struct subject *subject,
               const struct engine_options *options)
{
	struct engine *engine = memory_new(1, sizeof *engine);
	int status = 0;

	message_stamp(wallclock_stamp);
	message_quiet(options->quiet);
	*engine = (struct engine){ .options = *options, .config = config, .subject = subject };
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
	free(engine);
	return status;
}
