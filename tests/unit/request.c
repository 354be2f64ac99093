/* The control channel's protocol: requests cut anywhere, and what is none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "control/request.h"
#include "memory.h"

static const char *feed(struct request *request, const char *text)
{
	return request_feed(request, text, strlen(text));
}

static void assert_refused(const char *text, const char *why)
{
	struct request request = REQUEST_INITIALIZER;
	const char *said = feed(&request, text);

	assert_non_null(said);
	assert_non_null(strstr(said, why));
	assert_false(request.complete);
	request_free(&request);
}

static void a_request_may_be_cut_anywhere(void **state)
{
	const char *const names[] = { "INBOX", "lists/dev", "mswatch 1 stop", " a \t=!#." };
	size_t length;
	char *text = request_format(CONTROL_SYNC, names, 4, &length);

	(void)state;
	assert_non_null(text);
	for (size_t cut = 0; cut <= length; cut++) {
		struct request request = REQUEST_INITIALIZER;

		assert_null(request_feed(&request, text, cut));
		assert_int_equal(request.complete, cut == length);
		assert_null(request_feed(&request, text + cut, length - cut));
		assert_true(request.complete);
		assert_int_equal(request.command, CONTROL_SYNC);
		assert_int_equal(request.count, 4);
		for (size_t i = 0; i < 4; i++)
			assert_string_equal(request.argument[i], names[i]);
		request_free(&request);
	}
	free(text);
}

static void each_command_survives_the_way(void **state)
{
	(void)state;
	for (int command = CONTROL_STATUS; command <= CONTROL_WATCH; command++) {
		struct request request = REQUEST_INITIALIZER;
		size_t length;
		char *text = request_format((enum control_command)command, NULL, 0, &length);

		assert_null(request_feed(&request, text, length));
		assert_true(request.complete);
		assert_int_equal(request.command, command);
		assert_int_equal(request.count, 0);
		request_free(&request);
		free(text);
	}
}

static void what_follows_is_a_question(void **state)
{
	struct request request = REQUEST_INITIALIZER;

	(void)state;
	assert_null(feed(&request, "mswatch 1 watch\n\n\n"));
	assert_true(request.complete);
	assert_int_equal(request.pings, 1);
	assert_null(feed(&request, "\n\n"));
	assert_int_equal(request.pings, 3);
	assert_non_null(feed(&request, "mswatch"));
	request_free(&request);
}

static void no_request_is_refused(void **state)
{
	(void)state;
	assert_refused("\n\n", "no request");
	assert_refused("GET / HTTP/1.0\n\n", "no request");
	assert_refused("mswatch 2 status\n\n", "another version");
	assert_refused("mswatch 1 dance\n\n", "does not know");
	assert_refused("mswatch 1 \n\n", "does not know");
	assert_refused("mswatch 1 status\n\nmore", "more than one");
}

static void a_nul_byte_is_refused(void **state)
{
	static const char text[] = "mswatch 1 sync\na\0b\n\n";
	struct request request = REQUEST_INITIALIZER;

	(void)state;
	assert_non_null(request_feed(&request, text, sizeof text - 1));
	assert_false(request.complete);
	request_free(&request);
}

static void a_flood_is_bounded(void **state)
{
	struct request request = REQUEST_INITIALIZER;
	char bytes[1000];
	size_t fed = 0;

	(void)state;
	memset(bytes, 'x', sizeof bytes);
	while (request_feed(&request, bytes, sizeof bytes) == NULL)
		fed += sizeof bytes;
	assert_true(fed <= REQUEST_MOST);
	assert_true(fed + sizeof bytes > REQUEST_MOST);
	assert_true(request.room <= 2 * REQUEST_MOST);
	request_free(&request);
}

static void names_that_cannot_be_asked_for(void **state)
{
	char *long_name = memory_new(REQUEST_MOST, 1);
	const char *name;
	size_t length;

	(void)state;
	memset(long_name, 'x', REQUEST_MOST - 1);
	name = "a\nb";
	assert_null(request_format(CONTROL_SYNC, &name, 1, &length));
	name = "";
	assert_null(request_format(CONTROL_SYNC, &name, 1, &length));
	name = long_name;
	assert_null(request_format(CONTROL_SYNC, &name, 1, &length));
	free(long_name);
}

static void assert_answer(const char *text, const char *expected)
{
	size_t length;
	char *answer = answer_format('=', text, &length);

	assert_string_equal(answer, expected);
	assert_int_equal(length, strlen(expected));
	free(answer);
}

static void answers_are_whole_lines(void **state)
{
	(void)state;
	assert_answer("", "");
	assert_answer("one", "=one\n");
	assert_answer("one\n", "=one\n");
	assert_answer("one\n\n#2\n", "=one\n=\n=#2\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_request_may_be_cut_anywhere),
		cmocka_unit_test(each_command_survives_the_way),
		cmocka_unit_test(what_follows_is_a_question),
		cmocka_unit_test(no_request_is_refused),
		cmocka_unit_test(a_nul_byte_is_refused),
		cmocka_unit_test(a_flood_is_bounded),
		cmocka_unit_test(names_that_cannot_be_asked_for),
		cmocka_unit_test(answers_are_whole_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
