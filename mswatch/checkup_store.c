#include "checkup_store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "checkup_room.h"
#include "checkup_words.h"
#include "duration.h"
#include "invocation.h"
#include "memory.h"
#include "message.h"

/* How long one that is told to wait for its Maildir may take to find it, in ms. */
#define WAITING_TIME 5000

static void on_change(void *context, struct store *store, const char *mailbox)
{
	(void)context;
	(void)store;
	(void)mailbox;
}

static void on_failure(void *context, struct store *store, const char *cause)
{
	struct checkup_store *one = context;
	char *what;

	if (one->over)
		return;
	one->over = true;
	what = memory_format("watcher %s", cause);
	if (store->noise_length != 0) /* the cause says what to do */
		message_error("%s: %s", store->config->name, what);
	else
		checkup_tell(store->config->name, what, &store->diagnostics, store->config->watch);
	free(what);
}

/* Ready: what is left to be wrong, and what it has said until then. */
static void on_ready(void *context, struct store *store)
{
	struct checkup_store *one = context;
	const char *name = store->config->name, *said;
	char span[DURATION_ROOM], *fault;

	if (one->over)
		return;
	one->over = true;
	diagnostics_take(&store->diagnostics);
	duration_format(clock_now() - one->started, span);
	fault = checkup_room_fault(store->config, one->known);
	one->well = fault == NULL;
	/* What is degraded may be all that a server can do, for ever: no mistake of ours. */
	said = store_is_well(store) ? store->diagnostics.last : store->diagnostics.degraded;
	if (fault != NULL)
		message_error("%s: ready in %s, but %s", name, span, fault);
	else if (!one->quiet)
		message_report("%s: ready in %s%s%s", name, span,
		               said[0] != '\0' ? "; it says: " : "", said);
	free(fault);
}

void checkup_store_init(struct checkup_store *one, struct loop *loop, const struct config *config,
                        size_t number, const struct mbsyncrc_store *known,
                        bool quiet, clock_ms now)
{
	*one = (struct checkup_store){ .owner = { .loop = loop,
		                                  .config = config,
		                                  .context = one,
		                                  .ready = on_ready,
		                                  .changed = on_change,
		                                  .failed = on_failure },
		                       .known = known,
		                       .quiet = quiet,
		                       .started = now };
	store_init(&one->store, &config->stores[number], &one->owner, now);
}

/* Whether it may be waiting, as it was told to, for a Maildir that the first sync makes. */
static bool is_to_wait(const struct config_store *store)
{
	char *const *word = invocation_search(store->watch, "watch_maildirs");

	if (word == NULL || config_is_remote(store))
		return false;
	while (*++word != NULL)
		if (strcmp(*word, "-w") == 0 || strcmp(*word, "--wait") == 0)
			return true;
	return false;
}

static clock_ms find_patience(const struct checkup_store *one)
{
	return one->started + (is_to_wait(one->store.config) ? WAITING_TIME : CHECKUP_TIME);
}

static void lose_patience(struct checkup_store *one)
{
	char cause[60 + DURATION_ROOM], span[DURATION_ROOM];

	if (is_to_wait(one->store.config)) {
		one->over = one->well = true;
		if (!one->quiet)
			message_report(
				"%s: waits (-w) for its Maildir, which is not there yet: the "
				"first sync makes it",
				one->store.config->name);
		return;
	}
	diagnostics_take(&one->store.diagnostics);
	duration_format(CHECKUP_TIME, span);
	snprintf(cause, sizeof cause, "was not ready after %s", span);
	on_failure(one, &one->store, cause);
}

void checkup_store_tick(struct checkup_store *one, clock_ms now)
{
	if (!one->over && now >= find_patience(one))
		lose_patience(one);
	if (one->over)
		store_end(&one->store);
	store_tick(&one->store, now);
	if (one->over)
		store_end(&one->store); /* it could not even be started */
}

clock_ms checkup_store_wake(const struct checkup_store *one)
{
	clock_ms due = store_wake(&one->store);

	return one->over ? due : clock_earlier(due, find_patience(one));
}

bool checkup_store_is_gone(const struct checkup_store *one)
{
	return one->store.state == STORE_ENDED;
}
