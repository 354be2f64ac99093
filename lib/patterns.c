#include "patterns.h"

#include <stdlib.h>
#include <string.h>

#include "memory.h"

/*
 * All places in the pattern where a match may stand, at once: time grows with
 * the product of the lengths only, whatever the pattern.
 */
struct places {
	bool *now, *next; /* for each byte of the pattern, and its end */
};

/* What stands at a wildcard may as well stand behind it. */
static void places_skip(struct places *places, const char *pattern, char following)
{
	for (size_t i = 0; pattern[i] != '\0'; i++) {
		if (places->now[i] &&
		    (pattern[i] == '*' || (pattern[i] == '%' && following != '/')))
			places->now[i + 1] = true;
	}
}

static void places_step(struct places *places, const char *pattern, size_t length, char c)
{
	bool *now = places->now;

	memset(places->next, 0, length + 1);
	for (size_t i = 0; i < length; i++) {
		if (!now[i])
			continue;
		if (pattern[i] == '*' || (pattern[i] == '%' && c != '/'))
			places->next[i] = true;
		else if (pattern[i] == c && pattern[i] != '%')
			places->next[i + 1] = true;
	}
	places->now = places->next;
	places->next = now;
}

bool pattern_matches(const char *pattern, const char *name)
{
	size_t length = strlen(pattern);
	bool *room = memory_new(2 * (length + 1), sizeof *room), matches;
	struct places places = { room, room + length + 1 };

	places.now[0] = true;
	for (; *name != '\0'; name++) {
		places_skip(&places, pattern, *name);
		places_step(&places, pattern, length, *name);
	}
	places_skip(&places, pattern, '\0');
	matches = places.now[length];
	free(room);
	return matches;
}

bool patterns_select(char *const *patterns, size_t count, const char *name)
{
	while (count-- > 0) {
		bool excludes = patterns[count][0] == '!';

		if (pattern_matches(patterns[count] + excludes, name))
			return !excludes;
	}
	return false;
}
