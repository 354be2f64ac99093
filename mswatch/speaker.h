/*
 * Who says a line on a program's stderr.  A command is often wrapped:
 * `socketwatch mbsync -a` has one stderr for both.  What a wrapper says of its
 * own begins with its name; the rest is said by the program that it runs.
 * Decides from the words of the command; makes no system calls.
 */
#ifndef MSWATCH_SPEAKER_H
#define MSWATCH_SPEAKER_H

#include <stdbool.h>

struct speaker {
	const char *setting;    /* what is said where the program can't be told: "sync" */
	bool everywhere;        /* the setting stands before the program's name, too */
	char *const *words;     /* the command; NULL: the setting says it all */
};

/* The room for a prefix, in bytes. */
#define SPEAKER_ROOM 1000

/*
 * The program that does the work: the first word behind wrappers and their
 * options.  NULL where that can't be told: behind sh and ssh, behind an option
 * that takes a whole command, and where no word is left.
 */
const char *speaker_program(char *const words[]);

/*
 * The program whose exit status this is, as far as it can be told: wrappers
 * pass on the status of what they run, but keep 124 to 127 for themselves.
 * At least the first word.
 */
const char *speaker_with_status(char *const words[], int status);

/*
 * What to show before the line: "mbsync: ", "on_success notmuch: ", "sync: ",
 * and nothing but the setting where the line begins with the name of the
 * program or of a wrapper.  Returns buffer.
 */
const char *speaker_prefix(const struct speaker *speaker, const char *line,
                           char buffer[SPEAKER_ROOM]);

#endif
