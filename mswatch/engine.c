#include "engine.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "arguments.h"
#include "connections.h"
#include "descriptors.h"
#include "duration.h"
#include "memory.h"
#include "message.h"
#include "signals.h"
#include "status.h"
#include "wall.h"

/* How long the children's guards are waited for at the end, in ms. */
#define ENDING_TIME (CHILD_GRACE + 2000)

/* What a store's watcher needs (its pipes and its guard), and all else, in descriptors. */
#define STORE_DESCRIPTORS 4
#define OTHER_DESCRIPTORS 64

/*
 * A watcher whose mailstore goes may say that all has changed before it exits
 * with status 2: how long a sync waits for that, in ms.
 */
#define LAST_WORDS_TIME 500

/* for (STORES(engine, store)): each store of the configuration */
#define STORES(engine, store) \
	(store) = (engine)->store; \
	(store) < (engine)->store + (engine)->config->store_count; \
	(store)++

static bool all_ready(const struct engine *engine)
{
	const struct store *store;

	for (STORES(engine, store))
		if (store->state != STORE_READY)
			return false;
	return true;
}

const struct store *engine_find_hold(const struct engine *engine)
{
	const struct store *store;

	for (STORES(engine, store))
		if (store_hold(store) != NULL)
			return store;
	return NULL;
}

static void begin_watching(struct engine *engine, clock_ms now)
{
	struct store *store;
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
	notify_send(&engine->notify, "READY=1");
}

/* Once a run, so that a watcher that goes on saying so puts off none for good. */
static void await_exit(struct engine *engine, clock_ms now)
{
	if (engine->last_words)
		return;
	engine->last_words = true;
	engine->settled = now + LAST_WORDS_TIME;
}

/* The store that held up syncing is ready. */
static void tell_release(const struct engine *engine, struct store *store)
{
	const struct store *other = engine_find_hold(engine);

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

	if (store->told_hold)
		await_exit(engine, now);
	tell_release(engine, store);
	if (engine->state == ENGINE_STARTING && all_ready(engine))
		begin_watching(engine, now);
	schedule_ready(engine->schedule, all_ready(engine), now);
}

static void on_change(void *context, struct store *store, const char *mailbox)
{
	struct engine *engine = context;
	const char *why = arguments_refuse(engine->config, mailbox);

	engine->changes++;
	if (mailbox[0] == '\0')
		await_exit(engine, clock_now());
	if (why != NULL && config_ignores(engine->config, mailbox))
		return;
	if (why != NULL && !engine->refused) {
		engine->refused = true;
		message_error("%s: mailbox %s can't be given to %s: %s; all mailboxes are synced "
		              "for it (told once)",
		              store->config->name, mailbox, engine->config->sync[0], why);
	}
	schedule_change(engine->schedule, why != NULL ? "" : mailbox, clock_now());
}

static void on_sync_ended(void *context)
{
	struct engine *engine = context;
	struct syncer *syncer = &engine->syncer;
	const struct hook_result result = { .success = syncer->success,
		                            .status = syncer->status,
		                            .lasted = syncer->lasted };
	clock_ms now = clock_now();

	engine->syncs++;
	engine->failures += !syncer->success;
	if (!engine->options.dry) {
		reporter_ended(&engine->reporter, &engine->run, syncer, now);
		hook_add(&engine->hook, &engine->run, &result);
	}
	schedule_result(engine->schedule, syncer->success, now);
}

static void hold(struct engine *engine)
{
	schedule_hold(engine->schedule, engine_find_hold(engine) != NULL);
}

/* Whether a run is due, after a last look for a mailstore that has just gone. */
static bool may_sync(struct engine *engine, clock_ms now)
{
	struct store *store;

	hold(engine);
	if (now < engine->settled || schedule_wake(engine->schedule, now) > now)
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
	engine->last_words = false;
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
	struct store *store;

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
	notify_send(&engine->notify, "STOPPING=1");
	end_children(engine, store_end, syncer_end, hook_end);
}

static bool has_ended(const struct engine *engine, clock_ms now)
{
	const struct store *store;

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
	const struct store *hold = engine_find_hold(engine);
	struct store *store;

	for (STORES(engine, store))
		store_retry(store, now);
	schedule_sync_all(engine->schedule, now);
	if (hold != NULL)
		message_print("All mailboxes wait for %s: %s", hold->config->name,
		              store_hold(hold));
}

static void take_signal(struct engine *engine, int number)
{
	clock_ms now = clock_now();

	switch (number) {
	case SIGCHLD: children_reap(); break;
	case SIGUSR1: status_print(engine); break;
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

/* Looking costs a walk through /proc: only with a reason. */
static bool needs_look(const struct engine *engine, const struct network_change *change)
{
	const struct store *store;

	if (!change->known)
		return false;
	for (STORES(engine, store))
		if (store->lost)
			return true;
	return (change->news && change->lost) ||
	       (change->suspect && connections_suspect(&engine->network.links));
}

/* Whoever has no connection of his own to look at may have lost it with any other. */
static void take_loss(struct engine *engine, struct store *store,
                      const struct network_change *change, bool look, clock_ms now)
{
	struct connections found = { CONNECTIONS_NONE, false };

	if (!store_is_connected(store))
		return;
	if (look)
		found = connections_look(&engine->network.links, store->child.guard);
	store->lost = store->lost || found.fate == CONNECTIONS_LOST;
	if (store->lost ? !change->news && !found.way
	                : found.fate == CONNECTIONS_STAND || !change->news || !change->lost)
		return;
	if (engine->options.verbose)
		message_print("%s: the connection is lost: connecting again", store->config->name);
	store_renew(store, now);
}

static void take_changes(struct engine *engine, clock_ms now)
{
	struct network_change change;
	struct store *store;
	bool look;

	if (engine->state == ENGINE_ENDING || !network_take(&engine->network, now, &change))
		return;
	if (engine->options.verbose && change.news)
		message_print("The network has changed: trying again what failed");
	look = needs_look(engine, &change);
	for (STORES(engine, store)) {
		take_loss(engine, store, &change, look, now);
		if (change.news)
			store_news(store, now);
	}
	links_settle(&engine->network.links);
	if (change.news)
		schedule_news(engine->schedule, now);
}

static void take_sleep(struct engine *engine, clock_ms now)
{
	clock_ms slept = sleep_take(&engine->sleep);
	struct store *store;
	char buffer[DURATION_ROOM];

	if (engine->state == ENGINE_ENDING || slept <= engine->config->resume_after)
		return;
	if (!engine->options.quiet)
		message_print("Resumed after %s asleep: connecting again",
		              duration_format(slept, buffer));
	for (STORES(engine, store))
		store_renew(store, now);
	network_forget_loss(&engine->network);
	schedule_resume(engine->schedule, all_ready(engine), now);
}

static void tick(struct engine *engine, clock_ms now)
{
	struct store *store;

	take_sleep(engine, now);
	take_changes(engine, now);
	for (STORES(engine, store))
		store_tick(store, now);
	hook_tick(&engine->hook, now);
	notify_tick(&engine->notify, now);
	if (engine->state == ENGINE_STARTING && now >= engine->deadline)
		begin_watching(engine, now);
	start_sync(engine, now);
	if (engine->state != ENGINE_ENDING)
		reporter_tick(&engine->reporter, &engine->syncer, now);
	status_notify(engine);
}

static clock_ms later(clock_ms one, clock_ms other)
{
	return one > other ? one : other;
}

static clock_ms wake(const struct engine *engine, clock_ms now)
{
	const struct store *store;
	clock_ms due = clock_earlier(engine->deadline, notify_wake(&engine->notify));

	for (STORES(engine, store))
		due = clock_earlier(due, store_wake(store));
	due = clock_earlier(due, hook_wake(&engine->hook));
	if (engine->state == ENGINE_ENDING)
		return due;
	due = clock_earlier(due, reporter_wake(&engine->reporter));
	due = clock_earlier(due, network_wake(&engine->network));
	return clock_earlier(due, later(schedule_wake(engine->schedule, now), engine->settled));
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
	if (sleep_open(&engine->sleep, &engine->loop) == -1)
		message_error("sleep: %s; a resume will be noticed later", strerror(errno));
}

static void open_stores(struct engine *engine, clock_ms now)
{
	size_t i;

	engine->owner = (struct store_owner){ .loop = &engine->loop, .config = engine->config,
		                              .quiet = engine->options.quiet,
		                              .verbose = engine->options.verbose,
		                              .context = engine, .ready = on_store_ready,
		                              .changed = on_change };
	descriptors_allow(OTHER_DESCRIPTORS + engine->config->store_count * STORE_DESCRIPTORS);
	engine->store = memory_new(engine->config->store_count, sizeof *engine->store);
	for (i = 0; i < engine->config->store_count; i++)
		store_init(&engine->store[i], &engine->config->stores[i], &engine->owner, now);
}

static int open_all(struct engine *engine)
{
	clock_ms now = clock_now();
	char pid[40];

	snprintf(pid, sizeof pid, "%ld", (long)getpid());
	if (loop_open(&engine->loop) == -1 || open_signals(engine) == -1 ||
	    setenv("MSWATCH_PID", pid, 1) == -1 || unsetenv("GPG_TTY") == -1)
		return -1;
	notify_start(&engine->notify, now);
	open_helpers(engine);
	engine->schedule = schedule_new(engine->config, arguments_room(engine->config), now);
	if (engine->schedule == NULL)
		return -1;
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
	network_close(&engine->network);
	sleep_close(&engine->sleep);
	notify_free(&engine->notify);
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

	message_stamp(wall_stamp);
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
