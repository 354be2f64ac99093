/*
 * What a shell would make of a word of the configuration, where no shell is:
 * mswatch passes every word on as it is.
 */
#ifndef MSWATCH_SHELL_H
#define MSWATCH_SHELL_H

#include "words.h"

enum shell_meaning {
	SHELL_NOTHING,
	SHELL_HOME,             /* begins with ~ */
	SHELL_VALUE,            /* begins with $ or `, in double quotes too */
	SHELL_QUOTE,            /* begins with a single quote */
	SHELL_OPERATOR          /* | > < & ; or *, as the word or at an end, not quoted */
};

/*
 * What a shell would mean by the word: by its first character, by an unquoted
 * operator at one of its ends (2>/dev/null has one), or by the first character
 * of the value in NAME=VALUE and --option=VALUE, save for ~, which a program
 * may expand itself there.
 */
enum shell_meaning shell_meaning(const struct word *word);

#endif
