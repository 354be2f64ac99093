#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "../../mswatch/arguments.h"
#include "../../mswatch/quoting.h"

static char *words[] = { (char[]){ "sync" }, (char[]){ "-q" }, NULL };
static const char *const names[] = { "INBOX", "a b" };

static struct config config_with(char *prefix, char *separator)
{
	return (struct config){ .sync = words, .prefix = prefix, .separator = separator };
}

static void expect_command(const struct config *config, bool whole, size_t count,
                           const char *wanted)
{
	char **argv = arguments_new(config, words, whole, names, count);
	char *text = argv != NULL ? quoting_format(argv) : NULL;

	assert_non_null(text);
	assert_string_equal(text, wanted);
	free(text);
	free(argv);
}

static void names_are_appended(void **state)
{
	const struct config bare = config_with(NULL, NULL);
	const struct config prefixed = config_with((char[]){ "chan" }, (char[]){ ":" });

	(void)state;
	expect_command(&bare, false, 2, "sync -q INBOX 'a b'");
	expect_command(&bare, true, 0, "sync -q ''");
	expect_command(&prefixed, false, 2, "sync -q chan:INBOX 'chan:a b'");
	expect_command(&prefixed, true, 0, "sync -q chan");
}

static void the_room_is_what_the_kernel_gives(void **state)
{
	const struct config config = config_with(NULL, NULL);
	struct rlimit before, limit;

	(void)state;
	assert_int_equal(getrlimit(RLIMIT_STACK, &before), 0);
	limit = before;
	limit.rlim_cur = before.rlim_max;
	assert_int_equal(setrlimit(RLIMIT_STACK, &limit), 0);
	assert_true(arguments_room(&config) <= 6UL * 1024 * 1024);
	assert_true(arguments_room(&config) > 16 * 1024);
	assert_int_equal(setrlimit(RLIMIT_STACK, &before), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_appended),
		cmocka_unit_test(the_room_is_what_the_kernel_gives),
	};

	return cmocka_run_group_tests_name("arguments", tests, NULL, NULL);
}
