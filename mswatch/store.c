#include "store.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "advice.h"
#include "schedule/backoff.h"
#include "quoting.h"
#include "descriptors.h"
#include "duration.h"
#include "message.h"
#include "stopped.h"
#include "wallclock.h"

/* How long a watcher that has closed its stdout has to exit, or one that has begun with
 * something else than its ready line has to end that line, in ms. */
#define CLOSING_TIME 1000
/*
 * How long such a watcher has then to exit by itself, before it is told to: its
 * status says whether the mailstore is gone, and may come late, over ssh.  And
 * how long that end is waited for, in ms.
 */
#define LEAVING_TIME 5000
#define STOPPING_TIME (CHILD_GRACE + 2000)
/*
 * How long a remote watcher may take to be ready, in ms: max_delay, and this
 * at least; each time that it was not enough twice as long, up to so many
 * times that.  Its connection may have died while it was made, when ssh(1)
 * waits for ever; and it may have a lot to look through.
 */
#define LEAST_PATIENCE 30000
#define MOST_PATIENCE 64
/* What is read at once, in bytes, and of a watcher that has ended, in such reads. */
#define READ_ROOM 65536
#define LAST_READS 64

/* It was given up, and its exit status is still awaited. */
static bool is_leaving(const struct store *store)
{
	return store->state == STORE_LEAVING || store->state == STORE_STOPPING;
}

static void close_out(struct store *store)
{
	if (store->out != -1)
		loop_remove(store->owner->loop, store->out);
	descriptors_close(&store->out);
}

/* Lets go of the watcher, whatever it is at; its guard ends it. */
static void drop(struct store *store)
{
	close_out(store);
	descriptors_close(&store->in);
	diagnostics_close(&store->diagnostics);
	if (store->child.state != CHILD_NONE) {
		loop_remove(store->owner->loop, child_fd(&store->child));
		child_release(&store->child);
	}
	store->closing = CLOCK_NEVER;
	store->patience = CLOCK_NEVER;
	store->beat = CLOCK_NEVER;
}

static void tell_failure(struct store *store, const char *cause, clock_ms delay, clock_ms now)
{
	const char *name = store->config->name;
	char buffer[DURATION_ROOM], since[WALLCLOCK_ROOM];

	store->failed = now;
	snprintf(store->error, sizeof store->error, "%s%s%s", cause,
	         store->diagnostics.last[0] != '\0' ? ": " : "", store->diagnostics.last);
	if (store->owner->failed != NULL) {
		store->owner->failed(store->owner->context, store, cause);
		return;
	}
	switch (damper_add(&store->damper, cause, store->diagnostics.last, now)) {
	case DAMPER_TELL:
		message_error("%s: watcher %s; starting it again in %s%s", name, cause,
		              duration_format(delay, buffer),
		              store->final ? ", and no sooner; mswatch --reload starts it when "
		                             "what is wrong is mended"
		                           : "");
		diagnostics_show(&store->diagnostics);
		diagnostics_advise(&store->diagnostics, name, cause);
		break;
	case DAMPER_STILL:
		message_error("%s: still failing after %u tries since %s: watcher %s", name,
		              store->damper.tries, wallclock_time(store->damper.since, now, since),
		              cause);
		break;
	case DAMPER_QUIET:
		break;
	}
}

const char *store_hold(const struct store *store)
{
	if (store->gone)
		return "the mailstore is gone";
	if (store->config->required && !store->was_ready)
		return "required, and not ready yet";
	return NULL;
}

void store_tell_hold(struct store *store)
{
	const char *name = store->config->name;

	if (store->told_hold || store->owner->failed != NULL || store_hold(store) == NULL)
		return;
	store->told_hold = true;
	if (store->gone)
		message_error("%s: the mailstore is gone (watcher exited with status %d): nothing "
		              "is synced until it is back",
		              name, STORE_STATUS_GONE);
	else
		message_error("%s: required, and its watcher is not ready yet: nothing is synced "
		              "until it is",
		              name);
}

/* The next one starts when this one has ended, as its exit status counts. */
static void let_go(struct store *store, clock_ms now)
{
	if (store->child.state != CHILD_RUNNING) {
		drop(store);
		store->state = STORE_DOWN;
		return;
	}
	diagnostics_take(&store->diagnostics);
	store->state = STORE_LEAVING;
	store->closing = now + LEAVING_TIME;
	store->patience = CLOCK_NEVER;
	store->beat = CLOCK_NEVER;
}

static void stop(struct store *store, clock_ms now)
{
	if (store->state != STORE_LEAVING)
		return;
	store->state = STORE_STOPPING;
	store->closing = now + STOPPING_TIME;
	child_end(&store->child);
}

/* How long to wait after so many failures in a row. */
static clock_ms delay_after(const struct store *store, unsigned failures)
{
	const struct config *config = store->owner->config;

	return backoff_delay(config->inter_delay, config->max_delay, failures);
}

/* The watcher is no more, or is not wanted any more: cause says why. */
static void fail(struct store *store, const char *cause)
{
	clock_ms now = clock_now();
	clock_ms last = delay_after(store, store->attempts);
	clock_ms delay;

	/* One that lasted longer than its backoff has earned a fresh start. */
	if (store->state == STORE_READY && now - store->since >= last)
		store->attempts = 0;
	if (store->state == STORE_READY)
		store->since = now;
	let_go(store, now);
	store->attempts++;
	snprintf(store->cause, sizeof store->cause, "%s", cause);
	delay = delay_after(store, store->final ? UINT_MAX : store->attempts);
	store->due = now + delay;
	tell_failure(store, cause, delay, now);
	store_tell_hold(store);
}

static bool ends_in_return(const char *line, size_t length)
{
	return length > 0 && line[length - 1] == '\r';
}

static void fail_with_noise(struct store *store)
{
	const char *newline = memchr(store->noise, '\n', store->noise_length);
	const char *advice = "the first line that a watcher prints is an empty one";
	size_t length = newline != NULL ? (size_t)(newline - store->noise) : store->noise_length;
	char cause[STORE_NOISE + 320];

	if (ends_in_return(store->noise, length))
		advice = ADVICE_CARRIAGE_RETURN;
	else if (config_is_remote(store->config))
		advice = "a start-up file of the remote shell, such as .bashrc, must not "
		         "print anything";
	snprintf(cause, sizeof cause, "printed \"%.*s\" before its ready line (%s)", (int)length,
	         store->noise, advice);
	fail(store, cause);
}

static void become_ready(struct store *store)
{
	clock_ms now = clock_now();
	clock_ms lasted = damper_clear(&store->damper, now);
	char buffer[DURATION_ROOM];

	store->state = STORE_READY;
	store->gone = false;
	store->was_ready = true;
	store->refused = false;
	store->since = now;
	store->patience = CLOCK_NEVER;
	store->slow = 0;
	store->cause[0] = '\0';
	if (store->owner->failed == NULL)
		diagnostics_live(&store->diagnostics);
	if (lasted >= 0)
		message_print("%s: watching again after %s", store->config->name,
		              duration_format(lasted, buffer));
	store->owner->ready(store->owner->context, store);
}

static void take_line(void *context, const char *line, size_t length, bool whole)
{
	struct store *store = context;

	if (store->owner->verbose)
		message_print("%s: %s%s", store->config->name,
		              length != 0 ? "changed: " : "all mailboxes may have changed", line);
	if (!whole && !store->overlong) {
		store->overlong = true;
		message_error("%s: the watcher printed a line of more than %d bytes or with a "
		              "NUL byte: taken for all mailboxes (told once)",
		              store->config->name, LINES_MAX);
	}
	if (ends_in_return(line, length) && !store->returned) {
		store->returned = true;
		message_error("%s: the watcher's line \"%s\": %s; it is taken for the name's own "
		              "(told once)",
		              store->config->name, line, ADVICE_CARRIAGE_RETURN);
	}
	store->owner->changed(store->owner->context, store, line);
}

/* Whether this is no ready line; then it is kept, to be shown. */
static bool take_noise(struct store *store, const char *bytes, size_t count)
{
	size_t room = STORE_NOISE - store->noise_length;
	size_t taken = count < room ? count : room;

	if (store->noise_length == 0 && bytes[0] == '\n')
		return false;
	if (store->noise_length == 0)
		store->closing = clock_now() + CLOSING_TIME;
	memcpy(store->noise + store->noise_length, bytes, taken);
	store->noise_length += taken;
	if (taken == room || memchr(store->noise, '\n', store->noise_length) != NULL)
		store->closing = clock_now();
	return true;
}

static void take(struct store *store, const char *bytes, size_t count)
{
	if (is_leaving(store))
		return; /* read, so that SIGPIPE does not take the place of its status */
	if (store->state == STORE_STARTING) {
		if (take_noise(store, bytes, count))
			return;
		become_ready(store);
		bytes++;
		count--;
	}
	lines_feed(&store->lines, bytes, count, take_line, store);
}

/* One read of the watcher's stdout; returns what read(2) did. */
static ssize_t read_out(struct store *store)
{
	char bytes[READ_ROOM];
	ssize_t got = read(store->out, bytes, sizeof bytes);

	if (got > 0)
		take(store, bytes, (size_t)got);
	return got;
}

static void on_out(void *context)
{
	struct store *store = context;
	ssize_t got = read_out(store);

	if (got == READ_ROOM && is_leaving(store))
		close_out(store); /* it does not look like its end */
	/* Memory that is lacking may be there when the loop tells again. */
	if (got > 0 || (got == -1 && (errno == EAGAIN || errno == EINTR || errno == ENOMEM)))
		return;
	/* Most likely it is about to exit: that tells more than this does. */
	close_out(store);
	if (!is_leaving(store))
		store->closing = clock_now() + CLOSING_TIME;
}

/* The watcher has ended: its status may say more than that. */
static void take_status(struct store *store)
{
	const struct child *child = &store->child;

	if (child->start_error != 0 || !WIFEXITED(child->status))
		return;
	store->final = store->refused = WEXITSTATUS(child->status) == STORE_STATUS_FINAL;
	if (WEXITSTATUS(child->status) != STORE_STATUS_GONE)
		return;
	store->told_hold = store->told_hold && store->gone;
	store->gone = true;
}

/* One that was given up, and told of, has ended or is waited for no longer. */
static void leave(struct store *store)
{
	drop(store);
	store->state = STORE_DOWN;
	store_tell_hold(store);
}

/* It has ended by itself. */
static void take_end(struct store *store)
{
	char cause[CHILD_ROOM];
	int reads = 0;

	while (store->out != -1 && reads++ < LAST_READS && read_out(store) > 0)
		;
	take_status(store);
	if (store->noise_length != 0)
		fail_with_noise(store);
	else
		fail(store, child_describe(&store->child, cause, sizeof cause));
}

/* One that was given up has ended. */
static void take_late_end(struct store *store)
{
	char cause[CHILD_ROOM];

	take_status(store);
	if (store->final)
		fail(store, child_describe(&store->child, cause, sizeof cause));
	else
		leave(store);
}

static void on_child(void *context)
{
	struct store *store = context;
	enum child_state state = child_read(&store->child);

	if (state == CHILD_RUNNING) {
		stopped_take(&store->child, store->config->name);
	} else if (store->state == STORE_ENDING) {
		if (state == CHILD_GONE) {
			drop(store);
			store->state = STORE_ENDED;
		}
	} else if (is_leaving(store)) {
		take_late_end(store);
	} else {
		take_end(store);
	}
}

void store_look(struct store *store)
{
	if (store->child.state == CHILD_RUNNING)
		on_child(store);
}

void store_init(struct store *store, const struct config_store *config,
                const struct store_owner *owner, clock_ms now)
{
	*store = (struct store){ .owner = owner, .config = config_store_copy(config),
		                 .state = STORE_DOWN,
		                 .since = now, .due = now, .closing = CLOCK_NEVER,
		                 .patience = CLOCK_NEVER, .beat = CLOCK_NEVER,
		                 .child = CHILD_INITIALIZER, .in = -1, .out = -1 };
	store->out_watch = (struct loop_watch){ on_out, store };
	store->child_watch = (struct loop_watch){ on_child, store };
	diagnostics_start(&store->diagnostics, owner->loop, store->config->name);
}

/* The three pipes of a new watcher; its ends go to setup. */
static int open_pipes(struct store *store, struct child_setup *setup)
{
	int in[2] = { -1, -1 }, out[2] = { -1, -1 };

	if (pipe2(in, O_CLOEXEC) == -1)
		return -1;
	setup->in = in[0];
	store->in = in[1];
	if (pipe2(out, O_CLOEXEC) == -1)
		return -1;
	store->out = out[0];
	setup->out = out[1];
	if (descriptors_nonblocking(store->in) == -1 || descriptors_nonblocking(store->out) == -1)
		return -1;
	setup->error = diagnostics_open(&store->diagnostics);
	return setup->error == -1 ? -1 : 0;
}

static int start_child(struct store *store)
{
	struct child_setup setup = { .in = -1, .out = -1, .error = -1, .grace = CHILD_GRACE,
		                     .session = true };
	int result = open_pipes(store, &setup);

	if (result == 0)
		result = loop_add(store->owner->loop, store->out, &store->out_watch);
	if (result == 0)
		result = child_start(&store->child, store->config->watch, &setup);
	if (result == 0)
		result = loop_add(store->owner->loop, child_fd(&store->child),
		                  &store->child_watch);
	descriptors_close(&setup.in);
	descriptors_close(&setup.out);
	descriptors_close(&setup.error);
	return result;
}

void store_configure(struct store *store, const struct config_store *config, clock_ms now)
{
	struct config_store *own = store->config;

	own->required = config->required;
	own->line = config->line;
	if (own->heartbeat == config->heartbeat)
		return;
	own->heartbeat = config->heartbeat;
	store->beat = store->in == -1 || own->heartbeat == 0 ? CLOCK_NEVER : now + own->heartbeat;
}

void store_free(struct store *store)
{
	config_store_free(store->config);
	store->config = NULL;
}

static void announce(const struct store *store)
{
	char *command;

	if (store->damper.tries != 0)
		return;
	message_print("Starting the watcher of %s", store->config->name);
	command = quoting_format(store->config->watch);
	message_print("+ %s", command != NULL ? command : store->config->watch[0]);
	free(command);
}

static clock_ms start_bound(const struct store *store)
{
	clock_ms first = store->owner->config->max_delay;

	first = first > LEAST_PATIENCE ? first : LEAST_PATIENCE;
	return backoff_delay(first, MOST_PATIENCE * first, store->slow + 1);
}

static void lose_patience(struct store *store, clock_ms now)
{
	char cause[60 + DURATION_ROOM], span[DURATION_ROOM];

	snprintf(cause, sizeof cause, "was not ready after %s",
	         duration_format(start_bound(store), span));
	store->slow++;
	fail(store, cause);
	stop(store, now);
}

static void start(struct store *store, clock_ms now)
{
	char cause[200];

	announce(store);
	if (store->started)
		store->restarts++;
	store->started = true;
	store->lost = false;
	store->final = false;
	store->state = STORE_STARTING;
	store->noise_length = 0;
	lines_reset(&store->lines);
	store->diagnostics.live = store->damper.tries == 0 && store->owner->failed == NULL;
	if (config_is_remote(store->config))
		store->patience = now + start_bound(store);
	if (store->config->heartbeat > 0)
		store->beat = now + store->config->heartbeat;
	if (start_child(store) == 0)
		return;
	snprintf(cause, sizeof cause, "could not be started: %s", strerror(errno));
	drop(store);
	fail(store, cause);
}

static void send_beat(struct store *store, clock_ms now)
{
	/* A full pipe or a dead reader: the beat is dropped. */
	ssize_t wrote = write(store->in, "\n", 1);

	(void)wrote;
	store->beat = now + store->config->heartbeat;
}

/* The time that the watcher had, at its end or for it, is over. */
static void give_up(struct store *store, clock_ms now)
{
	switch (store->state) {
	case STORE_LEAVING: stop(store, now); break;
	case STORE_STOPPING: leave(store); break;
	default:
		if (store->noise_length != 0)
			fail_with_noise(store);
		else
			fail(store, "closed its output");
		break;
	}
}

void store_tick(struct store *store, clock_ms now)
{
	if (store->state == STORE_DOWN && now >= store->due)
		start(store, now);
	if (now >= store->closing)
		give_up(store, now);
	if (now >= store->patience)
		lose_patience(store, now);
	if (now >= store->beat)
		send_beat(store, now);
}

clock_ms store_wake(const struct store *store)
{
	clock_ms start = store->state == STORE_DOWN ? store->due : CLOCK_NEVER;

	return clock_earlier(clock_earlier(start, store->closing),
	                     clock_earlier(store->patience, store->beat));
}

static bool has_ended(const struct store *store)
{
	return store->state == STORE_ENDING || store->state == STORE_ENDED;
}

/* Starts a new watcher in the place of this one, as soon as this one has ended. */
static void start_afresh(struct store *store, clock_ms now)
{
	if (store->state == STORE_READY)
		store->since = now;
	if (!is_leaving(store)) {
		let_go(store, now);
		stop(store, now);
	}
	store->attempts = 0;
	store->due = now;
}

void store_retry(struct store *store, clock_ms now)
{
	if ((store->state == STORE_DOWN && !store->final) || is_leaving(store))
		start_afresh(store, now);
}

void store_mended(struct store *store, clock_ms now)
{
	store->final = false;
	store_retry(store, now);
}

/* A try that is cut short counts for who refuses logins, as the one in its place does. */
static bool is_on_trial(const struct store *store)
{
	return store->state == STORE_STARTING && store->refused;
}

void store_news(struct store *store, clock_ms now)
{
	store_retry(store, now);
	if (store->state == STORE_STARTING && config_is_remote(store->config) &&
	    !is_on_trial(store))
		start_afresh(store, now);
}

bool store_is_well(const struct store *store)
{
	return store->state == STORE_READY && store->diagnostics.degraded[0] == '\0';
}

bool store_is_connected(const struct store *store)
{
	return config_is_remote(store->config) &&
	       (store->state == STORE_STARTING || store->state == STORE_READY);
}

void store_renew(struct store *store, clock_ms now)
{
	store_retry(store, now);
	if (store_is_connected(store) && !is_on_trial(store))
		start_afresh(store, now);
}

void store_end(struct store *store)
{
	if (has_ended(store))
		return;
	store->due = CLOCK_NEVER;
	store->closing = CLOCK_NEVER;
	store->patience = CLOCK_NEVER;
	store->beat = CLOCK_NEVER;
	close_out(store);
	if (store->child.state == CHILD_NONE) {
		store->state = STORE_ENDED;
		return;
	}
	store->state = STORE_ENDING;
	child_end(&store->child);
}

void store_kill(struct store *store)
{
	if (store->child.state != CHILD_NONE)
		child_kill(&store->child);
}

static const char *state_word(const struct store *store)
{
	switch (store->state) {
	case STORE_READY: return "ready";
	case STORE_STARTING: return "starting";
	case STORE_DOWN:
	case STORE_LEAVING:
	case STORE_STOPPING: return "down";
	default: return "ending";
	}
}

const char *store_state(const struct store *store, clock_ms now, char buffer[STORE_ROOM])
{
	const char *degraded = store->state == STORE_READY ? store->diagnostics.degraded : "";
	char since[WALLCLOCK_ROOM];

	if (has_ended(store))
		snprintf(buffer, STORE_ROOM, "%s", state_word(store));
	else
		snprintf(buffer, STORE_ROOM, "%s since %s%s%s%s%s", state_word(store),
		         wallclock_time(store->since, now, since),
		         store->cause[0] != '\0' ? ", watcher " : "", store->cause,
		         degraded[0] != '\0' ? ", " : "", degraded);
	return buffer;
}

/* What its next watcher waits for. */
static void describe_next(const struct store *store, clock_ms now, char *buffer, size_t room)
{
	char next[DURATION_ROOM];

	if (store->state == STORE_DOWN)
		snprintf(buffer, room, ", starting again in %s",
		         duration_format(clock_until(store->due, now), next));
	else if (is_leaving(store))
		snprintf(buffer, room, ", its watcher is still ending");
}

const char *store_describe(const struct store *store, clock_ms now, char buffer[STORE_ROOM])
{
	const char *hold = store_hold(store);
	size_t length;

	length = strlen(store_state(store, now, buffer));
	describe_next(store, now, buffer + length, STORE_ROOM - length);
	length = strlen(buffer);
	if (hold != NULL)
		snprintf(buffer + length, STORE_ROOM - length, "; %s: nothing is synced", hold);
	return buffer;
}
