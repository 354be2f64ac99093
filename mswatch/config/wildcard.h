/*
 * Patterns for the names of mailboxes.  * stands for any characters, / and none
 * included, ? for one: a character in UTF-8 or, where that is not valid, a byte.
 * A backslash takes the meaning from the *, ? or backslash behind it.  Nothing
 * else is special.
 */
#ifndef MSWATCH_CONFIG_WILDCARD_H
#define MSWATCH_CONFIG_WILDCARD_H

#include <stdbool.h>

/* Whether the pattern matches the whole name. */
bool wildcard_matches(const char *pattern, const char *name);

/* Whether the name is the pattern itself, its wildcards taken for characters. */
bool wildcard_equals(const char *pattern, const char *name);

#endif
