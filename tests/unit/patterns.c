/* mbsync's Patterns. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "memory.h"
#include "patterns.h"

static void a_pattern_matches_the_whole_name(void **state)
{
	static const struct {
		const char *pattern, *name;
		bool matches;
	} cases[] = {
		{ "a", "a", true },
		{ "a", "ab", false },
		{ "a", "A", false },
		{ "INBOX", "inbox", false },
		{ "*", "", true },
		{ "*", "a/b/c", true },
		{ "a*", "a/b", true },
		{ "*b", "a/b", true },
		{ "*/b", "a/x/b", true },
		{ "%", "a", true },
		{ "%", "", true },
		{ "%", "a/b", false },
		{ "a/%", "a/b", true },
		{ "a/%", "a/", true },
		{ "a/%", "a/b/c", false },
		{ "%b", "ab", true },
		{ "a%", "ab", true },
		{ "%%", "ab", true },
		/* no % is found in front of a / */
		{ "%/%", "a/b", false },
		{ "%/2020", "Arch/2020", false },
		{ "Arch/%/y", "Arch/x/y", false },
		{ "%/", "/", false },
		{ "x%/y", "x/y", false },
		{ "*/%", "a/b", true },
		{ "%*", "a/b", true },
		{ "%*", "/b", false },
		{ "%*/b", "a/b", true },
		{ "", "", true },
		{ "", "a", false },
		{ "*", "*", true },
		{ "\\*", "*", false },
		{ "a?", "ab", false },
		{ "**", "a", true },
		{ "*a*b*", "xaybz", true },
		{ "*a*b*", "xbya", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		if (pattern_matches(cases[i].pattern, cases[i].name) != cases[i].matches)
			fail_msg("%s and %s", cases[i].pattern, cases[i].name);
	}
}

/* One to three patterns, separated by blanks. */
static bool selects(const char *words, const char *name)
{
	char *copy = memory_copy(words), *patterns[3], *rest = copy;
	size_t count = 0;
	bool selected;

	while (rest != NULL)
		patterns[count++] = strsep(&rest, " ");
	selected = patterns_select(patterns, count, name);
	free(copy);
	return selected;
}

static void the_last_match_decides(void **state)
{
	(void)state;
	assert_true(selects("* !Spam", "a"));
	assert_false(selects("* !Spam", "Spam"));
	assert_true(selects("!Spam *", "Spam"));
	assert_true(selects("* !Archive* Archive/2020", "Archive/2020"));
	assert_false(selects("* !Archive* Archive/2020", "Archive/2019"));
	assert_false(selects("a", "b"));
	assert_false(selects("!a", "b"));
	/* ! alone excludes what has no name */
	assert_true(selects("* !", "a"));
	assert_false(selects("* !", ""));
	assert_false(selects("* !!a", "!a"));
	assert_true(selects("* !!a", "a"));
}

/* Backtracking would take longer than the world has. */
static void many_wildcards_take_no_time(void **state)
{
	char pattern[1001], name[10001];

	(void)state;
	for (size_t i = 0; i < 1000; i += 2) {
		pattern[i] = i % 4 == 0 ? '*' : '%';
		pattern[i + 1] = 'a';
	}
	pattern[1000] = '\0';
	memset(name, 'a', 10000);
	name[10000] = '\0';
	assert_true(pattern_matches(pattern, name));
	name[9999] = 'b';
	assert_false(pattern_matches(pattern, name));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_pattern_matches_the_whole_name),
		cmocka_unit_test(the_last_match_decides),
		cmocka_unit_test(many_wildcards_take_no_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
