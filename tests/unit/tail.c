#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "../../mswatch/tail.h"

static void join(void *context, const char *line)
{
	char *text = context;

	strncat(text, line, 5000 - strlen(text));
	strncat(text, "|", 5000 - strlen(text));
}

static void expect_lines(const struct tail *tail, const char *wanted)
{
	char text[5001] = "";

	tail_each(tail, join, text);
	assert_string_equal(text, wanted);
}

static void keeps_lines_and_an_unfinished_one(void **state)
{
	struct tail tail;

	(void)state;
	tail_reset(&tail);
	expect_lines(&tail, "");
	tail_feed(&tail, "one\ntw", 6);
	expect_lines(&tail, "one|tw|");
	tail_feed(&tail, "o\r\nx\0y\n", 7);
	expect_lines(&tail, "one|two|x y|");
}

static void gives_whole_lines_away(void **state)
{
	struct tail tail;
	char text[5001] = "";

	(void)state;
	tail_reset(&tail);
	tail_take(&tail, join, text);
	assert_string_equal(text, "");
	for (int i = 0; i < 13; i++)
		tail_feed(&tail, "x\n", 2);
	tail_feed(&tail, "one\nunfini", 10);
	tail_take(&tail, join, text);
	assert_string_equal(text, "x|x|x|x|x|x|x|x|one|");
	expect_lines(&tail, "unfini|");
	tail_feed(&tail, "shed", 4);
	text[0] = '\0';
	tail_take(&tail, join, text);
	assert_string_equal(text, "");
	tail_feed(&tail, "\n", 1);
	tail_take(&tail, join, text);
	assert_string_equal(text, "unfinished|");
	expect_lines(&tail, "");
}

static void keeps_the_last_ten(void **state)
{
	struct tail tail;
	char line[20];
	int i;

	(void)state;
	tail_reset(&tail);
	for (i = 0; i < 25; i++) {
		int length = snprintf(line, sizeof line, "%d\n", i);

		tail_feed(&tail, line, (size_t)length);
	}
	expect_lines(&tail, "15|16|17|18|19|20|21|22|23|24|");
}

static void shortens_long_lines(void **state)
{
	struct tail tail;
	char wanted[TAIL_WIDTH + 4];
	int i;

	(void)state;
	tail_reset(&tail);
	for (i = 0; i < 5000; i++)
		tail_feed(&tail, "x", 1);
	tail_feed(&tail, "\ny", 2);
	memset(wanted, 'x', TAIL_WIDTH);
	memcpy(wanted + TAIL_WIDTH - 3, "...|y|", 7);
	expect_lines(&tail, wanted);
}

static void knows_the_last_line(void **state)
{
	struct tail tail;

	(void)state;
	tail_reset(&tail);
	assert_string_equal(tail_last(&tail), "");
	tail_feed(&tail, "one\ntwo\n", 8);
	assert_string_equal(tail_last(&tail), "two");
	tail_feed(&tail, "\n\nthr", 5);
	assert_string_equal(tail_last(&tail), "thr");
	for (int i = 0; i < 30; i++)
		tail_feed(&tail, "ee\nmore", 7);
	assert_string_equal(tail_last(&tail), "more");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keeps_lines_and_an_unfinished_one),
		cmocka_unit_test(gives_whole_lines_away),
		cmocka_unit_test(keeps_the_last_ten),
		cmocka_unit_test(knows_the_last_line),
		cmocka_unit_test(shortens_long_lines),
	};

	return cmocka_run_group_tests_name("tail", tests, NULL, NULL);
}
