/* A watcher's bytes, cut into lines. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "lines.h"
#include "memory.h"

/* Every line that was taken, as "<text>", or "!" for one that is not whole. */
static char *taken;

static void take(void *context, const char *line, size_t length, bool whole)
{
	char *more;

	assert_ptr_equal(context, &taken);
	assert_int_equal(strlen(line), length);
	if (!whole)
		assert_int_equal(length, 0);
	more = whole ? memory_format("%s<%s>", taken, line) : memory_format("%s!", taken);
	free(taken);
	taken = more;
}

static struct lines *start(void)
{
	struct lines *lines = memory_new(1, sizeof *lines);

	lines_reset(lines);
	free(taken);
	taken = memory_copy("");
	return lines;
}

static void feed(struct lines *lines, const char *bytes, size_t count)
{
	char *exact = memory_new(count, 1); /* a sanitizer sees each overrun */

	memcpy(exact, bytes, count);
	lines_feed(lines, exact, count, take, &taken);
	free(exact);
}

static void feed_text(struct lines *lines, const char *text)
{
	feed(lines, text, strlen(text));
}

static void feed_many(struct lines *lines, char byte, size_t count)
{
	char *bytes = memory_new(count, 1);

	memset(bytes, byte, count);
	feed(lines, bytes, count);
	free(bytes);
}

static void test_lines_and_the_empty_line(void **state)
{
	struct lines *lines = start();

	(void)state;
	feed_text(lines, "\nINBOX\n\n\nlists/dev\n");
	assert_string_equal(taken, "<><INBOX><><><lists/dev>");
	free(lines);
}

static void test_bytes_one_by_one(void **state)
{
	static const char text[] = "\nINBOX\na b\r\nrest";
	struct lines *lines = start();

	(void)state;
	for (size_t i = 0; text[i] != '\0'; i++)
		feed(lines, text + i, 1);
	assert_string_equal(taken, "<><INBOX><a b\r>");
	feed_text(lines, "");
	feed_text(lines, " of it\n");
	assert_string_equal(taken, "<><INBOX><a b\r><rest of it>");
	free(lines);
}

static void test_reset_forgets_the_line_under_way(void **state)
{
	struct lines *lines = start();

	(void)state;
	feed_text(lines, "IN");
	lines_reset(lines);
	feed_text(lines, "BOX\n");
	feed_many(lines, 'x', LINES_MAX + 1);
	lines_reset(lines);
	feed_text(lines, "a\n");
	assert_string_equal(taken, "<BOX><a>");
	free(lines);
}

static void test_a_nul_makes_a_line_unknown(void **state)
{
	struct lines *lines = start();

	(void)state;
	feed(lines, "IN\0BOX\n\0\na\n", 11);
	assert_string_equal(taken, "!!<a>");
	free(lines);
}

static void test_the_longest_line(void **state)
{
	struct lines *lines = start();

	(void)state;
	feed_many(lines, 'x', LINES_MAX);
	feed_text(lines, "\n");
	assert_int_equal(strlen(taken), LINES_MAX + 2);
	free(lines);
}

static void test_a_longer_line_is_unknown_and_the_next_is_not(void **state)
{
	struct lines *lines = start();

	(void)state;
	feed_many(lines, 'x', LINES_MAX + 1);
	feed_text(lines, "\na\n");
	assert_string_equal(taken, "!<a>");
	for (int i = 0; i < 100; i++)
		feed_many(lines, 'x', LINES_MAX - 1);
	assert_string_equal(taken, "!<a>");
	feed_text(lines, "y\nb\n");
	assert_string_equal(taken, "!<a>!<b>");
	free(lines);
}

static void test_a_long_line_whose_end_is_short(void **state)
{
	struct lines *lines = start();

	(void)state;
	feed_many(lines, 'x', LINES_MAX + 1);
	feed_text(lines, "INBOX");
	feed_text(lines, "\n");
	assert_string_equal(taken, "!");
	free(lines);
}

static int stop(void **state)
{
	(void)state;
	free(taken);
	taken = NULL;
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines_and_the_empty_line),
		cmocka_unit_test(test_bytes_one_by_one),
		cmocka_unit_test(test_reset_forgets_the_line_under_way),
		cmocka_unit_test(test_a_nul_makes_a_line_unknown),
		cmocka_unit_test(test_the_longest_line),
		cmocka_unit_test(test_a_longer_line_is_unknown_and_the_next_is_not),
		cmocka_unit_test(test_a_long_line_whose_end_is_short),
	};

	return cmocka_run_group_tests_name("lines", tests, NULL, stop);
}
