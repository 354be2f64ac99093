#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "../../mswatch/network/suspend.h"

/* Both wide enough for this test on every machine. */
#define MONTH ((time_t)30 * 86400)
#define LATEST ((time_t)INT32_MAX)

static void the_timer_is_armed_a_month_ahead(void **state)
{
	(void)state;
	assert_int_equal(suspend_horizon(1000, LATEST), 1000 + MONTH);
	assert_int_equal(suspend_horizon(LATEST - MONTH - 1, LATEST), LATEST - 1);
}

static void the_timer_never_passes_the_end_of_time(void **state)
{
	(void)state;
	assert_int_equal(suspend_horizon(LATEST - MONTH, LATEST), LATEST);
	assert_int_equal(suspend_horizon(LATEST - 1, LATEST), LATEST);
	assert_int_equal(suspend_horizon(LATEST, LATEST), LATEST);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_timer_is_armed_a_month_ahead),
		cmocka_unit_test(the_timer_never_passes_the_end_of_time),
	};

	return cmocka_run_group_tests_name("suspend", tests, NULL, NULL);
}
