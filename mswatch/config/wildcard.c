#include "wildcard.h"

#include <string.h>

#include "utf8.h"

static const char *skip_character(const char *name)
{
	size_t length = utf8_length(name, strlen(name));

	return name + (length > 0 ? length : 1);
}

/* The byte that stands for itself, at a pattern's next place or behind its backslash. */
static const char *find_literal(const char *pattern)
{
	return *pattern == '\\' ? pattern + 1 : pattern;
}

/* Where it does not go on, the last * takes one character more: those before it need none. */
bool wildcard_matches(const char *pattern, const char *name)
{
	const char *behind_star = NULL, *taken = NULL;

	while (*name != '\0') {
		if (*pattern == '*') {
			behind_star = ++pattern;
			taken = name;
		} else if (*pattern == '?') {
			pattern++;
			name = skip_character(name);
		} else if (*find_literal(pattern) == *name) {
			pattern = find_literal(pattern) + 1;
			name++;
		} else if (behind_star != NULL) {
			pattern = behind_star;
			name = taken = skip_character(taken);
		} else {
			return false;
		}
	}
	while (*pattern == '*')
		pattern++;
	return *pattern == '\0';
}

bool wildcard_equals(const char *pattern, const char *name)
{
	for (; *pattern != '\0'; pattern++) {
		pattern = find_literal(pattern);
		if (*pattern != *name++)
			return false;
	}
	return *name == '\0';
}
