/*
 * The fallbacks for what a C library may lack, all of them, whatever this one
 * has: under other names, beside this library's own where it has them.
 */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <cmocka.h>

#ifdef HAVE_SIGABBREV_NP
#define LIBRARY_NAMES_SIGNALS
#undef HAVE_SIGABBREV_NP
#endif
#undef HAVE_MALLOC_TRIM
#undef HAVE_REALLOCARRAY
#undef HAVE_STATX
#undef W_EXITCODE
#define sigabbrev_np fallback_sigabbrev_np
#define malloc_trim fallback_malloc_trim
#define reallocarray fallback_reallocarray
/* not the structure of the same name */
#define statx(...) fallback_statx(__VA_ARGS__)
#include "../../lib/fallback.c"
#undef sigabbrev_np

static void signals_have_names(void **state)
{
	(void)state;
	assert_string_equal(fallback_sigabbrev_np(SIGKILL), "KILL");
	assert_string_equal(fallback_sigabbrev_np(SIGTTOU), "TTOU");
	assert_null(fallback_sigabbrev_np(-1));
	assert_null(fallback_sigabbrev_np(0));
	assert_null(fallback_sigabbrev_np(SIGRTMIN));
	assert_null(fallback_sigabbrev_np(100000));
}

#ifdef LIBRARY_NAMES_SIGNALS
static void names_of_signals_are_the_library_s(void **state)
{
	(void)state;
	for (int number = -1; number < 100; number++) {
		const char *theirs = sigabbrev_np(number);

		if (theirs == NULL)
			assert_null(fallback_sigabbrev_np(number));
		else
			assert_string_equal(fallback_sigabbrev_np(number), theirs);
	}
}
#endif

static void array_that_would_be_too_large_is_refused(void **state)
{
	char *array = fallback_reallocarray(NULL, 2, 8);

	(void)state;
	assert_non_null(array);
	memset(array, 'x', 16);
	errno = 0;
	assert_null(fallback_reallocarray(array, SIZE_MAX / 8 + 1, 8));
	assert_int_equal(errno, ENOMEM);
	array = fallback_reallocarray(array, 100, 8);
	assert_non_null(array);
	assert_int_equal(array[15], 'x');
	free(array);
}

/* Older kernels have no such call: then it says so. */
static void file_has_a_mode(void **state)
{
	struct statx status = { .stx_mask = 0 };
	int result = fallback_statx(AT_FDCWD, "/", 0, STATX_TYPE, &status);

	(void)state;
	if (result == -1) {
		assert_int_equal(errno, ENOSYS);
		return;
	}
	assert_true(S_ISDIR(status.stx_mode));
	assert_int_equal(fallback_statx(AT_FDCWD, "/nowhere/at-all", 0, STATX_TYPE, &status), -1);
	assert_int_equal(errno, ENOENT);
}

static void nothing_is_trimmed(void **state)
{
	(void)state;
	assert_int_equal(fallback_malloc_trim(0), 0);
}

static void status_is_what_waitpid_gives(void **state)
{
	(void)state;
	assert_true(WIFEXITED(W_EXITCODE(125, 0)));
	assert_int_equal(WEXITSTATUS(W_EXITCODE(125, 0)), 125);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(signals_have_names),
#ifdef LIBRARY_NAMES_SIGNALS
		cmocka_unit_test(names_of_signals_are_the_library_s),
#endif
		cmocka_unit_test(array_that_would_be_too_large_is_refused),
		cmocka_unit_test(file_has_a_mode),
		cmocka_unit_test(nothing_is_trimmed),
		cmocka_unit_test(status_is_what_waitpid_gives),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
