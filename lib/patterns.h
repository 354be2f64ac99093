/*
 * The Patterns of a channel of mbsync, as mbsync matches them.
 */
#ifndef LIB_PATTERNS_H
#define LIB_PATTERNS_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Whether the pattern, without its !, matches the whole name.  * stands for
 * any bytes; % for any but /, and not where a / follows it: %/ never matches.
 */
bool pattern_matches(const char *pattern, const char *name);

/*
 * Whether these count patterns, each perhaps with a ! in front, let the name
 * through: the last one that matches says so; where none does it is excluded.
 */
bool patterns_select(char *const *patterns, size_t count, const char *name);

#endif
