/* The keywords of the configuration. */
#ifndef MSWATCH_KEYWORD_H
#define MSWATCH_KEYWORD_H

#include <stdbool.h>

enum keyword {
	KEYWORD_NONE,
	KEYWORD_BASE_DELAY,
	KEYWORD_INTER_DELAY,
	KEYWORD_MAX_DELAY,
	KEYWORD_POLL_PERIOD,
	KEYWORD_RESUME_AFTER,
	KEYWORD_MAX_PENDING,
	KEYWORD_IGNORE,
	KEYWORD_SYNC,
	KEYWORD_MAILBOX_PREFIX,
	KEYWORD_UNSPEAKABLE,
	KEYWORD_ON_SUCCESS,
	KEYWORD_ON_FAILURE,
	KEYWORD_HOOK_TIMEOUT,
	KEYWORD_STORE,
	KEYWORD_WATCH,
	KEYWORD_REMOTE,
	KEYWORD_REQUIRED,
	KEYWORD_HEARTBEAT,
	KEYWORD_COUNT
};

/* The keyword that the text is, or KEYWORD_NONE. */
enum keyword keyword_find(const char *text);

/* The keyword that the text was probably meant to be, or KEYWORD_NONE. */
enum keyword keyword_guess(const char *text);

/* How the keyword is written; not to be freed. */
const char *keyword_name(enum keyword keyword);

/* Whether it stands in a store's block, and nowhere else. */
bool keyword_is_inner(enum keyword keyword);

/*
 * Whether the text is one of the first version's keywords: these are no plain
 * words, so that two statements on one line are noticed.  The later ones are:
 * a host may well be called remote.
 */
bool keyword_is_reserved(const char *text);

#endif
