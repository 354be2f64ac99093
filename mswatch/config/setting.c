#include "setting.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "config.h"

/* What is longer is not guessed at, and the most that a guess is longer by. */
#define LONGEST 16
#define MORE 2

#define PROGRAM "PROGRAM ARGS..."

#define IN_FILE(field) .scope = SCOPE_FILE, .place = offsetof(struct config, field)
#define IN_STORE(field) .scope = SCOPE_STORE, .place = offsetof(struct config_store, field)
#define RESERVED .reserved = true

const struct setting settings[] = {
	{ "base_delay", KIND_TIME, IN_FILE(base_delay), .example = "90s",
	  .standard = "10", RESERVED },
	{ "inter_delay", KIND_DELAY, IN_FILE(inter_delay), .example = "90s",
	  .standard = "60", RESERVED },
	{ "max_delay", KIND_TIME, IN_FILE(max_delay), .example = "90s",
	  .standard = "10m", RESERVED },
	{ "poll_period", KIND_TIME, IN_FILE(poll_period), .example = "90s",
	  .standard = "1d", RESERVED },
	{ "resume_after", KIND_TIME, IN_FILE(resume_after), .example = "90s", .standard = "60" },
	/* More names than this are no help to anybody. */
	{ "max_pending", KIND_COUNT, IN_FILE(max_pending), .example = "10000",
	  .standard = "10000", .least = 1, .most = 1000000 },
	{ "ignore", KIND_MAILBOXES, IN_FILE(ignored), .example = "drafts trash", RESERVED },
	{ "mailbox_prefix", KIND_PAIR, IN_FILE(prefix), .example = "mydomain :",
	  .second = offsetof(struct config, separator), RESERVED },
	{ "unspeakable", KIND_CHARACTERS, IN_FILE(unspeakable), .example = "\",;\"",
	  .standard = "\"\"" },
	{ "sync", KIND_COMMAND, IN_FILE(sync), .example = PROGRAM, .needed = true, RESERVED },
	{ "on_success", KIND_COMMAND, IN_FILE(on_success), .example = PROGRAM },
	{ "on_failure", KIND_COMMAND, IN_FILE(on_failure), .example = PROGRAM },
	{ "hook_timeout", KIND_TIME, IN_FILE(hook_timeout), .example = "90s", .standard = "60",
	  .least = 1, .too_little = "a hook needs some time: give more than 0" },
	{ "store", KIND_STORES, IN_FILE(stores), .example = "NAME { watch " PROGRAM " }",
	  .needed = true, RESERVED },
	{ "watch", KIND_COMMAND, IN_STORE(watch), .example = PROGRAM, .needed = true, RESERVED },
	{ "remote", KIND_REMOTE, IN_STORE(remote), .example = "no" },
	{ "required", KIND_ANSWER, IN_STORE(required), .example = "no" },
	{ "heartbeat", KIND_TIME, IN_STORE(heartbeat), .example = "90s" },
	{ .name = NULL }
};

const size_t setting_count = sizeof settings / sizeof *settings - 1;

const struct setting *setting_find(const char *text)
{
	for (const struct setting *row = settings; row->name != NULL; row++)
		if (strcmp(text, row->name) == 0)
			return row;
	return NULL;
}

bool setting_is_reserved(const char *text)
{
	const struct setting *row = setting_find(text);

	return row != NULL && row->reserved;
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
 * one of the other (optimal string alignment).
 */
static size_t distance(const char *one, const char *other)
{
	size_t rows[3][LONGEST + MORE + 1] = { { 0 } };
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

const struct setting *setting_guess(const char *text)
{
	const struct setting *best = NULL;
	size_t length = strlen(text), nearest = length > 4 ? MORE + 1 : 2;

	if (length < 3 || length > LONGEST)
		return NULL;
	for (const struct setting *row = settings; row->name != NULL; row++) {
		size_t d = nearest;

		if (strncasecmp(text, row->name, length) == 0)
			d = 1;
		else if (!is_far(length, strlen(row->name), nearest))
			d = distance(text, row->name);
		if (d < nearest) {
			nearest = d;
			best = row;
		}
	}
	return best;
}
