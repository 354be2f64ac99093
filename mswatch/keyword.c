#include "keyword.h"

#include <ctype.h>
#include <stddef.h>
#include <string.h>
#include <strings.h>

/* No keyword is longer than this. */
#define LONGEST 16

static const struct {
	const char *name;
	bool inner, reserved;
} keywords[KEYWORD_COUNT] = {
	[KEYWORD_NONE] = { "", false, false },
	[KEYWORD_BASE_DELAY] = { "base_delay", false, true },
	[KEYWORD_INTER_DELAY] = { "inter_delay", false, true },
	[KEYWORD_MAX_DELAY] = { "max_delay", false, true },
	[KEYWORD_POLL_PERIOD] = { "poll_period", false, true },
	[KEYWORD_RESUME_AFTER] = { "resume_after", false, false },
	[KEYWORD_MAX_PENDING] = { "max_pending", false, false },
	[KEYWORD_IGNORE] = { "ignore", false, true },
	[KEYWORD_SYNC] = { "sync", false, true },
	[KEYWORD_MAILBOX_PREFIX] = { "mailbox_prefix", false, true },
	[KEYWORD_UNSPEAKABLE] = { "unspeakable", false, false },
	[KEYWORD_ON_SUCCESS] = { "on_success", false, false },
	[KEYWORD_ON_FAILURE] = { "on_failure", false, false },
	[KEYWORD_HOOK_TIMEOUT] = { "hook_timeout", false, false },
	[KEYWORD_STORE] = { "store", false, true },
	[KEYWORD_WATCH] = { "watch", true, true },
	[KEYWORD_REMOTE] = { "remote", true, false },
	[KEYWORD_REQUIRED] = { "required", true, false },
	[KEYWORD_HEARTBEAT] = { "heartbeat", true, false },
};

const char *keyword_name(enum keyword keyword)
{
	return keywords[keyword].name;
}

bool keyword_is_inner(enum keyword keyword)
{
	return keywords[keyword].inner;
}

enum keyword keyword_find(const char *text)
{
	for (int i = KEYWORD_NONE + 1; i < KEYWORD_COUNT; i++)
		if (strcmp(text, keywords[i].name) == 0)
			return (enum keyword)i;
	return KEYWORD_NONE;
}

bool keyword_is_reserved(const char *text)
{
	return keywords[keyword_find(text)].reserved;
}

static size_t least(size_t a, size_t b, size_t c)
{
	a = a < b ? a : b;
	return a < c ? a : c;
}

static bool same(char a, char b)
{
	return tolower((unsigned char)a) == tolower((unsigned char)b);
}

/*
 * Characters to insert, delete, replace or swap with their neighbour to make
 * one of the other (optimal string alignment); both at most LONGEST long.
 */
static size_t distance(const char *one, const char *other)
{
	size_t rows[3][LONGEST + 1] = { { 0 } };
	size_t *last = rows[0], *before = rows[1], *row = rows[2], *spare;
	size_t width = strlen(other);

	for (size_t j = 0; j <= width; j++)
		last[j] = j;
	for (size_t i = 1; one[i - 1] != '\0'; i++) {
		row[0] = i;
		for (size_t j = 1; j <= width; j++) {
			row[j] = least(last[j] + 1, row[j - 1] + 1,
			               last[j - 1] + !same(one[i - 1], other[j - 1]));
			if (i > 1 && j > 1 && same(one[i - 1], other[j - 2]) &&
			    same(one[i - 2], other[j - 1]))
				row[j] = least(row[j], before[j - 2] + 1, row[j]);
		}
		spare = before;
		before = last;
		last = row;
		row = spare;
	}
	return last[width];
}

/* The lengths alone make the distance no less than nearest. */
static bool is_far(size_t one, size_t other, size_t nearest)
{
	return (one > other ? one - other : other - one) >= nearest;
}

enum keyword keyword_guess(const char *text)
{
	enum keyword best = KEYWORD_NONE;
	size_t length = strlen(text), nearest = length > 4 ? 3 : 2, d;

	if (length < 3 || length > LONGEST)
		return KEYWORD_NONE;
	for (int i = KEYWORD_NONE + 1; i < KEYWORD_COUNT; i++) {
		if (strncasecmp(text, keywords[i].name, length) == 0)
			d = 1;
		else if (is_far(length, strlen(keywords[i].name), nearest))
			continue;
		else
			d = distance(text, keywords[i].name);
		if (d < nearest) {
			nearest = d;
			best = (enum keyword)i;
		}
	}
	return best;
}
