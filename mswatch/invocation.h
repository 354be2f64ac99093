/*
 * Which programs read their arguments in a way that matters to who checks
 * them: shells, ssh(1), which hands the rest to a shell elsewhere, and programs
 * that run the program that follows.
 */
#ifndef MSWATCH_INVOCATION_H
#define MSWATCH_INVOCATION_H

#include <stdbool.h>
#include <stddef.h>

#include "words.h"

enum invocation_reader {
	READER_PLAIN,           /* nothing is known of it */
	READER_SHELL,           /* all from the word behind -c on is the shell's */
	READER_REMOTE,          /* all behind the host is a shell's elsewhere */
	READER_WRAPPER,         /* behind its options and operands a program follows */
	READER_WATCHER          /* watch_maildirs: has patterns of its own */
};

struct invocation {
	const char *name;       /* without its directory */
	enum invocation_reader reader;
	const char *valued;     /* letters of the options that have a value */
	const char *named;      /* their long names: "x:exclude m:maildir" */
	unsigned operands;      /* a wrapper's words before the program */
	bool elsewhere;         /* a wrapper looks for the program in a way of its own */
};

/* An option as it stands in a word. */
struct invocation_option {
	char letter;            /* of the option with a value, or 0 */
	const char *value;      /* in the same word; NULL: in the next one */
};

/* What is known of a program; never NULL. */
const struct invocation *invocation_find(const char *program);

/* Whether the word is an option, and what it says of a value. */
bool invocation_option(const struct invocation *invocation, const char *word,
                       struct invocation_option *option);

/* Whether the word is a shell's option -c, perhaps among others (-ec). */
bool invocation_is_script_option(const char *word);

#endif
