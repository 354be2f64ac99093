/* Which stores have reported, and what hooks are told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../mswatch/origins.h"
#include "../../mswatch/outcome.h"

#define MANY (ORIGINS_MOST + 2)

static struct origins origins;

static int tear_down(void **state)
{
	(void)state;
	origins_free(&origins);
	return 0;
}

/* The stores of a configuration, by one letter each. */
static struct config config_of(const char *letters)
{
	static struct config_store stores[8];
	static char names[8][2];
	struct config config = { .stores = stores, .store_count = strlen(letters) };

	for (size_t i = 0; i < config.store_count; i++) {
		names[i][0] = letters[i];
		stores[i].name = names[i];
	}
	return config;
}

static void is_named(uint64_t set, const char *letters, const char *wanted)
{
	const struct config config = config_of(letters);
	char *names = origins_format(&origins, set, &config);

	assert_non_null(names);
	assert_string_equal(names, wanted);
	free(names);
}

static void names_stand_in_the_file_s_order(void **state)
{
	uint64_t far = origins_set(&origins, "f"), near = origins_set(&origins, "n");

	(void)state;
	is_named(0, "fn", "");
	is_named(near, "fn", "n");
	is_named(near | far, "fn", "f n");
	is_named(near | far, "nxf", "n f");
	assert_true(far == origins_set(&origins, "f"));
}

static void a_reload_changes_no_set(void **state)
{
	uint64_t a = origins_set(&origins, "a"), b = origins_set(&origins, "b");

	(void)state;
	is_named(a | b, "xb", "b");
	(void)origins_set(&origins, "x");
	is_named(a, "xa", "a");
	is_named(b, "xa", "");
}

static void of_too_many_stores_all_are_said(void **state)
{
	char names[MANY][8];
	struct config_store stores[MANY] = { { .name = NULL } };
	const struct config config = { .stores = stores, .store_count = MANY };
	uint64_t set = 0;
	char *text;

	(void)state;
	for (int i = 0; i < MANY; i++) {
		snprintf(names[i], sizeof names[i], "s%d", i);
		stores[i].name = names[i];
		set = origins_set(&origins, names[i]);
		assert_true((set == ORIGINS_ALL) == (i >= ORIGINS_MOST));
	}
	text = origins_format(&origins, set, &config);
	assert_non_null(strstr(text, "s0 s1 "));
	assert_non_null(strstr(text, " s63 s64 s65"));
	free(text);
	text = origins_format(&origins, origins_set(&origins, "s63"), &config);
	assert_string_equal(text, "s63");
	free(text);
}

static void describes(const struct outcome *outcome, const char *stores, const char *wanted)
{
	struct outcome_environment environment = { 0 };
	char text[5000] = "";

	assert_true(outcome_describe(outcome, stores, &environment));
	for (char **one = environment.variable; *one != NULL; one++)
		snprintf(text + strlen(text), sizeof text - strlen(text), "%s\n", *one);
	assert_string_equal(text, wanted);
	outcome_free(&environment);
	outcome_free(&environment);
}

static void outcomes_are_variables(void **state)
{
	const struct outcome success = { .success = true, .lasted = 1020 };
	const struct outcome failure = { .status = 137, .error = "s was\x1b[31m \xff: \xc3\xa4\tx" };

	(void)state;
	describes(&success, "",
	          "MSWATCH_RESULT=success\nMSWATCH_STATUS=0\nMSWATCH_DURATION=1.020\n"
	          "MSWATCH_STORES=\nMSWATCH_ERROR=\n");
	describes(&failure, "one two",
	          "MSWATCH_RESULT=failure\nMSWATCH_STATUS=137\nMSWATCH_DURATION=0.000\n"
	          "MSWATCH_STORES=one two\nMSWATCH_ERROR=s was\\x1b[31m \\xff: \xc3\xa4\tx\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(names_stand_in_the_file_s_order, tear_down),
		cmocka_unit_test_teardown(a_reload_changes_no_set, tear_down),
		cmocka_unit_test_teardown(of_too_many_stores_all_are_said, tear_down),
		cmocka_unit_test(outcomes_are_variables),
	};

	return cmocka_run_group_tests_name("origins", tests, NULL, NULL);
}
