/* Names in the encoding that was asked for, whatever the mailstore has. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "encoding.h"

static void check(const char *name, char separator, const char *utf8, const char *utf7)
{
	static const enum encoding encodings[] = { ENCODING_UTF8, ENCODING_UTF7 };
	const char *const expected[] = { utf8, utf7 };

	for (size_t i = 0; i < 2; i++) {
		char *got = encoding_convert(encodings[i], name, separator);

		if (expected[i] == NULL) {
			assert_null(got);
		} else {
			assert_non_null(got);
			assert_string_equal(got, expected[i]);
		}
		free(got);
	}
}

static void both_spellings_are_read(void **state)
{
	(void)state;
	check("INBOX", '/', "INBOX", "INBOX");
	check("Entwürfe", '/', "Entwürfe", "Entw&APw-rfe");
	check("Entw&APw-rfe", '/', "Entwürfe", "Entw&APw-rfe");
	check("R&D", '/', "R&D", "R&-D");
	check("R&-D", '/', "R&D", "R&-D");
	check("&,3E-", '/', "ｱ", "&,3E-");
	check("", '/', "", "");
}

static void each_part_is_read_by_itself(void **state)
{
	(void)state;
	check("R&D/Entw&APw-rfe/grün", '/', "R&D/Entwürfe/grün", "R&-D/Entw&APw-rfe/gr&APw-n");
	check("&AOk-t.a", '.', "ét.a", "&AOk-t.a");
	check("a//b/", '/', "a//b/", "a//b/");
	check("ü/ü", '/', "ü/ü", "&APw-/&APw-");
}

static void what_is_no_utf8_has_no_name(void **state)
{
	(void)state;
	check("\xfc", '/', NULL, NULL);
	check("a/\xfc/b", '/', NULL, NULL);
}

static void no_name_is_two_lines_or_two_names(void **state)
{
	(void)state;
	check("a&AAo-b", '/', NULL, "a&AAo-b");
	check("a&AAk-b", '\t', NULL, "a&AAk-b");
	check("ü", '-', "ü", NULL);
	check("R-D", '-', "R-D", "R-D");
}

static void without_an_encoding_it_is_the_bytes(void **state)
{
	char *got = encoding_convert(ENCODING_NONE, "&APw-/\xfc", '/');

	(void)state;
	assert_string_equal(got, "&APw-/\xfc");
	free(got);
}

static void encodings_have_names(void **state)
{
	enum encoding encoding = ENCODING_NONE;

	(void)state;
	assert_true(encoding_parse("utf8", &encoding));
	assert_int_equal(encoding, ENCODING_UTF8);
	assert_true(encoding_parse("utf7", &encoding));
	assert_int_equal(encoding, ENCODING_UTF7);
	assert_false(encoding_parse("UTF-8", &encoding));
	assert_false(encoding_parse("", &encoding));
	assert_int_equal(encoding, ENCODING_UTF7);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_spellings_are_read),
		cmocka_unit_test(each_part_is_read_by_itself),
		cmocka_unit_test(what_is_no_utf8_has_no_name),
		cmocka_unit_test(no_name_is_two_lines_or_two_names),
		cmocka_unit_test(without_an_encoding_it_is_the_bytes),
		cmocka_unit_test(encodings_have_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
