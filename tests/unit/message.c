/* Messages: harmless, whole, and never waited for. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "message.h"

#define DOCUMENT 200000

static void check_escape(const char *bytes, size_t length, const char *expected)
{
	char *exact = malloc(length > 0 ? length : 1), *shown;

	assert_non_null(exact);
	memcpy(exact, bytes, length);
	shown = message_escape(exact, length);
	free(exact);
	assert_non_null(shown);
	assert_string_equal(shown, expected);
	free(shown);
}

#define ESCAPE(bytes, expected) check_escape(bytes, sizeof(bytes) - 1, expected)

static void test_what_is_harmless_is_shown_as_it_is(void **state)
{
	(void)state;
	ESCAPE("", "");
	ESCAPE("lists/dev [x] \\ \" $() ~", "lists/dev [x] \\ \" $() ~");
	ESCAPE("a\tb\nc", "a\tb\nc");
	ESCAPE("\xc2\xa0\xc3\xa4\xe2\x82\xac\xf0\x9f\x93\xac\xf4\x8f\xbf\xbf",
	       "\xc2\xa0\xc3\xa4\xe2\x82\xac\xf0\x9f\x93\xac\xf4\x8f\xbf\xbf");
}

static void test_controls_are_escaped(void **state)
{
	(void)state;
	ESCAPE("\x1b[2J\x07", "\\x1b[2J\\x07");
	ESCAPE("a\rb\x7f\0c", "a\\x0db\\x7f\\x00c");
	ESCAPE("\xc2\x80\xc2\x9b\xc2\x9f", "\\xc2\\x80\\xc2\\x9b\\xc2\\x9f");
}

static void test_invalid_utf8_is_escaped(void **state)
{
	(void)state;
	ESCAPE("\x9b\xff\xfe", "\\x9b\\xff\\xfe");
	ESCAPE("\xc3", "\\xc3");
	ESCAPE("\xc3(", "\\xc3(");
	ESCAPE("\xe2\x82", "\\xe2\\x82");
	ESCAPE("\xe2\x82 \xac", "\\xe2\\x82 \\xac");
	ESCAPE("\xc0\xaf\xc1\xbf", "\\xc0\\xaf\\xc1\\xbf");
	ESCAPE("\xe0\x9f\xbf\xf0\x8f\xbf\xbf", "\\xe0\\x9f\\xbf\\xf0\\x8f\\xbf\\xbf");
	ESCAPE("\xed\xa0\x80", "\\xed\\xa0\\x80");
	ESCAPE("\xf4\x90\x80\x80\xf5\x80\x80\x80", "\\xf4\\x90\\x80\\x80\\xf5\\x80\\x80\\x80");
}

/*
 * Runs speak in a child whose stdout and stderr are fds[1]; returns its exit
 * status.  It ends at an alarm rather than hang.
 */
static int run(void (*speak)(void), const int fds[2])
{
	pid_t child = fork();
	int status;

	assert_int_not_equal(child, -1);
	if (child == 0) {
		alarm(60);
		if (dup2(fds[1], STDOUT_FILENO) == -1 || dup2(fds[1], STDERR_FILENO) == -1)
			_exit(99);
		close(fds[0]);
		close(fds[1]);
		speak();
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

/* What is there to be read, up to the end of file or to emptiness. */
static void check_output(int fd, const char *expected)
{
	char text[4096];
	struct pollfd ready = { .fd = fd, .events = POLLIN };
	size_t used = 0;
	ssize_t got = 1;

	while (got > 0 && used < sizeof text - 1 && poll(&ready, 1, 0) == 1) {
		got = read(fd, text + used, sizeof text - 1 - used);
		assert_int_not_equal(got, -1);
		used += (size_t)got;
	}
	text[used] = '\0';
	assert_string_equal(text, expected);
}

static void speak_a_little(void)
{
	message_start("prog", true);
	message_error("what: %s", "why\x1b");
	message_print("%d mailboxes", 3);
	message_fatal(7, "the end: \xff");
}

static void test_lines_bear_the_programs_name(void **state)
{
	int pipes[2], sockets[2];
	static const char expected[] = "prog: what: why\\x1b\n3 mailboxes\nprog: the end: \\xff\n";

	(void)state;
	assert_int_equal(pipe2(pipes, O_CLOEXEC), 0);
	assert_int_equal(run(speak_a_little, pipes), 7);
	check_output(pipes[0], expected);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets), 0);
	assert_int_equal(run(speak_a_little, sockets), 7);
	check_output(sockets[0], expected);
	close(pipes[0]);
	close(pipes[1]);
	close(sockets[0]);
	close(sockets[1]);
}

/* The number of the descriptor, for a clock. */
static const char *number(int fd, char buffer[MESSAGE_STAMP])
{
	snprintf(buffer, MESSAGE_STAMP, "%s ", fd == STDOUT_FILENO ? "1st" : "2nd");
	return buffer;
}

static void speak_at_times(void)
{
	message_start("prog", false);
	message_error("before");
	message_stamp(number);
	message_error("why");
	message_print("what");
	message_print("a list:\n  of\n  lines\x1b");
	message_error("one\ntwo");
	message_stamp(NULL);
	message_print("after");
}

static void test_each_line_bears_one_stamp(void **state)
{
	int fds[2];

	(void)state;
	assert_int_equal(pipe2(fds, O_CLOEXEC), 0);
	assert_int_equal(run(speak_at_times, fds), 0);
	check_output(fds[0], "prog: before\n2nd prog: why\n1st what\n"
	                     "1st a list:\n1st   of\n1st   lines\\x1b\n"
	                     "2nd prog: one\n2nd two\nafter\n");
	close(fds[0]);
	close(fds[1]);
}

static void speak_too_much(void)
{
	message_start("prog", true);
	for (int i = 0; i < 100000; i++)
		message_error("a line that nobody reads, number %d", i);
}

static void test_a_pipe_that_nobody_reads_holds_up_nothing(void **state)
{
	int fds[2];

	(void)state;
	assert_int_equal(pipe2(fds, O_CLOEXEC), 0);
	assert_int_equal(run(speak_too_much, fds), 0);
	assert_int_equal(fcntl(fds[1], F_GETFL) & O_NONBLOCK, 0);
	close(fds[0]);
	close(fds[1]);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), 0);
	assert_int_equal(run(speak_too_much, fds), 0);
	close(fds[0]);
	close(fds[1]);
}

/* Fills the pipe, lets two lines get lost, makes room and goes on. */
static void speak_around_a_jam(void)
{
	static char bytes[4096];
	int fds[2];

	if (pipe2(fds, O_CLOEXEC | O_NONBLOCK) == -1 || dup2(fds[1], STDERR_FILENO) == -1)
		_exit(98);
	message_start("prog", true);
	message_stamp(number);
	while (write(fds[1], bytes, sizeof bytes) > 0)
		;
	message_error("lost");
	message_error("lost, too");
	for (ssize_t got = 1; got > 0;)
		got = read(fds[0], bytes, sizeof bytes);
	message_error("heard");
	message_error("heard, too");
	for (ssize_t got; (got = read(fds[0], bytes, sizeof bytes)) > 0;)
		if (write(STDOUT_FILENO, bytes, (size_t)got) != got)
			_exit(97);
}

static void test_lost_lines_are_counted(void **state)
{
	int fds[2];

	(void)state;
	assert_int_equal(pipe2(fds, O_CLOEXEC), 0);
	assert_int_equal(run(speak_around_a_jam, fds), 0);
	check_output(fds[0], "2nd prog: 2 messages lost: they could not be written\n"
	                     "2nd prog: heard\n2nd prog: heard, too\n");
	close(fds[0]);
	close(fds[1]);
}

/* A terminal that takes nothing more when it is full; fds as of a pipe. */
static void open_terminal(int fds[2])
{
	fds[0] = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
	assert_int_not_equal(fds[0], -1);
	assert_int_equal(grantpt(fds[0]), 0);
	assert_int_equal(unlockpt(fds[0]), 0);
	fds[1] = open(ptsname(fds[0]), O_RDWR | O_NOCTTY | O_CLOEXEC);
	assert_int_not_equal(fds[1], -1);
}

/* As below su(1): what we have can't be opened by us. */
static void become_another(void)
{
	if (fchmod(STDERR_FILENO, 0) == -1 || (geteuid() == 0 && setuid(65534) == -1))
		_exit(98);
	if (open("/proc/self/fd/2", O_WRONLY | O_NONBLOCK | O_CLOEXEC) != -1)
		_exit(97);
}

static void speak_too_much_as_another(void)
{
	char text[10001];

	become_another();
	message_start("prog", true);
	for (int i = 0; i < 5000; i++)
		message_error("a line that nobody reads, number %d", i);
	memset(text, 'x', sizeof text - 1);
	text[sizeof text - 1] = '\0';
	for (int i = 0; i < 100; i++)
		message_error("%s", text);
}

static void test_what_is_another_users_holds_up_nothing(void **state)
{
	int fds[2];

	(void)state;
	open_terminal(fds);
	assert_int_equal(run(speak_too_much_as_another, fds), 0);
	assert_int_equal(fcntl(fds[1], F_GETFL) & O_NONBLOCK, 0);
	close(fds[0]);
	close(fds[1]);
	assert_int_equal(pipe2(fds, O_CLOEXEC), 0);
	assert_int_equal(run(speak_too_much_as_another, fds), 0);
	assert_int_equal(fcntl(fds[1], F_GETFL) & O_NONBLOCK, 0);
	close(fds[0]);
	close(fds[1]);
}

#define WHOLE 9000              /* more than PIPE_BUF */

static bool is_count(const char *line)
{
	unsigned long count;
	int length = 0;

	(void)sscanf(line, "2nd prog: %lu messages lost: they could not be written%n", &count,
	             &length);
	return length > 0 && line[length] == '\0';
}

/* Reads all there is behind what is left of a line; the lines are this one or tell a count. */
static void check_lines(int fd, char *bytes, size_t room, const char *expected)
{
	size_t used = strlen(bytes);
	char *line = bytes, *end;

	for (ssize_t got; (got = read(fd, bytes + used, room - 1 - used)) > 0;)
		used += (size_t)got;
	bytes[used] = '\0';
	for (; (end = strchr(line, '\n')) != NULL; line = end + 1) {
		*(end > line && end[-1] == '\r' ? end - 1 : end) = '\0';
		if (strcmp(line, expected) != 0 && !is_count(line))
			_exit(96);
	}
	memmove(bytes, line, strlen(line) + 1);
}

/* Lines of this length until some are lost, then room, and more of them. */
static void speak_in_parts(const int fds[2], size_t length)
{
	static char bytes[1 << 20];
	char text[WHOLE + 1], expected[WHOLE + 20];
	bool parted = false;

	memset(text, 'y', length);
	text[length] = '\0';
	snprintf(expected, sizeof expected, "2nd prog: %s", text);
	if (dup2(fds[1], STDERR_FILENO) == -1)
		_exit(99);
	message_start("prog", true);
	message_stamp(number);
	for (int i = 0; i < 4; i++) {
		for (size_t said = 0; said < 200000; said += length)
			message_error("%s", text);
		check_lines(fds[0], bytes, sizeof bytes, expected);
		parted = parted || bytes[0] != '\0';
	}
	_exit(parted ? 0 : 95);
}

static void speak_on_a_terminal(void)
{
	int fds[2];

	open_terminal(fds);
	speak_in_parts(fds, 61);
}

static void speak_into_a_pipe(void)
{
	int fds[2];

	if (pipe2(fds, O_CLOEXEC | O_NONBLOCK) == -1)
		_exit(98);
	speak_in_parts(fds, WHOLE);
}

static void test_a_line_is_whole(void **state)
{
	int fds[2];

	(void)state;
	assert_int_equal(pipe2(fds, O_CLOEXEC), 0);
	assert_int_equal(run(speak_on_a_terminal, fds), 0);
	assert_int_equal(run(speak_into_a_pipe, fds), 0);
	close(fds[0]);
	close(fds[1]);
}

static void write_down(void *context, const char *text)
{
	fprintf(context, "heard: %s\n", text);
	fflush(context);
}

static void speak_quietly(void)
{
	message_start("prog", false);
	message_listen(write_down, stdout);
	message_quiet(true);
	message_print("news\x1b");
	message_error("why");
	message_report("asked for");
	message_quiet(false);
	message_print("more news");
}

static void test_news_is_heard_but_not_written_where_none_is_wanted(void **state)
{
	int pipes[2];

	(void)state;
	assert_int_equal(pipe2(pipes, O_CLOEXEC), 0);
	assert_int_equal(run(speak_quietly, pipes), 0);
	check_output(pipes[0], "heard: news\\x1b\nheard: why\nprog: why\nasked for\n"
	                       "heard: more news\nmore news\n");
	close(pipes[0]);
	close(pipes[1]);
}

static void speak_to_a_full_disk(void)
{
	int full = open("/dev/full", O_WRONLY | O_CLOEXEC);

	if (full == -1 || dup2(full, STDOUT_FILENO) == -1)
		_exit(98);
	message_start("prog", true);
	message_print("nobody hears this");
	_exit(message_document("nor this\n"));
}

static void test_a_document_that_can_not_be_written_is_told(void **state)
{
	int fds[2];

	(void)state;
	assert_int_equal(pipe2(fds, O_CLOEXEC), 0);
	assert_int_equal(run(speak_to_a_full_disk, fds), 1);
	check_output(fds[0], "prog: standard output: No space left on device\n");
	close(fds[0]);
	close(fds[1]);
}

static char document[DOCUMENT + 1];

/* A reader of its own sees the whole although the pipe is non-blocking and small. */
static void speak_at_length(void)
{
	int fds[2], status;
	pid_t reader;
	size_t total = 0;
	char bytes[1000];

	if (pipe2(fds, O_CLOEXEC | O_NONBLOCK) == -1 || (reader = fork()) == -1)
		_exit(98);
	if (reader == 0) {
		struct pollfd ready = { .fd = fds[0], .events = POLLIN };

		close(fds[1]);
		for (ssize_t got = 1; got != 0; total += got > 0 ? (size_t)got : 0) {
			poll(&ready, 1, -1);
			got = read(fds[0], bytes, sizeof bytes);
		}
		_exit(total == DOCUMENT ? 0 : 1);
	}
	close(fds[0]);
	if (dup2(fds[1], STDOUT_FILENO) == -1 || message_document(document) != 0)
		_exit(97);
	close(fds[1]);
	close(STDOUT_FILENO);
	_exit(waitpid(reader, &status, 0) == reader && status == 0 ? 0 : 96);
}

static void test_a_document_is_whole(void **state)
{
	int fds[2];

	(void)state;
	memset(document, 'x', DOCUMENT);
	assert_int_equal(pipe2(fds, O_CLOEXEC), 0);
	assert_int_equal(run(speak_at_length, fds), 0);
	close(fds[0]);
	close(fds[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_is_harmless_is_shown_as_it_is),
		cmocka_unit_test(test_controls_are_escaped),
		cmocka_unit_test(test_invalid_utf8_is_escaped),
		cmocka_unit_test(test_lines_bear_the_programs_name),
		cmocka_unit_test(test_each_line_bears_one_stamp),
		cmocka_unit_test(test_news_is_heard_but_not_written_where_none_is_wanted),
		cmocka_unit_test(test_a_pipe_that_nobody_reads_holds_up_nothing),
		cmocka_unit_test(test_lost_lines_are_counted),
		cmocka_unit_test(test_what_is_another_users_holds_up_nothing),
		cmocka_unit_test(test_a_line_is_whole),
		cmocka_unit_test(test_a_document_that_can_not_be_written_is_told),
		cmocka_unit_test(test_a_document_is_whole),
	};

	return cmocka_run_group_tests_name("messages", tests, NULL, NULL);
}
