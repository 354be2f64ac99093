/*
 * What mswatch --init sets up for a channel or Group of mbsync: which of its
 * stores are watched, and how.  Decides, makes no system calls.
 */
#ifndef MSWATCH_INIT_PLAN_H
#define MSWATCH_INIT_PLAN_H

#include <stdbool.h>
#include <stddef.h>

#include "mbsyncrc.h"

/* What is asked for, and what is installed. */
struct init_request {
	const char *name;       /* the channel or Group */
	const char *host;       /* where the server is watched, as ssh takes it; NULL: no ssh */
	const char *file;       /* what mbsync's configuration is called in messages */
	const char *told_file;  /* the same, absolute, where mbsync has to be told; else NULL */
	bool watch_imap;        /* is installed */
	bool socketwatch;       /* is installed */
};

/* How a store is watched. */
enum init_way {
	INIT_MAILDIR,           /* here, by watch_maildirs */
	INIT_SSH,               /* on the server, by watch_maildirs */
	INIT_IMAP               /* by watch_imap */
};

struct init_store {
	const struct mbsyncrc_store *store;
	enum init_way way;
	bool shared;            /* two channels may hold one of its mailboxes */
};

struct init_plan {
	const struct init_request *request;
	bool group;
	const struct mbsyncrc_channel **channel;        /* one, or the group's; each once */
	struct init_store *store;                       /* theirs; each once */
	size_t channels, channel_room, stores, store_room;
};

/*
 * Makes the plan, which borrows the request and mbsync's configuration.
 * Returns NULL, or why there is none, as a message without program name, which
 * the caller frees; the plan is to be freed in either case.
 */
char *init_plan_make(struct init_plan *plan, const struct mbsyncrc *rc,
                     const struct init_request *request);

/* Frees what the plan holds. */
void init_plan_free(struct init_plan *plan);

/*
 * Whether the store's account is on a server that is hardly the host: both have
 * a domain, and not the same one.
 */
bool init_plan_is_elsewhere(const struct init_plan *plan, const struct init_store *store);

#endif
