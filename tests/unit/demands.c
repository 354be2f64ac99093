/* Who waits for a sync that was asked for, and until when. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "demands.h"

static struct demands demands;
static char met[100];

static void note(void *context, void *who, bool success)
{
	(void)context;
	snprintf(met + strlen(met), sizeof met - strlen(met), "%s%c ", (const char *)who,
	         success ? '+' : '-');
}

/* Somebody asks for mailboxes of one letter each; none: all. */
static void ask(const char *who, const char *letters)
{
	struct names *names = demands_add(&demands, (void *)(uintptr_t)who);

	assert_non_null(names);
	if (*letters == '\0')
		names_add(names, "");
	for (; *letters != '\0'; letters++)
		names_add(names, (char[]){ *letters, '\0' });
}

/* The run that has begun held these, and ends; expected: whose demands that meets. */
static void ends(const char *letters, bool success, const char *expected)
{
	char text[26][2];
	const char *names[26];
	struct schedule_run run = { .whole = *letters == '\0', .names = names };

	for (; letters[run.count] != '\0'; run.count++) {
		snprintf(text[run.count], 2, "%c", letters[run.count]);
		names[run.count] = text[run.count];
	}
	met[0] = '\0';
	demands_end(&demands, &run, success, note, NULL);
	assert_string_equal(met, expected);
}

static void runs(const char *letters, bool success, const char *expected)
{
	demands_begin(&demands);
	ends(letters, success, expected);
}

static int start(void **state)
{
	(void)state;
	demands = (struct demands){ 0 };
	return 0;
}

static int end(void **state)
{
	(void)state;
	demands_free(&demands);
	return 0;
}

static void a_run_of_its_mailboxes_meets_it(void **state)
{
	(void)state;
	ask("one", "ab");
	runs("abc", true, "one+ ");
	runs("abc", true, "");
}

static void so_does_one_of_all(void **state)
{
	(void)state;
	ask("one", "ab");
	ask("two", "");
	runs("", true, "one+ two+ ");
}

static void several_runs_meet_it_together(void **state)
{
	(void)state;
	ask("one", "ab");
	runs("b", true, "");
	runs("c", true, "");
	runs("a", true, "one+ ");
}

static void all_are_met_by_all_alone(void **state)
{
	(void)state;
	ask("one", "");
	runs("ab", true, "");
	runs("ab", false, "");
	runs("", true, "one+ ");
}

static void a_run_under_way_does_not_count(void **state)
{
	(void)state;
	demands_begin(&demands);
	ask("one", "a");
	ask("two", "");
	ends("", true, "");
	runs("a", true, "one+ ");
	runs("", true, "two+ ");
}

static void the_first_failure_ends_it(void **state)
{
	(void)state;
	ask("one", "ab");
	ask("two", "c");
	runs("a", true, "");
	runs("bd", false, "one- ");
	runs("", false, "two- ");
}

static void it_also_ends_it_where_others_are_left(void **state)
{
	(void)state;
	ask("one", "ab");
	runs("a", false, "one- ");
	runs("b", true, "");
}

static void who_leaves_waits_no_more(void **state)
{
	const char *one = "one";

	(void)state;
	ask(one, "a");
	ask("two", "a");
	demands_drop(&demands, one);
	demands_drop(&demands, "nobody");
	runs("a", true, "two+ ");
}

static void too_many_are_refused(void **state)
{
	(void)state;
	for (int i = 0; i < DEMANDS_MOST; i++)
		ask("x", "a");
	assert_null(demands_add(&demands, met));
}

#define demands_test(test) cmocka_unit_test_setup_teardown(test, start, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		demands_test(a_run_of_its_mailboxes_meets_it),
		demands_test(so_does_one_of_all),
		demands_test(several_runs_meet_it_together),
		demands_test(all_are_met_by_all_alone),
		demands_test(a_run_under_way_does_not_count),
		demands_test(the_first_failure_ends_it),
		demands_test(it_also_ends_it_where_others_are_left),
		demands_test(who_leaves_waits_no_more),
		demands_test(too_many_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
