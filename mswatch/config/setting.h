/*
 * The settings of a configuration: one table, with a row for each.  What is
 * read, set by default, shown and freed goes by it: a setting of a kind that
 * is known is a row here, a field in config.h and an entry in mswatchrc(5).
 */
#ifndef MSWATCH_CONFIG_SETTING_H
#define MSWATCH_CONFIG_SETTING_H

#include <stdbool.h>
#include <stddef.h>

/* Where a setting stands, and what its field is part of. */
enum setting_scope {
	SCOPE_FILE,             /* struct config */
	SCOPE_STORE             /* a store's block, and nowhere else: struct config_store */
};

/* What is written behind the keyword, and the type of the field. */
enum setting_kind {
	KIND_TIME,              /* T: clock_ms */
	KIND_DELAY,             /* T, or T MAILBOX...: clock_ms; of mailboxes: config's delays,
	                           wild_delays */
	KIND_COUNT,             /* a whole number: size_t */
	KIND_MAILBOXES,         /* MAILBOX...: config's ignored and wild_ignored */
	KIND_CHANNEL,           /* NAME, or NAME FILE: config's channel */
	KIND_PAIR,              /* PREFIX SEPARATOR: char * and second, both or neither */
	KIND_CHARACTERS,        /* ASCII characters in one word: char * */
	KIND_COMMAND,           /* PROGRAM ARGS...: char **, ended by NULL */
	KIND_ANSWER,            /* nothing, yes or no: bool */
	KIND_REMOTE,            /* the same: enum config_remote */
	KIND_SIDE,              /* near or far, or that and STORE: a store's side */
	KIND_STORES             /* NAME { ... }: config's stores */
};

struct setting {
	const char *name;       /* the keyword; NULL behind the last row */
	enum setting_kind kind;
	enum setting_scope scope;
	size_t place, second;   /* where its field is, and the other one of a pair */
	const char *example;    /* what may stand behind the keyword */
	const char *standard;   /* the default, as it would be written; NULL: the field is zero */
	long long least, most;  /* least of a time (ms) and a count, most of a count */
	const char *too_little; /* what to tell of a time below least */
	bool reserved;          /* one of the first version's, see setting_is_reserved() */
	bool needed;            /* to be set in each file, or store */
};

/* In the order in which they are shown. */
extern const struct setting settings[];
extern const size_t setting_count;

/* The setting whose keyword the text is, or was probably meant to be; NULL: of none. */
const struct setting *setting_find(const char *text);
const struct setting *setting_guess(const char *text);

/*
 * Whether the text is one of the first version's keywords: these are no plain
 * words, so that two statements on one line are noticed.  The later ones are:
 * a host may well be called remote.
 */
bool setting_is_reserved(const char *text);

#endif
