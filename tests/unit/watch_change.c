#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "../../watch_maildirs/change.h"
#include "../../watch_maildirs/renames.h"

#include <stdio.h>
#include <string.h>

#define N CHANGE_IN_NEW
#define C CHANGE_IN_CUR

struct pair {
	enum change_place from_place;
	const char *from;
	enum change_place to_place;
	const char *to;
};

static void is_invisible(void **state)
{
	static const struct pair pairs[] = {
		{ N, "1.M2P3.h", C, "1.M2P3.h:2," },
		{ N, "1.M2P3.h", C, "1.M2P3.h" },
		{ N, "1.M2P3.h,S=5,W=6", C, "1.M2P3.h,S=5,W=6:2," },
		{ N, "a", N, "a,U=5" },
		{ N, "a,U=4", N, "a,U=5" },
		{ N, "a", C, "a,U=5:2," },
		{ C, "a:2,", C, "a" },
		{ C, "a:2,S", C, "a,U=5:2,S" },
		{ C, "a,S=1:2,S", C, "a,S=1,U=5:2,S" },
		{ C, "a,U=5,S=1:2,S", C, "a,S=1,U=6:2,S" },
		{ C, "a:2,FS", C, "a:2,SF" },
		{ C, "a:2,FFS", C, "a:2,SF" },
		{ C, "a:2,Sab", C, "a:2,abS" },
		{ C, "a,X=1,U=2:2,", C, "a,X=1,U=3:2," },
		{ C, "a,U=2,X=1:2,", C, "a,X=1,U=3:2," },
		{ C, "a,U=10,S=90:2,", C, "a,U=19,S=90,W=1:2," },
		{ C, "a:2,AZ", C, "a:2,ZA" },
		{ C, "a:2,az", C, "a:2,za" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof pairs / sizeof pairs[0]; i++)
		if (change_is_visible(pairs[i].from_place, pairs[i].from, pairs[i].to_place,
		                      pairs[i].to))
			fail_msg("%s to %s can be seen", pairs[i].from, pairs[i].to);
}

static void is_visible_or_in_doubt(void **state)
{
	static const struct pair pairs[] = {
		{ N, "a", C, "a:2,S" },
		{ N, "a", C, "b:2," },
		{ N, "a:2,", C, "a:2," },
		{ C, "a:2,", N, "a" },
		{ C, "a:2,S", C, "a:2," },
		{ C, "a:2,S", C, "a:2,s" },
		{ C, "a:1,S", C, "a:1,S" },
		{ C, "a:2,S", C, "a:3,S" },
		{ C, "a:", C, "a:2," },
		{ C, "a:2,\xff", C, "a:2,\xff" },
		{ C, "a,U=5:2,", C, "a:2," },
		{ C, "a,U=5:2,", C, "a,U=:2," },
		{ C, "a,U=5:2,", C, "a,U=x:2," },
		{ C, "a,X=1:2,", C, "a,X=2:2," },
		{ C, "a,X=1,Y=2:2,", C, "a,Y=2,X=1:2," },
		{ C, "a,U=5:2,", C, "a,S=5:2," },
		{ C, "a,S=5,U=5:2,", C, "a,U=5,W=5:2," },
		{ C, "a,X=1:2,", C, "a:2," },
		{ C, "a:2,", C, "a,X=1:2," },
		{ C, "a:2,A", C, "a:2," },
		{ C, "a:2,Z", C, "a:2,z" },
		{ C, "a,U5:2,", C, "a:2," },
		{ C, "a:2,", C, "a,:2," },
		{ C, "a:2,", C, ".a:2," },
		{ C, ".a:2,", C, "a:2," },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof pairs / sizeof pairs[0]; i++)
		if (!change_is_visible(pairs[i].from_place, pairs[i].from, pairs[i].to_place,
		                       pairs[i].to))
			fail_msg("%s to %s can't be seen", pairs[i].from, pairs[i].to);
}

static void hidden_names_are_no_messages(void **state)
{
	(void)state;
	assert_false(change_is_message(".nfs1"));
	assert_false(change_is_message(""));
	assert_true(change_is_message("1.2.3"));
	assert_false(change_is_visible(C, ".a", C, ".b"));
}

static void note(void *context, const struct rename_half *half)
{
	snprintf(context, 32, "%.31s", half->name);
}

static void a_half_waits_for_its_other_half(void **state)
{
	static struct renames renames;
	struct rename_half half;
	char given_up[32] = "";

	(void)state;
	renames_add(&renames, 1, 7, "first", 100, note, given_up);
	renames_add(&renames, 2, 8, "second", 101, note, given_up);
	assert_false(renames_match(&renames, 9, &half));
	assert_true(renames_match(&renames, 7, &half));
	assert_string_equal(half.name, "first");
	assert_int_equal(half.watch, 1);
	assert_false(renames_match(&renames, 7, &half));
	assert_int_equal(renames_due(&renames), 101 + RENAMES_HOLD);
	renames_expire(&renames, 100 + RENAMES_HOLD, note, given_up);
	assert_string_equal(given_up, "");
	renames_expire(&renames, 101 + RENAMES_HOLD, note, given_up);
	assert_string_equal(given_up, "second");
	assert_true(renames_due(&renames) == CLOCK_NEVER);
}

static void the_oldest_half_makes_room(void **state)
{
	static struct renames renames;
	char given_up[32] = "", name[8];
	uint32_t i;

	(void)state;
	for (i = 0; i < RENAMES_MAX; i++) {
		snprintf(name, sizeof name, "n%u", (unsigned)i);
		renames_add(&renames, 1, i, name, 0, note, given_up);
	}
	assert_string_equal(given_up, "");
	renames_add(&renames, 1, i, "more", 0, note, given_up);
	assert_string_equal(given_up, "n0");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(is_invisible),
		cmocka_unit_test(is_visible_or_in_doubt),
		cmocka_unit_test(hidden_names_are_no_messages),
		cmocka_unit_test(a_half_waits_for_its_other_half),
		cmocka_unit_test(the_oldest_half_makes_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
