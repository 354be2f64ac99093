#include "engine.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "arguments.h"
#include "child.h"
#include "clock.h"
#include "descriptors.h"
#include "duration.h"
#include "gate.h"
#include "hook.h"
#include "loop.h"
#include "memory.h"
#include "message.h"
#include "network/network.h"
#include "network/suspend.h"
#include "reporter.h"
#include "schedule/schedule.h"
#include "service.h"
#include "signals.h"
#include "status.h"
#include "store.h"
#include "syncer.h"
#include "wallclock.h"

/* How long the children's guards are waited for at the end, in ms. */
#define ENDING_TIME (CHILD_GRACE + 2000)

/* What a store's watcher needs (its pipes and its guard), and all else, in descriptors. */
#define STORE_DESCRIPTORS 4
#define OTHER_DESCRIPTORS 64

/* The mailbox that a person waits for. */
#define INBOX "INBOX"

enum engine_state {
	ENGINE_STARTING,        /* "Watching mailstores" has not been said */
	ENGINE_WATCHING,
	ENGINE_ENDING           /* children were told to end */
};

struct engine {
	struct engine_options options;
	const struct config *config;
	enum engine_state state;
	clock_ms deadline;      /* when starting, or ending, has taken long enough */
	int ending[2];          /* the signals that ended it: the first, and a second or 0 */
	struct loop loop;
	int signals;
	struct loop_watch signal_watch;
	struct store *store;
	struct store_owner owner;
	struct schedule *schedule;
	struct schedule_run run;        /* the run under way, or the last one */
	struct syncer syncer;
	struct reporter reporter;
	struct hook hook;
	struct network *network;
	struct suspend suspend;
	struct service service;
	bool refused;                   /* a name that sync can't take was told */
	unsigned long syncs, failures, changes;
};

/* for (STORES(engine, store)): each store of the configuration */
#define STORES(engine, store) \
	struct store *store = (engine)->store; \
	(store) < (engine)->store + (engine)->config->store_count; \
	(store)++

static bool all_ready(const struct engine *engine)
{
	for (STORES(engine, store))
		if (store->state != STORE_READY)
			return false;
	return true;
}

/* A store for whose sake nothing may be synced, or NULL. */
static const struct store *find_hold(const struct engine *engine)
{
	for (STORES(engine, store))
		if (store_hold(store) != NULL)
			return store;
	return NULL;
}

static void begin_watching(struct engine *engine, clock_ms now)
{
	char text[STORE_ROOM];

	engine->state = ENGINE_WATCHING;
	engine->deadline = CLOCK_NEVER;
	if (!engine->options.quiet)
		message_print(all_ready(engine) ? "Watching mailstores"
		                                : "Watching mailstores, but not all:");
	for (STORES(engine, store))
		if (store->state != STORE_READY && !engine->options.quiet)
			message_print("  %s: %s", store->config->name,
			              store_describe(store, now, text));
	for (STORES(engine, store))
		store_tell_hold(store);
	service_send(&engine->service, "READY=1");
}

/* The store that held up syncing is ready. */
static void tell_release(const struct engine *engine, struct store *store)
{
	const struct store *other = find_hold(engine);

	if (!store->told_hold)
		return;
	store->told_hold = false;
	if (engine->options.quiet)
		return;
	if (other == NULL)
		message_print("%s: the mailstore is there: syncing goes on", store->config->name);
	else
		message_print("%s: the mailstore is there; nothing is synced until %s is, too",
		              store->config->name, other->config->name);
}

static void on_store_ready(void *context, struct store *store)
{
	struct engine *engine = context;
	clock_ms now = clock_now();

	tell_release(engine, store);
	if (engine->state == ENGINE_STARTING && all_ready(engine))
		begin_watching(engine, now);
	schedule_ready(engine->schedule, all_ready(engine), now);
}

static void pass_on(void *context, const char *name, clock_ms inter_delay)
{
	struct engine *engine = context;

	schedule_change(engine->schedule, name, inter_delay, clock_now());
}

static void on_change(void *context, struct store *store, const char *mailbox)
{
	struct engine *engine = context;
	const char *why;

	engine->changes++;
	why = gate_ask(engine->config, mailbox, pass_on, engine);
	if (why == NULL || engine->refused)
		return;
	engine->refused = true;
	message_error("%s: mailbox %s can't be given to %s: %s; all mailboxes are synced "
	              "for it (told once)",
	              store->config->name, mailbox, engine->config->sync[0], why);
}

static void on_sync_ended(void *context)
{
	struct engine *engine = context;
	struct syncer *syncer = &engine->syncer;
	const struct hook_result result = { .success = syncer->success,
		                            .status = syncer->status,
		                            .lasted = syncer->lasted };
	clock_ms now = clock_now();

	schedule_result(engine->schedule, syncer->success, now);
	if (!engine->options.dry) {
		engine->syncs++;
		engine->failures += !syncer->success;
		reporter_ended(&engine->reporter, &engine->run, syncer, now);
		hook_add(&engine->hook, &engine->run, &result);
	}
}

static void hold(struct engine *engine)
{
	schedule_hold(engine->schedule, find_hold(engine) != NULL);
}

/* Whether a run is due, after a last look for a mailstore that has just gone. */
static bool may_sync(struct engine *engine, clock_ms now)
{
	hold(engine);
	if (schedule_wake(engine->schedule, now) > now)
		return false;
	for (STORES(engine, store))
		store_look(store);
	hold(engine);
	return schedule_run(engine->schedule, now, &engine->run);
}

static void start_sync(struct engine *engine, clock_ms now)
{
	if (engine->state == ENGINE_ENDING || engine->syncer.running || !may_sync(engine, now))
		return;
	if (!syncer_prepare(&engine->syncer, &engine->run, now)) {
		message_error("sync: %s; trying again later", strerror(ENOMEM));
		schedule_result(engine->schedule, false, now);
		return;
	}
	if (engine->options.dry) {
		reporter_would(&engine->reporter, &engine->run, &engine->syncer);
		syncer_pretend(&engine->syncer);
	} else {
		reporter_started(&engine->reporter, &engine->run, &engine->syncer);
		syncer_start(&engine->syncer);
	}
}

static void end_children(struct engine *engine, void end_store(struct store *),
                         void end_syncer(struct syncer *), void end_hook(struct hook *))
{
	for (STORES(engine, store))
		end_store(store);
	end_syncer(&engine->syncer);
	end_hook(&engine->hook);
}

static void begin_ending(struct engine *engine, clock_ms now)
{
	if (engine->options.verbose)
		message_print("Ending the watchers and the syncer");
	engine->state = ENGINE_ENDING;
	engine->deadline = now + ENDING_TIME;
	service_send(&engine->service, "STOPPING=1");
	end_children(engine, store_end, syncer_end, hook_end);
}

static bool has_ended(const struct engine *engine, clock_ms now)
{
	if (engine->state != ENGINE_ENDING)
		return false;
	if (now >= engine->deadline)
		return true;
	for (STORES(engine, store))
		if (store->state != STORE_ENDED)
			return false;
	return syncer_is_gone(&engine->syncer) && hook_is_gone(&engine->hook);
}

static void sync_all(struct engine *engine, clock_ms now)
{
	const struct store *hold = find_hold(engine);

	for (STORES(engine, store))
		store_retry(store, now);
	schedule_sync_all(engine->schedule, now);
	if (hold != NULL)
		message_print("All mailboxes wait for %s: %s", hold->config->name,
		              store_hold(hold));
}

static struct status look_at(const struct engine *engine, clock_ms now)
{
	return (struct status){ .now = now, .schedule = engine->schedule, .store = engine->store,
		                .store_count = engine->config->store_count,
		                .hold = find_hold(engine), .syncer = &engine->syncer,
		                .reporter = &engine->reporter,
		                .ending = engine->state == ENGINE_ENDING, .syncs = engine->syncs,
		                .failures = engine->failures, .changes = engine->changes };
}

static void print_status(const struct engine *engine, clock_ms now)
{
	const struct status status = look_at(engine, now);

	status_print(&status);
}

static void show_status(struct engine *engine, clock_ms now)
{
	const struct status status = look_at(engine, now);
	char line[STATUS_ROOM];

	service_show(&engine->service, status_line(&status, line));
}

static void take_signal(struct engine *engine, int number)
{
	clock_ms now = clock_now();

	switch (number) {
	case SIGCHLD: children_reap(); break;
	case SIGUSR1: print_status(engine, now); break;
	case SIGUSR2: sync_all(engine, now); break;
	default:
		engine->ending[engine->state == ENGINE_ENDING] = number;
		if (engine->state == ENGINE_ENDING) {
			end_children(engine, store_kill, syncer_kill, hook_kill);
			engine->deadline = now;
		} else {
			begin_ending(engine, now);
		}
	}
}

static void on_signal(void *context)
{
	struct engine *engine = context;
	int number;

	while ((number = signals_next(engine->signals)) != 0)
		take_signal(engine, number);
}

static bool waits_for_way(const struct engine *engine)
{
	for (STORES(engine, store))
		if (store->lost)
			return true;
	return false;
}

static void take_loss(struct engine *engine, struct store *store,
                      const struct network_change *change, clock_ms now)
{
	if (!store_is_connected(store) ||
	    !network_is_lost(engine->network, change, store->child.guard, &store->lost))
		return;
	if (engine->options.verbose)
		message_print("%s: the connection is lost: connecting again", store->config->name);
	store_renew(store, now);
}

static void take_changes(struct engine *engine, clock_ms now)
{
	struct network_change change;

	if (engine->state == ENGINE_ENDING ||
	    !network_take(engine->network, now, waits_for_way(engine), &change))
		return;
	if (engine->options.verbose && change.news)
		message_print("The network has changed: trying again what failed");
	for (STORES(engine, store)) {
		take_loss(engine, store, &change, now);
		if (change.news)
			store_news(store, now);
	}
	network_settle(engine->network);
	if (change.news)
		schedule_news(engine->schedule, now);
}

static void take_suspend(struct engine *engine, clock_ms now)
{
	clock_ms slept = suspend_take(&engine->suspend);
	char buffer[DURATION_ROOM];

	if (engine->state == ENGINE_ENDING || slept <= engine->config->resume_after)
		return;
	if (!engine->options.quiet)
		message_print("Resumed after %s asleep: connecting again",
		              duration_format(slept, buffer));
	for (STORES(engine, store))
		store_renew(store, now);
	network_forget_loss(engine->network);
	schedule_resume(engine->schedule, all_ready(engine), now);
}

static void tick(struct engine *engine, clock_ms now)
{
	take_suspend(engine, now);
	take_changes(engine, now);
	for (STORES(engine, store))
		store_tick(store, now);
	hook_tick(&engine->hook, now);
	service_tick(&engine->service, now);
	if (engine->state == ENGINE_STARTING && now >= engine->deadline)
		begin_watching(engine, now);
	start_sync(engine, now);
	if (engine->state != ENGINE_ENDING)
		reporter_tick(&engine->reporter, &engine->syncer, now);
	show_status(engine, now);
}

static clock_ms wake(const struct engine *engine, clock_ms now)
{
	clock_ms due = clock_earlier(engine->deadline, service_wake(&engine->service));

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
	engine->owner = (struct store_owner){ .loop = &engine->loop, .config = engine->config,
		                              .quiet = engine->options.quiet,
		                              .verbose = engine->options.verbose,
		                              .context = engine, .ready = on_store_ready,
		                              .changed = on_change };
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
	(void)gate_ask(engine->config, INBOX, put_first, engine);
	syncer_init(&engine->syncer, &engine->loop, engine->config, on_sync_ended, engine);
	reporter_init(&engine->reporter, engine->config->max_pending, engine->options.quiet,
	              engine->options.verbose);
	hook_init(&engine->hook, &engine->loop, engine->config, engine->options.quiet,
	          engine->options.verbose);
	open_stores(engine, now);
	engine->state = ENGINE_STARTING;
	engine->deadline = now + SCHEDULE_START_BOUND;
	return 0;
}

static void tell_end(const struct engine *engine)
{
	const char *first = sigabbrev_np(engine->ending[0]);
	const char *second = sigabbrev_np(engine->ending[1]);

	if (engine->options.quiet || first == NULL)
		return;
	if (second == NULL)
		message_print("ended by SIG%s", first);
	else
		message_print("ended by SIG%s, at once by SIG%s", first, second);
}

static void close_all(struct engine *engine)
{
	syncer_free(&engine->syncer);
	hook_free(&engine->hook);
	reporter_free(&engine->reporter);
	schedule_free(engine->schedule);
	network_close(engine->network);
	suspend_close(&engine->suspend);
	service_free(&engine->service);
	children_reap();
	free(engine->store);
	close(engine->signals);
	close(engine->loop.timer);
	close(engine->loop.epoll);
}

int engine_run(const struct config *config, const struct engine_options *options)
{
	struct engine *engine = memory_new(1, sizeof *engine);
	int status = 0;

	message_stamp(wallclock_stamp);
	*engine = (struct engine){ .options = *options, .config = config };
	if (open_all(engine) == -1)
		message_fatal(1, "start: %s", strerror(errno));
	for (;;) {
		clock_ms now = clock_now();

		tick(engine, now);
		if (has_ended(engine, now))
			break;
		if (loop_wait(&engine->loop, wake(engine, now)) == -1) {
			message_error("waiting for events: %s", strerror(errno));
			status = 1;
			break;
		}
	}
	tell_end(engine);
	close_all(engine);
	free(engine);
	return status;
}
