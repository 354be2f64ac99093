/*
 * What mailboxes held when they were last told: a text that is, for a syncer,
 * still the same is no news.
 */
#ifndef WATCH_MBOXES_ECHO_H
#define WATCH_MBOXES_ECHO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "siphash.h"

/* Of a mailbox's last report. */
struct echo_print {
	uint64_t fingerprint;
	bool is_known;
};

struct echo {
	struct siphash_key key;
	struct echo_print *print; /* by mailbox */
	size_t room;
};

/* Starts with nothing told. */
void echo_start(struct echo *echo);

/* Frees what is remembered. */
void echo_end(struct echo *echo);

/*
 * Whether the mailbox, the file at path, holds what it held when this was last
 * asked; remembers what it holds now.  False when in doubt.
 */
bool echo_is_same(struct echo *echo, uint32_t mailbox, const char *path);

/* Forgets a mailbox: it is news, whatever it holds. */
void echo_forget(struct echo *echo, uint32_t mailbox);

/* Forgets them all. */
void echo_forget_all(struct echo *echo);

#endif
