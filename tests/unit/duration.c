/* Times as people write and read them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "duration.h"

static void check_parse(const char *text, clock_ms expected)
{
	clock_ms span = -1;

	assert_null(duration_parse(text, &span));
	assert_int_equal(span, expected);
}

static void check_refused(const char *text, const char *expected)
{
	clock_ms span = -77;
	const char *why = duration_parse(text, &span);

	assert_non_null(why);
	assert_non_null(strstr(why, expected));
	assert_int_equal(span, -77);
}

static void check_format(clock_ms span, const char *expected)
{
	char room[DURATION_ROOM];

	assert_string_equal(duration_format(span, room), expected);
}

static void check_setting(clock_ms span, const char *expected)
{
	char room[DURATION_ROOM];
	clock_ms again = -1;

	assert_string_equal(duration_setting(span, room), expected);
	assert_null(duration_parse(room, &again));
	assert_int_equal(again, span);
}

static void test_units_and_fractions(void **state)
{
	(void)state;
	check_parse("0", 0);
	check_parse("10", 10000);
	check_parse("007", 7000);
	check_parse("1.5", 1500);
	check_parse(".5", 500);
	check_parse("5.", 5000);
	check_parse("90s", 90000);
	check_parse("1.5m", 90000);
	check_parse("2h", 7200000);
	check_parse("0.25d", 21600000);
	check_parse("10000d", DURATION_MAX);
	check_parse("864000000", DURATION_MAX);
}

static void test_a_positive_time_is_never_nothing(void **state)
{
	(void)state;
	check_parse("0.001", 1);
	check_parse("0.0001", 1);
	check_parse("0.000000000000000000000001", 1);
	check_parse("0.0000000000000000", 0);
	check_parse("1.0001", 1001);
	check_parse("0.0000019d", 165);
	check_parse("0.00000000001d", 1);
	check_parse("1.50000000000000000000000", 1500);
}

static void test_what_is_no_time(void **state)
{
	static const char *const wrong[] = {
		"", " ", ".", "abc", "s", ".s", "10 s", "10x", "10ss", "1.5.2", "1,5", "+1", "0x10",
		"1e3", "10S", "1 ", " 1", "inf", "nan", "\xff",
	};

	(void)state;
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		check_refused(wrong[i], "not a time");
	check_refused("-1", "negative");
	check_refused("-", "negative");
	check_refused("864000001", "10000 days");
	check_refused("10000.1d", "10000 days");
	check_refused("864000000.0000000000000000001", "10000 days");
	check_refused("999999999999h", "10000 days");
	check_refused("9223372036854775808", "10000 days");
	check_refused("99999999999999999999999999999999999999", "10000 days");
}

static void test_words_for_people(void **state)
{
	(void)state;
	check_format(0, "0 s");
	check_format(50, "0.0 s");
	check_format(1500, "1.5 s");
	check_format(9999, "9.9 s");
	check_format(10500, "10 s");
	check_format(57000, "57 s");
	check_format(59999, "59 s");
	check_format(60000, "1 min");
	check_format(125000, "2 min 5 s");
	check_format(3 * 3600000, "3 h");
	check_format(3 * 3600000 + 59000, "3 h");
	check_format(3 * 3600000 + 60000, "3 h 1 min");
	check_format(28 * 3600000, "1 d 4 h");
	check_format(DURATION_MAX, "10000 d");
	check_format(CLOCK_NEVER, "106751991167 d 7 h");
}

static void test_settings_are_exact(void **state)
{
	(void)state;
	check_setting(0, "0");
	check_setting(1, "0.001");
	check_setting(1500, "1.5");
	check_setting(1010, "1.01");
	check_setting(600000, "600");
	check_setting(DURATION_MAX, "864000000");
	check_setting(DURATION_MAX - 1, "863999999.999");
	for (clock_ms span = 0; span < 3000; span++) {
		char room[DURATION_ROOM];
		clock_ms again = -1;

		assert_null(duration_parse(duration_setting(span, room), &again));
		assert_int_equal(again, span);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_units_and_fractions),
		cmocka_unit_test(test_a_positive_time_is_never_nothing),
		cmocka_unit_test(test_what_is_no_time),
		cmocka_unit_test(test_words_for_people),
		cmocka_unit_test(test_settings_are_exact),
	};

	return cmocka_run_group_tests_name("durations", tests, NULL, NULL);
}
