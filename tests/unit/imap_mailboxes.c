/* The table of an account's mailboxes, as a server fills it that means no good. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>

#include "../../lib/hash.h"
#include "../../lib/memory.h"
#include "../../watch_imap/mailboxes.h"

/* Of each level one of two: 2^LEVELS names. */
#define LEVELS 14
#define NAMES (1U << LEVELS)

/* Of a number, what a table of so many names looks at, and more. */
#define LOW ((UINT64_C(1) << 18) - 1)

struct level {
	char word[2][8];
};

/* Two words that lead from one number to the same one: a table by it can't tell them apart. */
static uint64_t find_level(uint64_t from, struct level *level)
{
	uint32_t *seen = memory_new(LOW + 1, sizeof *seen), number = 0;
	char word[8];
	uint64_t to;

	for (;;) {
		snprintf(word, sizeof word, "%06x", ++number);
		to = hash_more(from, word, 6);
		if (seen[to & LOW] != 0)
			break;
		seen[to & LOW] = number;
	}
	memcpy(level->word[0], word, sizeof word);
	snprintf(level->word[1], sizeof level->word[1], "%06x", seen[to & LOW]);
	free(seen);
	return to & LOW;
}

static void write_name(const struct level level[LEVELS], unsigned number, char *name)
{
	for (int i = 0; i < LEVELS; i++)
		memcpy(name + 6 * i, level[i].word[number >> i & 1], 6);
	name[6 * LEVELS] = '\0';
}

static double used(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* Seconds for filling a table with names of these words. */
static double fill(const struct level level[LEVELS])
{
	struct mailboxes mailboxes = { .list = NULL };
	double before = used();
	char name[6 * LEVELS + 1];

	for (unsigned number = 0; number < NAMES; number++) {
		write_name(level, number, name);
		assert_int_equal(mailboxes_add(&mailboxes, name, NULL), number);
	}
	mailboxes_free(&mailboxes);
	return used() - before;
}

static void chosen_names_cost_what_others_cost(void **state)
{
	struct level chosen[LEVELS], other[LEVELS];
	uint64_t number = HASH_EMPTY;
	char name[6 * LEVELS + 1];
	double most;

	(void)state;
	for (int i = 0; i < LEVELS; i++) {
		number = find_level(number, &chosen[i]) & LOW;
		snprintf(other[i].word[0], sizeof other[i].word[0], "%06x", i);
		snprintf(other[i].word[1], sizeof other[i].word[1], "%06x", i + LEVELS);
	}
	write_name(chosen, NAMES - 1, name);
	assert_true((hash_text(name) & LOW) == number);
	most = 20 * fill(other);
	assert_true(fill(chosen) < most);
}

static void a_name_that_comes_again_is_the_same(void **state)
{
	struct mailboxes mailboxes = { .list = NULL };
	bool several;

	(void)state;
	assert_int_equal(mailboxes_add(&mailboxes, "a", NULL), 0);
	assert_int_equal(mailboxes_add(&mailboxes, "inbox", NULL), 1);
	mailboxes_remove(&mailboxes, 0);
	assert_int_equal(mailboxes_find(&mailboxes, "a", &several), MAILBOX_NONE);
	assert_int_equal(mailboxes_existing(&mailboxes), 1);
	assert_int_equal(mailboxes_add(&mailboxes, "a", NULL), 0);
	assert_int_equal(mailboxes_find(&mailboxes, "a", &several), 0);
	assert_int_equal(mailboxes_find(&mailboxes, "InBox", &several), 1);
	assert_false(several);
	mailboxes_free(&mailboxes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(chosen_names_cost_what_others_cost),
		cmocka_unit_test(a_name_that_comes_again_is_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
