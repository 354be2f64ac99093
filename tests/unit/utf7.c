/* Modified UTF-7, as RFC 3501 and mbsync have it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "utf7.h"

static const struct pair {
	const char *utf7, *utf8;
} pairs[] = {
	{ "", "" },
	{ "INBOX", "INBOX" },
	{ "R&-D", "R&D" },
	{ "Entw&APw-rfe", "Entwürfe" },
	{ "&APwA9g-", "üö" },
	{ "&APwA9gDk-", "üöä" },
	{ "&AOk-t&AOk-", "été" },
	{ "~peter/mail/&U,BTFw-/&ZeVnLIqe-", "~peter/mail/台北/日本語" },
	{ "&,3E-", "ｱ" },
	{ "&2D3eAA-", "😀" },
	{ "a&AAEACg-b", "a\x01\nb" },
	{ "&AH8-", "\x7f" },
	{ "no&-valid", "no&valid" },
};

static void both_ways(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
		char *utf8 = utf7_decode(pairs[i].utf7), *utf7 = utf7_encode(pairs[i].utf8);

		assert_non_null(utf8);
		assert_string_equal(utf8, pairs[i].utf8);
		assert_non_null(utf7);
		assert_string_equal(utf7, pairs[i].utf7);
		free(utf8);
		free(utf7);
	}
}

static void only_the_canonical_spelling_is_modified_utf7(void **state)
{
	static const char *const others[] = {
		"no&valid",   "R&D",    "Entwürfe", /* UTF-8 */
		"&AGE-",                            /* what needs no encoding */
		"&AOQ-&AOQ-",                       /* two runs where one does */
		"&APx-",                            /* bits that are left over are not 0 */
		"&APwA-",     "&A-",    "&AP-",     /* half a character */
		"&2D0-",      "&3gA-",  "&3gDYPQ-", /* half a pair, or the wrong way round */
		"&AAA-",                            /* NUL */
		"&APw",       "&",      "a&",       /* no end */
		"&AP/w-",     "&AP w-",             /* no digits of this base64 */
		"a\nb",       "a\x7f",
	};

	(void)state;
	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		assert_null(utf7_decode(others[i]));
}

static void only_utf8_is_encoded(void **state)
{
	static const char *const others[] = {
		"\xfc",
		"a\x80",
		"\xc3",
		"\xe4\xb8",
		"\xf0\x9f\x98", /* alone, or cut */
		"\xc0\xaf",
		"\xe0\x80\xaf",
		"\xf0\x80\x80\xaf", /* longer than needed */
		"\xed\xa0\x80",
		"\xf4\x90\x80\x80",
		"\xf8\x88\x80\x80\x80",
	};

	(void)state;
	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		assert_null(utf7_encode(others[i]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_ways),
		cmocka_unit_test(only_the_canonical_spelling_is_modified_utf7),
		cmocka_unit_test(only_utf8_is_encoded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
