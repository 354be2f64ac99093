#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "../../lib/hash.h"

/* The test vectors of draft-eastlake-fnv, appendix C, without their NUL. */
static void is_fnv_1a(void **state)
{
	(void)state;
	assert_true(hash_text("") == 0xcbf29ce484222325U);
	assert_true(hash_text("a") == 0xaf63dc4c8601ec8cU);
	assert_true(hash_text("foobar") == 0x85944171f73967e8U);
}

static void takes_every_byte_for_what_it_is(void **state)
{
	(void)state;
	assert_true(hash_text("\xff") == ((0xcbf29ce484222325U ^ 0xffU) * 0x100000001b3U));
	assert_true(hash_text("ab") != hash_text("ba"));
}

static void goes_on_where_it_was(void **state)
{
	(void)state;
	assert_true(hash_text("") == HASH_EMPTY);
	assert_true(hash_more(hash_text("foo"), "barrel", 3) == hash_text("foobar"));
	assert_true(hash_more(HASH_EMPTY, "\0", 1) != HASH_EMPTY);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(is_fnv_1a),
		cmocka_unit_test(goes_on_where_it_was),
		cmocka_unit_test(takes_every_byte_for_what_it_is),
	};

	return cmocka_run_group_tests_name("hash", tests, NULL, NULL);
}
