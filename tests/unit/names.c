#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

#include "../../mswatch/names.h"

static void holds_each_name_once_and_sorted(void **state)
{
	static const char *const added[] = { "d", "c", "a", "b", "c", "aa" };
	static const char *const wanted[] = { "a", "aa", "b", "c", "d" };
	struct names names = NAMES_INITIALIZER(100);
	size_t i;

	(void)state;
	names_add_run(&names, false, added, 6);
	assert_int_equal(names.count, 5);
	for (i = 0; i < 5; i++)
		assert_string_equal(names.name[i], wanted[i]);
	names_clear(&names);
	assert_int_equal(names.count, 0);
}

static void all_swallows_names(void **state)
{
	static const char *const added[] = { "b" };
	struct names names = NAMES_INITIALIZER(100);

	(void)state;
	names_add(&names, "a");
	names_add_run(&names, true, NULL, 0);
	assert_true(names.all);
	names_add_run(&names, false, added, 1);
	assert_int_equal(names.count, 0);
	names_clear(&names);
	assert_false(names.all);
	names_add(&names, "a");
	names_add(&names, "");
	assert_true(names.all);
	names_clear(&names);
}

static void more_than_fit_become_all(void **state)
{
	static const char *const added[] = { "a", "b", "a", "b" };
	struct names names = NAMES_INITIALIZER(2);

	(void)state;
	names_add_run(&names, false, added, 4);
	assert_false(names.all);
	names_add(&names, "c");
	assert_true(names.all);
	names_clear(&names);
}

static void gives_names_back(void **state)
{
	static const char *const added[] = { "a", "b", "c" };
	struct names names = NAMES_INITIALIZER(100);

	(void)state;
	names_remove(&names, "a");
	names_add_run(&names, false, added, 3);
	names_remove(&names, "b");
	names_remove(&names, "b");
	assert_int_equal(names.count, 2);
	assert_string_equal(names.name[0], "a");
	assert_string_equal(names.name[1], "c");
	names_remove(&names, "c");
	names_remove(&names, "a");
	assert_int_equal(names.count, 0);
	names_add(&names, "");
	names_remove(&names, "a");
	assert_true(names.all);
	names_clear(&names);
}

static void shows_the_first_and_counts_the_rest(void **state)
{
	static const char *const some[] = { "INBOX", "a, b", "c", "d", "e" };
	char long_name[2000], buffer[NAMES_ROOM];
	const char *const most[] = { long_name, long_name, long_name, long_name };

	(void)state;
	assert_string_equal(names_format(some, 0, buffer), "");
	assert_string_equal(names_format(some, 1, buffer), "INBOX");
	assert_string_equal(names_format(some, 3, buffer), "INBOX, a, b, c");
	assert_string_equal(names_format(some, 4, buffer), "INBOX, a, b, c and 1 more");
	assert_string_equal(names_format(some, 5, buffer), "INBOX, a, b, c and 2 more");
	memset(long_name, 'x', sizeof long_name - 1);
	long_name[sizeof long_name - 1] = '\0';
	assert_string_equal(names_format(most, 4, buffer) + 3 * NAMES_WIDTH + 4, " and 1 more");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(holds_each_name_once_and_sorted),
		cmocka_unit_test(all_swallows_names),
		cmocka_unit_test(more_than_fit_become_all),
		cmocka_unit_test(gives_names_back),
		cmocka_unit_test(shows_the_first_and_counts_the_rest),
	};

	return cmocka_run_group_tests_name("names", tests, NULL, NULL);
}
