#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "../../watch_mboxes/bursts.h"

#define START 1000000

struct taken {
	size_t count;
	uint32_t file[8];
	struct bursts *forgets; /* what is taken takes the next one with it */
};

static void take(void *context, uint32_t file)
{
	struct taken *taken = context;

	assert_true(taken->count < 8);
	taken->file[taken->count++] = file;
	if (taken->forgets != NULL)
		bursts_forget(taken->forgets, file + 1);
}

/* At that many milliseconds since the start, so many files are due. */
static uint32_t due_at(struct bursts *bursts, clock_ms span, size_t wanted)
{
	struct taken taken = { .count = 0 };

	bursts_expire(bursts, START + span, take, &taken);
	assert_int_equal(taken.count, wanted);
	return taken.count > 0 ? taken.file[0] : 0;
}

static void is_planned(const struct bursts *bursts, clock_ms span)
{
	assert_int_equal(bursts_due(bursts), START + span);
}

static void a_write_is_complete_when_it_is_closed(void **state)
{
	struct bursts bursts;

	(void)state;
	bursts_start(&bursts);
	bursts_write(&bursts, 7, START);
	due_at(&bursts, 0, 0);
	bursts_close(&bursts, 7);
	assert_true(bursts_due(&bursts) <= START);
	assert_int_equal(due_at(&bursts, 0, 1), 7);
	assert_int_equal(bursts_due(&bursts), CLOCK_NEVER);
	bursts_close(&bursts, 7); /* nothing was written since */
	bursts_close(&bursts, 900);
	assert_int_equal(bursts_due(&bursts), CLOCK_NEVER);
	bursts_end(&bursts);
}

static void or_after_a_quiet_moment(void **state)
{
	struct bursts bursts;

	(void)state;
	bursts_start(&bursts);
	bursts_write(&bursts, 7, START);
	bursts_write(&bursts, 7, START + 150);
	is_planned(&bursts, 200); /* looked at a little early, that is all */
	due_at(&bursts, 200, 0);
	is_planned(&bursts, 350);
	due_at(&bursts, 349, 0);
	assert_int_equal(due_at(&bursts, 350, 1), 7);
	assert_int_equal(bursts_due(&bursts), CLOCK_NEVER);
	bursts_end(&bursts);
}

static void and_two_seconds_after_it_began_at_the_latest(void **state)
{
	struct bursts bursts;
	clock_ms span;

	(void)state;
	bursts_start(&bursts);
	for (span = 0; span < BURSTS_LATEST; span += 100) {
		bursts_write(&bursts, 3, START + span);
		due_at(&bursts, span, 0);
	}
	assert_int_equal(due_at(&bursts, BURSTS_LATEST, 1), 3);
	bursts_write(&bursts, 3, START + span);
	due_at(&bursts, span, 0);
	due_at(&bursts, span + BURSTS_QUIET, 1);
	bursts_end(&bursts);
}

static void a_new_name_counts_after_a_moment(void **state)
{
	struct bursts bursts;

	(void)state;
	bursts_start(&bursts);
	bursts_appear(&bursts, 5, START);
	bursts_write(&bursts, 5, START + 10);
	bursts_close(&bursts, 5);
	bursts_appear(&bursts, 5, START + 50);
	assert_true(bursts_is_new(&bursts, 5));
	due_at(&bursts, 199, 0);
	due_at(&bursts, 200, 1);
	assert_false(bursts_is_new(&bursts, 5));
	assert_false(bursts_is_new(&bursts, 6));
	assert_false(bursts_is_new(&bursts, 60000));
	bursts_appear(&bursts, 8, START + 300);
	assert_true(bursts_has_come(&bursts, 8, START + 300));
	assert_false(bursts_has_come(&bursts, 8, START + 299));
	bursts_forget(&bursts, 8);
	assert_false(bursts_has_come(&bursts, 8, START + 300));
	assert_int_equal(bursts_due(&bursts), CLOCK_NEVER);
	bursts_end(&bursts);
}

static void a_new_name_that_is_still_written_to_is_due_again(void **state)
{
	struct bursts bursts;

	(void)state;
	bursts_start(&bursts);
	bursts_appear(&bursts, 5, START);
	bursts_write(&bursts, 5, START + 190);
	due_at(&bursts, 200, 1);
	is_planned(&bursts, 390);
	due_at(&bursts, 390, 1);
	bursts_appear(&bursts, 5, START + 400);
	bursts_write(&bursts, 5, START + 410);
	bursts_hasten(&bursts, 5);
	due_at(&bursts, 411, 1);
	assert_int_equal(bursts_due(&bursts), CLOCK_NEVER);
	bursts_end(&bursts);
}

static void one_that_goes_was_never_there(void **state)
{
	struct bursts bursts;

	(void)state;
	bursts_start(&bursts);
	bursts_appear(&bursts, 5, START);
	bursts_appear(&bursts, 6, START + 10);
	bursts_write(&bursts, 9, START + 10);
	bursts_forget(&bursts, 5);
	bursts_forget(&bursts, 5);
	bursts_forget(&bursts, 500);
	assert_false(bursts_is_new(&bursts, 5));
	assert_int_equal(due_at(&bursts, 1000, 2), 9);
	bursts_end(&bursts);
}

static void what_is_forgotten_while_others_are_due_is_not_taken(void **state)
{
	struct bursts bursts;
	struct taken taken = { .forgets = &bursts };

	(void)state;
	bursts_start(&bursts);
	for (uint32_t file = 0; file < 4; file++)
		bursts_hasten(&bursts, file);
	bursts_expire(&bursts, START, take, &taken);
	assert_int_equal(taken.count, 2);
	assert_int_equal(taken.file[0], 0);
	assert_int_equal(taken.file[1], 2);
	assert_int_equal(bursts_due(&bursts), CLOCK_NEVER);
	bursts_end(&bursts);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_write_is_complete_when_it_is_closed),
		cmocka_unit_test(or_after_a_quiet_moment),
		cmocka_unit_test(and_two_seconds_after_it_began_at_the_latest),
		cmocka_unit_test(a_new_name_counts_after_a_moment),
		cmocka_unit_test(a_new_name_that_is_still_written_to_is_due_again),
		cmocka_unit_test(one_that_goes_was_never_there),
		cmocka_unit_test(what_is_forgotten_while_others_are_due_is_not_taken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
