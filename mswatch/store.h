/*
 * One mailstore and its watcher's life: starting, ready, down until a time.
 */
#ifndef MSWATCH_STORE_H
#define MSWATCH_STORE_H

#include <stdbool.h>

#include "child.h"
#include "clock.h"
#include "config/config.h"
#include "diagnostics.h"
#include "damper.h"
#include "lines.h"
#include "loop.h"

enum store_state {
	STORE_DOWN,             /* no watcher; the next one starts at due */
	STORE_STARTING,         /* no ready line yet */
	STORE_READY,
	STORE_LEAVING,          /* given up: has until closing to exit by itself, then STOPPING */
	STORE_STOPPING,         /* told to end; then, or at closing, DOWN */
	STORE_ENDING,           /* told to end, with mswatch */
	STORE_ENDED
};

/*
 * Exit statuses of a watcher: its mailstore is gone; nothing will change by
 * itself, and trying may do harm (an account that is locked for wrong passwords).
 */
#define STORE_STATUS_GONE 2
#define STORE_STATUS_FINAL 77

struct store;

/* What a store tells its owner. */
struct store_owner {
	struct loop *loop;
	const struct config *config;
	bool verbose;
	void *context;
	void (*ready)(void *context, struct store *store);
	/* A mailbox has changed; "" is all. */
	void (*changed)(void *context, struct store *store, const char *mailbox);
	/*
	 * The watcher has failed ("exited (status 1)"): told to nobody else, and nothing
	 * that it has said is shown.  NULL: the store tells it.
	 */
	void (*failed)(void *context, struct store *store, const char *cause);
};

/* The bytes of noise before the ready line that are shown, and of a cause that are kept. */
#define STORE_NOISE 200
#define STORE_CAUSE 200

/* The room for the last error, in bytes. */
#define STORE_ERROR (CHILD_ROOM + TAIL_WIDTH)

struct store {
	const struct store_owner *owner;
	struct config_store *config;    /* its own copy */
	enum store_state state;
	clock_ms since;         /* in this state, or, through restarts, not ready */
	clock_ms due;           /* when a watcher that is down is started */
	clock_ms closing;       /* when one that closed its output, prints noise or is leaving has
	                           had its time */
	clock_ms patience;      /* when a watcher that is still not ready is given up */
	clock_ms beat;          /* when the next heartbeat is due */
	unsigned attempts;      /* starts in a row that did not last, for the backoff */
	unsigned slow;          /* starts in a row that ran out of patience */
	unsigned long restarts; /* starts but the first */
	bool started;
	bool lost;              /* its connection is lost, and waits for a way to try again */
	bool gone;              /* the mailstore itself: until the next ready line */
	bool final;             /* nothing but time and the user starts the next watcher */
	bool refused;           /* it was so at last: the try under way is not cut short */
	bool was_ready;
	bool told_hold;         /* that nothing is synced for its sake was told */
	bool overlong;          /* a line that could not be read was told */
	bool returned;          /* so was one that ends in a carriage return */
	clock_ms failed;        /* when a watcher failed last, and how; "": none has */
	char error[STORE_ERROR];
	char cause[STORE_CAUSE + 1]; /* why the last watcher was given up; "" once one is ready */
	struct damper damper;
	struct child child;
	int in, out;            /* our ends of the watcher's stdin and stdout */
	struct loop_watch out_watch, child_watch;
	struct diagnostics diagnostics;
	struct lines lines;
	size_t noise_length;
	char noise[STORE_NOISE];
};

/* A store whose watcher starts at the first store_tick(). */
void store_init(struct store *store, const struct config_store *config,
                const struct store_owner *owner, clock_ms now);

/* The store has these settings from now on, and its watcher stays. */
void store_configure(struct store *store, const struct config_store *config, clock_ms now);

/* Frees what a store that has ended holds. */
void store_free(struct store *store);

/* Does what is due by now: starts, gives up, beats. */
void store_tick(struct store *store, clock_ms now);

/* When store_tick() is needed next. */
clock_ms store_wake(const struct store *store);

/*
 * The network has changed: a watcher in its backoff, and a remote one that is
 * still starting, are started afresh at once.  Here and below, one that exited
 * with STORE_STATUS_FINAL waits nevertheless, and the next has all its time to start.
 */
void store_news(struct store *store, clock_ms now);

/* Whether it is watched, and its watcher says of nothing that it is degraded. */
bool store_is_well(const struct store *store);

/* Whether it has a watcher that has, or makes, a connection. */
bool store_is_connected(const struct store *store);

/*
 * The user does not want to wait: a watcher in its backoff is started at once,
 * in the place of one that is leaving when that has ended.
 */
void store_retry(struct store *store, clock_ms now);

/* The same of one that exited with STORE_STATUS_FINAL, too: the user has mended something. */
void store_mended(struct store *store, clock_ms now);

/* Its connection is very likely dead: a remote watcher is started afresh. */
void store_renew(struct store *store, clock_ms now);

/* Ends the watcher for good; the state comes to be STORE_ENDED. */
void store_end(struct store *store);

/* Ends it now, with SIGKILL. */
void store_kill(struct store *store);

/*
 * Why nothing may be synced for this store's sake, in words ("the mailstore is
 * gone"), or NULL when that is not so.
 */
const char *store_hold(const struct store *store);

/* Tells that nothing is synced for this store's sake, once, if that is so. */
void store_tell_hold(struct store *store);

/*
 * Looks whether the watcher has ended meanwhile, without waiting for the
 * loop to tell.
 */
void store_look(struct store *store);

/* The room for a state in words, in bytes. */
#define STORE_ROOM (STORE_CAUSE + TAIL_WIDTH + 200)

/*
 * The state in words: "ready since 09:10", "down since 09:14, watcher exited
 * (status 1)".  It is the same until something happens.  Returns buffer.
 */
const char *store_state(const struct store *store, clock_ms now, char buffer[STORE_ROOM]);

/* The same for a report: with when the next watcher starts.  Returns buffer. */
const char *store_describe(const struct store *store, clock_ms now, char buffer[STORE_ROOM]);

#endif
