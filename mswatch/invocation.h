/*
 * Which programs read their arguments in a way that matters to who reads a
 * command: shells, ssh(1), which hands the rest to a shell elsewhere, and
 * wrappers, which run the program that follows.
 */
#ifndef MSWATCH_INVOCATION_H
#define MSWATCH_INVOCATION_H

#include <stdbool.h>
#include <stddef.h>

enum invocation_reader {
	READER_PLAIN,           /* nothing is known of it */
	READER_SHELL,           /* all from the word behind -c on is the shell's */
	READER_REMOTE,          /* all behind the host is a shell's elsewhere */
	READER_WRAPPER,         /* behind its options and operands a program follows */
	READER_WATCHER          /* watch_imap and the like: have patterns of their own */
};

struct invocation {
	const char *name;       /* without its directory */
	enum invocation_reader reader;
	const char *valued;     /* letters of the options that have a value */
	const char *named;      /* their long names: "x:exclude m:maildir" */
	/* Of wrappers: */
	unsigned operands;      /* words before the program */
	bool assigns;           /* NAME=VALUE may come before it, and - is an option */
	bool elsewhere;         /* it is looked for in a way of the wrapper's own */
	bool passes;            /* the exit status is the program's, save for 124 to 127 */
	const char *opaque;     /* valued options that leave unknown what is run; NULL: none */
};

/* An option as it stands in a word. */
struct invocation_option {
	char letter;            /* of the option with a value, or 0 */
	const char *value;      /* in the same word; NULL: in the next one */
	bool is_last;           /* --: what follows is no option */
	bool is_opaque;         /* what follows can't be told */
	size_t length;          /* how many words it takes: 1, or 2 with its value */
};

/* A program's name without its directory. */
const char *invocation_name(const char *program);

/* What is known of a program; never NULL. */
const struct invocation *invocation_find(const char *program);

/* Whether the word is an option, and what it says of a value. */
bool invocation_option(const struct invocation *invocation, const char *word,
                       struct invocation_option *option);

/* Whether this word, the index-th behind a wrapper's options, comes before the program. */
bool invocation_is_operand(const struct invocation *invocation, const char *word, size_t index);

/* Whether the word is a shell's option -c, perhaps among others (-ec). */
bool invocation_is_script_option(const char *word);

/*
 * The command that a wrapper runs, from its first word on; word is the wrapper
 * itself, in a list that ends with NULL.  NULL: it can't be told.
 */
char *const *invocation_behind(const struct invocation *invocation, char *const *word);

/*
 * Where the program of this name stands in a command, whatever runs it; the
 * list ends with NULL.  NULL: nowhere.
 */
char *const *invocation_search(char *const *words, const char *name);

/* The value of the option of this letter, of the program in the first word; NULL: it has none. */
const char *invocation_value(char *const *words, char letter);

#endif
