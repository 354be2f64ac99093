#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdlib.h>

#include "../../mswatch/quoting.h"

static void expect(char *const argv[], unsigned long first, unsigned long most, const char *wanted)
{
	char *text = quoting_format_some(argv, first, most);

	assert_non_null(text);
	assert_string_equal(text, wanted);
	free(text);
}

static void odd_words_are_quoted_for_a_shell(void **state)
{
	char *argv[] = { (char[]){ "sync" }, (char[]){ "it's" }, (char[]){ "" },
		         (char[]){ "$(x)" }, (char[]){ "a b" }, (char[]){ "a/b:c" }, NULL };
	char *text = quoting_format(argv);

	(void)state;
	assert_non_null(text);
	assert_string_equal(text, "sync 'it'\\''s' '' '$(x)' 'a b' a/b:c");
	free(text);
}

static void many_words_are_counted(void **state)
{
	char *argv[] = { (char[]){ "sync" }, (char[]){ "-q" }, (char[]){ "a" }, (char[]){ "b" },
		         (char[]){ "c" }, NULL };

	(void)state;
	expect(argv, 2, 3, "sync -q a b c");
	expect(argv, 2, 2, "sync -q a b (and 1 more)");
	expect(argv, 2, 0, "sync -q (and 3 more)");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(odd_words_are_quoted_for_a_shell),
		cmocka_unit_test(many_words_are_counted),
	};

	return cmocka_run_group_tests_name("quoting", tests, NULL, NULL);
}
