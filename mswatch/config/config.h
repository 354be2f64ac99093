/*
 * The configuration: file to settings, all errors.  Decides, reads no files.
 *
 * Grammar: one statement a line; spaces, tabs and CR before the newline
 * delimit words; # starts a comment anywhere, also inside a word; "..." and
 * backslash keep what they enclose or precede, a # too; a single quote is an
 * ordinary character; the last line needs no newline.  A backslash keeps no
 * newline: it is an error at the end of a line.
 *
 *     KEYWORD WORD...
 *     store NAME { KEYWORD WORD... }
 *
 * Newlines may stand before and behind the braces.  A brace is a word of its
 * own, unquoted.  The keywords of the first version are no words elsewhere
 * unless they are quoted.
 */
#ifndef MSWATCH_CONFIG_CONFIG_H
#define MSWATCH_CONFIG_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/types.h>

#include "clock.h"
#include "executable.h"

/* Whether a store's watcher talks over a network connection. */
enum config_remote {
	CONFIG_REMOTE_GUESS,    /* yes when the watcher is ssh or watch_imap */
	CONFIG_REMOTE_YES,
	CONFIG_REMOTE_NO
};

/* Which side of its channels a store is for mbsync. */
enum config_side {
	CONFIG_SIDE_GUESS,
	CONFIG_SIDE_NEAR,
	CONFIG_SIDE_FAR
};

struct config_store {
	const char *name;
	char **watch;                   /* argv, ended by NULL */
	enum config_remote remote;
	bool required;                  /* nothing is synced before it was ready once */
	clock_ms heartbeat;             /* 0: none */
	enum config_side side;
	char *side_store;               /* mbsync's name for it, or NULL */
	unsigned side_line;             /* where that stands; 0: nowhere */
	unsigned line;                  /* where the block starts */
};

/* inter_delay T MAILBOX... */
struct config_delay {
	char *mailbox;                  /* its name or, among the wild ones, a pattern for names */
	clock_ms delay;
	unsigned line;                  /* where it stands */
	size_t place;                   /* and behind how many others of its kind */
};

struct config {
	clock_ms base_delay, inter_delay, max_delay, poll_period;
	clock_ms resume_after, hook_timeout;
	size_t max_pending;
	struct config_delay *delays;    /* sorted by mailbox */
	struct config_delay *wild_delays;       /* with wildcards: in the file's order */
	size_t delay_count, wild_delay_count;
	char **ignored;                 /* sorted, ended by NULL */
	char **wild_ignored;            /* patterns; the same */
	size_t ignored_count, wild_ignored_count;
	char **sync;                    /* argv, ended by NULL */
	char **on_success, **on_failure; /* argv, or NULL */
	char *channel;                  /* of mbsync, or a group; or NULL */
	char *channel_file;             /* its configuration, or NULL: the usual one */
	unsigned channel_line;          /* where they stand */
	char *prefix, *separator;       /* both or neither, and not beside a channel */
	char *unspeakable; /* characters no mailbox given to sync may hold; may be "" */
	struct config_store *stores;
	size_t store_count;
	struct config_statement *statements; /* in the file's order; all texts are theirs */
	size_t statement_count;
};

/* One error, `FILE:LINE: what: hint`, without program name and newline. */
typedef void config_complain(void *context, const char *message);

/* A configuration with every setting at its default, no sync and no store. */
struct config *config_new(void);

/*
 * Reads a configuration from text (length bytes, NUL bytes are an error).
 * Name is the file's name for the errors; each error is told to complain, all
 * of them, in the order of the lines.  Returns the configuration, or NULL
 * when there was an error.
 */
struct config *config_parse(const char *name, const char *text, size_t length,
                            config_complain *complain, void *context);

/* Frees the configuration and all that it holds; NULL is allowed. */
void config_free(struct config *config);

/* A copy of the store that outlives its configuration; freed by config_store_free(). */
struct config_store *config_store_copy(const struct config_store *store);

/* Frees a copy; NULL is allowed. */
void config_store_free(struct config_store *copy);

/* Whether both are watched by the same command, and count as remote or not alike. */
bool config_store_is_same(const struct config_store *one, const struct config_store *other);

/* The inter_delay that the mailbox has by its whole name, or NULL. */
const struct config_delay *config_delay(const struct config *config, const char *mailbox);

/*
 * The one that it has by wildcards, or NULL: by those that are its name, letter
 * for letter; else by the first, in the file's order, that match its name or the
 * other one that it has.
 */
const struct config_delay *config_wild_delay(const struct config *config, const char *mailbox,
                                             const char *other);

/*
 * The inter_delay of a mailbox ("" is all mailboxes: the default), in ms.  Its name
 * counts before wildcards do.
 */
clock_ms config_inter_delay(const struct config *config, const char *mailbox);

/* Whether changes of the mailbox are not acted on; those of all ("") always are. */
bool config_ignores(const struct config *config, const char *mailbox);

/* What the syncer is given for all mailboxes. */
const char *config_all(const struct config *config);

/* Whether -- stands at the end of sync, so that no name is taken for an option. */
bool config_ends_options(const struct config *config);

/* Whether the store's watcher talks over a network connection. */
bool config_is_remote(const struct config_store *store);

/*
 * The configuration as it was understood, in the configuration's own grammar
 * (parsing it gives the same settings), every setting shown.  The caller frees.
 */
char *config_format(const struct config *config);

/*
 * Writes the text so that it is one word of a configuration, in quotes where it
 * needs them.  Control characters other than tabs can't be written.
 */
void config_write_word(FILE *out, const char *text);

/* Why a program can't be executed, "NAME: WHY" in buffer; NULL: it can. */
typedef const char *config_find(void *context, const char *program,
                                char buffer[EXECUTABLE_ROOM]);

/*
 * Tells what was accepted, but is most likely not what was meant: words that
 * only a shell would understand, programs that are not there, one watch command
 * in two stores.  All warnings, "NAME:LINE: WHAT: HINT", in the order of the
 * lines; name is the file's.  Each program that mswatch will run, and each that
 * follows inputkill, socketwatch, env and the like, is asked of find.  Context is
 * passed to both.
 */
void config_check(const struct config *config, const char *name, config_find *find,
                  config_complain *warn, void *context);

/*
 * Whether somebody other than the user self and root can write to a regular
 * file with this mode and owner, and so decide what is run.
 */
bool config_is_open_to_others(mode_t mode, uid_t owner, uid_t self);

#endif
