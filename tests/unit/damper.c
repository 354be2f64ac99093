#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "../../mswatch/damper.h"

static void tells_a_cause_less_and_less(void **state)
{
	struct failure failure = { 0 };
	unsigned i, told = 0;

	(void)state;
	assert_int_equal(failure_add(&failure, "x", "", 100), FAILURE_TELL);
	for (i = 2; i <= 1024; i++) {
		enum failure_tell tell = failure_add(&failure, "x", "", 100 + i * FAILURE_PAUSE);

		assert_int_equal(tell, (i & (i - 1)) == 0 ? FAILURE_STILL : FAILURE_QUIET);
		told += tell == FAILURE_STILL;
	}
	assert_int_equal(told, 10);
	assert_int_equal(failure.tries, 1024);
}

static void tells_each_new_cause(void **state)
{
	struct failure failure = { 0 };

	(void)state;
	assert_int_equal(failure_add(&failure, "x", "", 1), FAILURE_TELL);
	assert_int_equal(failure_add(&failure, "y", "", 2), FAILURE_TELL);
	assert_int_equal(failure_add(&failure, "y", "", 2 + FAILURE_PAUSE), FAILURE_STILL);
	assert_int_equal(failure_add(&failure, "z", "", 2 + FAILURE_PAUSE), FAILURE_TELL);
	assert_int_equal(failure.since, 1);
}

static void tells_nothing_twice_within_a_second(void **state)
{
	struct failure failure = { 0 };
	clock_ms now = 5000;
	unsigned i;

	(void)state;
	assert_int_equal(failure_add(&failure, "x", "", now), FAILURE_TELL);
	for (i = 2; i <= 11; i++)
		assert_int_equal(failure_add(&failure, "x", "", now += FAILURE_PAUSE / 11), FAILURE_QUIET);
	assert_int_equal(failure_add(&failure, "x", "", 4999 + FAILURE_PAUSE), FAILURE_QUIET);
	assert_int_equal(failure_add(&failure, "x", "", 5000 + FAILURE_PAUSE), FAILURE_STILL);
	assert_int_equal(failure.tries, 13);
	assert_int_equal(failure_add(&failure, "x", "", 9000), FAILURE_QUIET);
	assert_int_equal(failure_add(&failure, "x", "", 9000), FAILURE_QUIET);
	assert_int_equal(failure_add(&failure, "x", "", 9000), FAILURE_STILL);
	assert_int_equal(failure.tries, 16);
}

static void tells_a_new_cause_at_once_and_waits_after_that(void **state)
{
	struct failure failure = { 0 };

	(void)state;
	assert_int_equal(failure_add(&failure, "x", "", 1), FAILURE_TELL);
	assert_int_equal(failure_add(&failure, "y", "", 900), FAILURE_TELL);
	assert_int_equal(failure_add(&failure, "y", "", 899 + FAILURE_PAUSE), FAILURE_QUIET);
	assert_int_equal(failure_add(&failure, "y", "", 900 + FAILURE_PAUSE), FAILURE_STILL);
	assert_int_equal(failure_clear(&failure, 2000), 1999);
	assert_int_equal(failure_add(&failure, "y", "", 2001), FAILURE_TELL);
	assert_int_equal(failure_add(&failure, "y", "", 2002), FAILURE_QUIET);
}

static void tells_causes_that_take_turns_once(void **state)
{
	static const char *const causes[FAILURE_CAUSES] = { "refused", "no name", "timeout", "no route" };
	struct failure failure = { 0 };
	unsigned i, told = 0, still = 0;

	(void)state;
	for (i = 0; i < 1024; i++) {
		enum failure_tell tell = failure_add(&failure, causes[i % FAILURE_CAUSES], "", i * FAILURE_PAUSE);

		told += tell == FAILURE_TELL;
		still += tell == FAILURE_STILL;
	}
	assert_int_equal(told, FAILURE_CAUSES);
	assert_int_equal(still, 9);
}

static void forgets_the_cause_that_came_longest_ago(void **state)
{
	struct failure failure = { 0 };

	(void)state;
	assert_int_equal(failure_add(&failure, "a", "", 1 * FAILURE_PAUSE), FAILURE_TELL);
	assert_int_equal(failure_add(&failure, "b", "", 2 * FAILURE_PAUSE), FAILURE_TELL);
	assert_int_equal(failure_add(&failure, "c", "", 3 * FAILURE_PAUSE), FAILURE_TELL);
	assert_int_equal(failure_add(&failure, "d", "", 4 * FAILURE_PAUSE), FAILURE_TELL);
	assert_int_equal(failure_add(&failure, "a", "", 5 * FAILURE_PAUSE), FAILURE_STILL);
	assert_int_equal(failure_add(&failure, "e", "", 6 * FAILURE_PAUSE), FAILURE_TELL);
	assert_int_equal(failure_add(&failure, "a", "", 7 * FAILURE_PAUSE), FAILURE_STILL);
	assert_int_equal(failure_add(&failure, "b", "", 8 * FAILURE_PAUSE), FAILURE_TELL);
}

/* Each a good while after the last. */
static enum failure_tell says(struct failure *failure, const char *words)
{
	return failure_add(failure, "exited (status 255)", words,
	                   failure->told + FAILURE_PAUSE * (1 + (clock_ms)failure->tries));
}

static void takes_new_words_for_a_new_cause(void **state)
{
	struct failure failure = { 0 };

	(void)state;
	assert_int_equal(says(&failure, ""), FAILURE_TELL);
	assert_int_equal(says(&failure, "Connection refused"), FAILURE_TELL);
	assert_int_equal(says(&failure, " Connection\trefused "), FAILURE_STILL);
	assert_int_equal(says(&failure, "Permission denied"), FAILURE_TELL);
	assert_int_equal(says(&failure, "Permission"), FAILURE_TELL);
	assert_int_equal(says(&failure, ""), FAILURE_STILL);
}

static void takes_words_with_digits_for_no_news(void **state)
{
	struct failure failure = { 0 };

	(void)state;
	assert_int_equal(says(&failure, "error on host (192.0.2.1:993): timeout"), FAILURE_TELL);
	assert_int_equal(says(&failure, "error on host ([2001:db8::2]:993): timeout"),
	                 FAILURE_STILL);
	assert_int_equal(says(&failure, "error on host timeout"), FAILURE_QUIET);
	assert_int_equal(says(&failure, "error on host (192.0.2.1:993): refused"), FAILURE_TELL);
	assert_int_equal(says(&failure, "x12-20020a17090 y7"), FAILURE_TELL);
	assert_int_equal(says(&failure, ""), FAILURE_STILL);
}

static void tells_how_long_it_failed(void **state)
{
	struct failure failure = { 0 };

	(void)state;
	assert_int_equal(failure_clear(&failure, 5), -1);
	failure_add(&failure, "x", "", 1000);
	failure_add(&failure, "x", "", 2000);
	assert_int_equal(failure_clear(&failure, 5000), 4000);
	assert_int_equal(failure_clear(&failure, 6000), -1);
	assert_int_equal(failure_add(&failure, "x", "", 7000), FAILURE_TELL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tells_a_cause_less_and_less),
		cmocka_unit_test(tells_each_new_cause),
		cmocka_unit_test(tells_nothing_twice_within_a_second),
		cmocka_unit_test(tells_a_new_cause_at_once_and_waits_after_that),
		cmocka_unit_test(tells_causes_that_take_turns_once),
		cmocka_unit_test(forgets_the_cause_that_came_longest_ago),
		cmocka_unit_test(takes_new_words_for_a_new_cause),
		cmocka_unit_test(takes_words_with_digits_for_no_news),
		cmocka_unit_test(tells_how_long_it_failed),
	};

	return cmocka_run_group_tests_name("failure", tests, NULL, NULL);
}
