#include "checkup.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "checkup_store.h"
#include "checkup_syncer.h"
#include "child.h"
#include "descriptors.h"
#include "executable.h"
#include "fallback.h"
#include "loop.h"
#include "memory.h"
#include "message.h"
#include "proof.h"
#include "signals.h"

/* How long the children's guards are waited for at the end, in ms. */
#define ENDING_TIME (CHILD_GRACE + 2000)

/* What each child needs (its pipes and its guard), and all else, in descriptors. */
#define CHILD_DESCRIPTORS 4
#define OTHER_DESCRIPTORS 64

struct checkup {
	const struct config *config;
	struct loop loop;
	int signals;
	struct loop_watch signal_watch;
	struct checkup_store *store;    /* of each store of config, in its order */
	struct checkup_syncer syncer;
	bool missing;                   /* a program that is not tried itself */
	bool no_syncer;                 /* one of the syncer's command */
	int ended_by;                   /* the signal; 0: none */
	clock_ms deadline;              /* for what is still ending */
};

/* --- programs --- */

static bool has_word(char *const *words, const char *word)
{
	while (*words != NULL && strcmp(*words, word) != 0)
		words++;
	return *words != NULL;
}

/* Those of watchers say themselves that they are missing. */
static const char *find_program(void *context, const char *program, char buffer[EXECUTABLE_ROOM])
{
	struct checkup *checkup = context;
	const struct config *config = checkup->config;
	const char *fault = executable_fault(program, getenv("PATH"), buffer);

	for (size_t i = 0; i < config->store_count && fault != NULL; i++)
		if (has_word(config->stores[i].watch, program))
			fault = NULL;
	if (fault != NULL) {
		checkup->missing = true;
		checkup->no_syncer |= has_word(config->sync, program);
	}
	return fault;
}

/* --- signals --- */

static void kill_all(struct checkup *checkup)
{
	for (size_t i = 0; i < checkup->config->store_count; i++)
		store_kill(&checkup->store[i].store);
	checkup_syncer_kill(&checkup->syncer);
}

/* The first one ends all, the next one at once. */
static void take_end(struct checkup *checkup, int number)
{
	if (checkup->ended_by != 0) {
		kill_all(checkup);
		checkup->deadline = clock_now();
		return;
	}
	checkup->ended_by = number;
	message_error("ended by SIG%s before all was checked", sigabbrev_np(number));
	for (size_t i = 0; i < checkup->config->store_count; i++)
		checkup->store[i].over = true;
	checkup->syncer.over = true;
}

static void on_signal(void *context)
{
	struct checkup *checkup = context;
	int number;

	while ((number = signals_next(checkup->signals)) != 0) {
		if (number == SIGCHLD)
			children_reap();
		else
			take_end(checkup, number);
	}
}

/* --- the whole --- */

static int open_all(struct checkup *checkup)
{
	static const int list[] = { SIGINT, SIGTERM, SIGHUP, SIGCHLD, 0 };

	descriptors_allow(OTHER_DESCRIPTORS + (checkup->config->store_count + 2) *
	                                              CHILD_DESCRIPTORS);
	/* What the running mswatch gives its children. */
	if (unsetenv("GPG_TTY") == -1 || loop_open(&checkup->loop) == -1)
		return -1;
	checkup->signals = signals_open(list);
	checkup->signal_watch = (struct loop_watch){ on_signal, checkup };
	return checkup->signals == -1 ? -1 : loop_add(&checkup->loop, checkup->signals,
	                                              &checkup->signal_watch);
}

static void start_all(struct checkup *checkup, const struct subject *subject, bool quiet)
{
	const struct config *config = checkup->config;
	clock_ms now = clock_now();

	checkup->deadline = CLOCK_NEVER;
	checkup->store = memory_new(config->store_count, sizeof *checkup->store);
	for (size_t i = 0; i < config->store_count; i++)
		checkup_store_init(&checkup->store[i], &checkup->loop, config, i,
		                   subject != NULL ? subject->store[i] : NULL, quiet, now);
	checkup_syncer_start(&checkup->syncer, &checkup->loop, config, !checkup->no_syncer, quiet,
	                     now);
}

static void tick(struct checkup *checkup, clock_ms now)
{
	bool over = checkup->syncer.over;

	checkup_syncer_tick(&checkup->syncer, now);
	for (size_t i = 0; i < checkup->config->store_count; i++) {
		checkup_store_tick(&checkup->store[i], now);
		over = over && checkup->store[i].over;
	}
	if (over && checkup->deadline == CLOCK_NEVER)
		checkup->deadline = now + ENDING_TIME;
}

static clock_ms wake(const struct checkup *checkup)
{
	clock_ms due = clock_earlier(checkup->deadline, checkup_syncer_wake(&checkup->syncer));

	for (size_t i = 0; i < checkup->config->store_count; i++)
		due = clock_earlier(due, checkup_store_wake(&checkup->store[i]));
	return due;
}

static bool is_gone(const struct checkup *checkup, clock_ms now)
{
	bool gone = checkup_syncer_is_gone(&checkup->syncer);

	for (size_t i = 0; i < checkup->config->store_count; i++)
		gone = gone && checkup_store_is_gone(&checkup->store[i]);
	return gone || now >= checkup->deadline;
}

static bool is_well(const struct checkup *checkup)
{
	bool well = !checkup->missing && checkup->syncer.well && checkup->ended_by == 0;

	for (size_t i = 0; i < checkup->config->store_count; i++)
		well = well && checkup->store[i].well;
	return well;
}

static void close_all(struct checkup *checkup)
{
	checkup_syncer_free(&checkup->syncer);
	for (size_t i = 0; i < checkup->config->store_count; i++)
		store_free(&checkup->store[i].store);
	free(checkup->store);
	children_reap();
	close(checkup->signals);
	close(checkup->loop.timer);
	close(checkup->loop.epoll);
}

static int try_all(struct checkup *checkup, const struct subject *subject, bool quiet)
{
	clock_ms now;
	int status;

	if (open_all(checkup) == -1)
		message_fatal(1, "start: %s", strerror(errno));
	start_all(checkup, subject, quiet);
	for (;;) {
		now = clock_now();
		tick(checkup, now);
		if (is_gone(checkup, now))
			break;
		if (loop_wait(&checkup->loop, wake(checkup)) == -1)
			message_fatal(1, "waiting for events: %s", strerror(errno));
	}
	status = is_well(checkup) ? EXIT_SUCCESS : EXIT_FAILURE;
	close_all(checkup);
	return status;
}

int checkup_run(struct settings *settings, int fd, const char *name,
                const struct engine_options *options)
{
	struct checkup checkup = { .config = settings->config };
	int status = EXIT_FAILURE;

	message_quiet(!options->verbose);
	proof_warn(settings->config, fd, name, find_program, &checkup);
	/* Without mbsync it is not known how it reads its configuration. */
	if (checkup.no_syncer || settings_complete(settings, name, true, &status))
		status = try_all(&checkup, settings->subject, options->quiet);
	settings_free(settings);
	return status;
}
