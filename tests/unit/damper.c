#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "../../mswatch/damper.h"

static void tells_a_cause_less_and_less(void **state)
{
	struct damper damper = { 0 };
	unsigned i, told = 0;

	(void)state;
	assert_int_equal(damper_add(&damper, "x", "", 100), DAMPER_TELL);
	for (i = 2; i <= 1024; i++) {
		enum damper_tell tell = damper_add(&damper, "x", "", 100 + i * DAMPER_PAUSE);

		assert_int_equal(tell, (i & (i - 1)) == 0 ? DAMPER_STILL : DAMPER_QUIET);
		told += tell == DAMPER_STILL;
	}
	assert_int_equal(told, 10);
	assert_int_equal(damper.tries, 1024);
}

static void tells_each_new_cause(void **state)
{
	struct damper damper = { 0 };

	(void)state;
	assert_int_equal(damper_add(&damper, "x", "", 1), DAMPER_TELL);
	assert_int_equal(damper_add(&damper, "y", "", 2), DAMPER_TELL);
	assert_int_equal(damper_add(&damper, "y", "", 2 + DAMPER_PAUSE), DAMPER_STILL);
	assert_int_equal(damper_add(&damper, "z", "", 2 + DAMPER_PAUSE), DAMPER_TELL);
	assert_int_equal(damper.since, 1);
}

static void tells_nothing_twice_within_a_second(void **state)
{
	struct damper damper = { 0 };
	clock_ms now = 5000;
	unsigned i;

	(void)state;
	assert_int_equal(damper_add(&damper, "x", "", now), DAMPER_TELL);
	for (i = 2; i <= 11; i++)
		assert_int_equal(damper_add(&damper, "x", "", now += DAMPER_PAUSE / 11),
		                 DAMPER_QUIET);
	assert_int_equal(damper_add(&damper, "x", "", 4999 + DAMPER_PAUSE), DAMPER_QUIET);
	assert_int_equal(damper_add(&damper, "x", "", 5000 + DAMPER_PAUSE), DAMPER_STILL);
	assert_int_equal(damper.tries, 13);
	assert_int_equal(damper_add(&damper, "x", "", 9000), DAMPER_QUIET);
	assert_int_equal(damper_add(&damper, "x", "", 9000), DAMPER_QUIET);
	assert_int_equal(damper_add(&damper, "x", "", 9000), DAMPER_STILL);
	assert_int_equal(damper.tries, 16);
}

static void tells_a_new_cause_at_once_and_waits_after_that(void **state)
{
	struct damper damper = { 0 };

	(void)state;
	assert_int_equal(damper_add(&damper, "x", "", 1), DAMPER_TELL);
	assert_int_equal(damper_add(&damper, "y", "", 900), DAMPER_TELL);
	assert_int_equal(damper_add(&damper, "y", "", 899 + DAMPER_PAUSE), DAMPER_QUIET);
	assert_int_equal(damper_add(&damper, "y", "", 900 + DAMPER_PAUSE), DAMPER_STILL);
	assert_int_equal(damper_clear(&damper, 2000), 1999);
	assert_int_equal(damper_add(&damper, "y", "", 2001), DAMPER_TELL);
	assert_int_equal(damper_add(&damper, "y", "", 2002), DAMPER_QUIET);
}

static void tells_causes_that_take_turns_once(void **state)
{
	static const char *const causes[DAMPER_CAUSES] = { "refused", "no name", "timeout",
		                                            "no route" };
	struct damper damper = { 0 };
	unsigned i, told = 0, still = 0;

	(void)state;
	for (i = 0; i < 1024; i++) {
		enum damper_tell tell = damper_add(&damper, causes[i % DAMPER_CAUSES], "",
		                                     i * DAMPER_PAUSE);

		told += tell == DAMPER_TELL;
		still += tell == DAMPER_STILL;
	}
	assert_int_equal(told, DAMPER_CAUSES);
	assert_int_equal(still, 9);
}

static void forgets_the_cause_that_came_longest_ago(void **state)
{
	struct damper damper = { 0 };

	(void)state;
	assert_int_equal(damper_add(&damper, "a", "", 1 * DAMPER_PAUSE), DAMPER_TELL);
	assert_int_equal(damper_add(&damper, "b", "", 2 * DAMPER_PAUSE), DAMPER_TELL);
	assert_int_equal(damper_add(&damper, "c", "", 3 * DAMPER_PAUSE), DAMPER_TELL);
	assert_int_equal(damper_add(&damper, "d", "", 4 * DAMPER_PAUSE), DAMPER_TELL);
	assert_int_equal(damper_add(&damper, "a", "", 5 * DAMPER_PAUSE), DAMPER_STILL);
	assert_int_equal(damper_add(&damper, "e", "", 6 * DAMPER_PAUSE), DAMPER_TELL);
	assert_int_equal(damper_add(&damper, "a", "", 7 * DAMPER_PAUSE), DAMPER_STILL);
	assert_int_equal(damper_add(&damper, "b", "", 8 * DAMPER_PAUSE), DAMPER_TELL);
}

/* Each a good while after the last. */
static enum damper_tell says(struct damper *damper, const char *words)
{
	return damper_add(damper, "exited (status 255)", words,
	                   damper->told + DAMPER_PAUSE * (1 + (clock_ms)damper->tries));
}

static void takes_new_words_for_a_new_cause(void **state)
{
	struct damper damper = { 0 };

	(void)state;
	assert_int_equal(says(&damper, ""), DAMPER_TELL);
	assert_int_equal(says(&damper, "Connection refused"), DAMPER_TELL);
	assert_int_equal(says(&damper, " Connection\trefused "), DAMPER_STILL);
	assert_int_equal(says(&damper, "Permission denied"), DAMPER_TELL);
	assert_int_equal(says(&damper, "Permission"), DAMPER_TELL);
	assert_int_equal(says(&damper, ""), DAMPER_STILL);
}

static void takes_words_with_digits_for_no_news(void **state)
{
	struct damper damper = { 0 };

	(void)state;
	assert_int_equal(says(&damper, "error on host (192.0.2.1:993): timeout"), DAMPER_TELL);
	assert_int_equal(says(&damper, "error on host ([2001:db8::2]:993): timeout"),
	                 DAMPER_STILL);
	assert_int_equal(says(&damper, "error on host timeout"), DAMPER_QUIET);
	assert_int_equal(says(&damper, "error on host (192.0.2.1:993): refused"), DAMPER_TELL);
	assert_int_equal(says(&damper, "x12-20020a17090 y7"), DAMPER_TELL);
	assert_int_equal(says(&damper, ""), DAMPER_STILL);
}

static void tells_how_long_it_failed(void **state)
{
	struct damper damper = { 0 };

	(void)state;
	assert_int_equal(damper_clear(&damper, 5), -1);
	damper_add(&damper, "x", "", 1000);
	damper_add(&damper, "x", "", 2000);
	assert_int_equal(damper_clear(&damper, 5000), 4000);
	assert_int_equal(damper_clear(&damper, 6000), -1);
	assert_int_equal(damper_add(&damper, "x", "", 7000), DAMPER_TELL);
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

	return cmocka_run_group_tests_name("damper", tests, NULL, NULL);
}
