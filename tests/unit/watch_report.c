#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "../../lib/report.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Mailbox N is "box N"; those above 1000 have no name. */
static const char *name(void *context, uint32_t mailbox)
{
	static char text[32];

	(void)context;
	snprintf(text, sizeof text, "box %u", (unsigned)mailbox);
	return mailbox > 1000 ? NULL : text;
}

static void is_chunk(struct report *report, const char *wanted)
{
	assert_true(report_fill(report, name, NULL));
	assert_int_equal(report->filled, strlen(wanted));
	assert_memory_equal(report->chunk, wanted, strlen(wanted));
	report->written = report->filled;
}

static void each_mailbox_once_in_order(void **state)
{
	struct report report;

	(void)state;
	report_start(&report, -1);
	assert_false(report_fill(&report, name, NULL));
	report_mailbox(&report, 5);
	report_mailbox(&report, 3);
	report_mailbox(&report, 5);
	is_chunk(&report, "box 5\nbox 3\n");
	assert_false(report_fill(&report, name, NULL));
	report_mailbox(&report, 5);
	report_all(&report);
	report_all(&report);
	is_chunk(&report, "box 5\n\n");
	report_end(&report);
}

static void a_forgotten_mailbox_is_not_printed(void **state)
{
	struct report report;

	(void)state;
	report_start(&report, -1);
	report_mailbox(&report, 1);
	report_mailbox(&report, 2);
	report_mailbox(&report, 3);
	report_forget(&report, 2);
	report_forget(&report, 7);
	is_chunk(&report, "box 1\nbox 3\n");
	report_end(&report);
}

static void a_name_that_can_t_be_said_is_all(void **state)
{
	struct report report;

	(void)state;
	report_start(&report, -1);
	report_mailbox(&report, 2000);
	report_mailbox(&report, 1);
	is_chunk(&report, "box 1\n\n");
	report_end(&report);
}

/* A pipe that holds one page and has room for less than a line. */
static void fill_pipe(int pipes[2], size_t leave)
{
	static const char junk[PIPE_BUF];

	assert_int_equal(pipe2(pipes, O_CLOEXEC), 0);
	fcntl(pipes[1], F_SETPIPE_SZ, PIPE_BUF);
	assert_int_equal(write(pipes[1], junk, PIPE_BUF - leave), PIPE_BUF - (ssize_t)leave);
}

static uint32_t asked[8];
static size_t times_asked;

static bool wants_odd(void *context, uint32_t mailbox)
{
	(void)context;
	asked[times_asked++ % 8] = mailbox;
	return mailbox % 2 != 0;
}

static void what_is_not_wanted_after_all_is_not_printed(void **state)
{
	struct report report;

	(void)state;
	report_start(&report, -1);
	report.judge = wants_odd;
	report_mailbox(&report, 2);
	report_mailbox(&report, 3);
	report_mailbox(&report, 2000);
	assert_int_equal(times_asked, 0);
	is_chunk(&report, "box 3\n");
	assert_int_equal(times_asked, 3);
	assert_false(report_fill(&report, name, NULL));
	report_mailbox(&report, 2001);
	is_chunk(&report, "\n");
	report_end(&report);
}

static bool wants_all(void *context, uint32_t mailbox)
{
	(void)context;
	(void)mailbox;
	times_asked++;
	return true;
}

/* A line that has no room any more is not asked for before it has. */
static void what_waits_for_room_is_judged_later(void **state)
{
	struct report report;
	uint32_t mailbox;

	(void)state;
	times_asked = 0;
	report_start(&report, -1);
	report.judge = wants_all;
	for (mailbox = 0; mailbox < 1000; mailbox++)
		report_mailbox(&report, mailbox);
	assert_true(report_fill(&report, name, NULL));
	assert_true(report_is_behind(&report));
	assert_true(report.queued > 0);
	assert_int_equal(times_asked, 1000 - report.queued);
	report.written = report.filled;
	assert_false(report_is_behind(&report));
	assert_true(report_fill(&report, name, NULL));
	assert_int_equal(times_asked, 1000 - report.queued);
	report_end(&report);
}

static void a_nearly_full_pipe_gets_no_torn_line(void **state)
{
	struct report report;
	char buffer[PIPE_BUF];
	int pipes[2];
	uint32_t i;

	(void)state;
	fill_pipe(pipes, 3);
	report_start(&report, pipes[1]);
	report_mailbox(&report, 1);
	assert_int_equal(report_write(&report, 0, name, NULL), REPORT_BLOCKED);
	assert_true(report_due(&report) == CLOCK_NEVER);
	for (i = 0; i < 100000; i++)
		report_mailbox(&report, i % 7);
	assert_int_equal(report_write(&report, 1000, name, NULL), REPORT_BLOCKED);
	assert_int_equal(read(pipes[0], buffer, sizeof buffer), PIPE_BUF - 3);
	assert_int_equal(report_write(&report, 2000, name, NULL), REPORT_QUIET);
	assert_int_equal(read(pipes[0], buffer, sizeof buffer), 8 * 6);
	assert_memory_equal(buffer, "box 1\nbox 0\n", 12);
	report_end(&report);
	close(pipes[1]);
	assert_int_equal(read(pipes[0], buffer, sizeof buffer), 0);
	close(pipes[0]);
}

static void batches_keep_apart(void **state)
{
	struct report report;
	char buffer[64];
	int pipes[2];

	(void)state;
	assert_int_equal(pipe2(pipes, O_CLOEXEC | O_NONBLOCK), 0);
	report_start(&report, pipes[1]);
	report_mailbox(&report, 1);
	assert_int_equal(report_due(&report), 0);
	assert_int_equal(report_write(&report, 1000, name, NULL), REPORT_QUIET);
	assert_true(report_due(&report) == CLOCK_NEVER);
	assert_int_equal(read(pipes[0], buffer, sizeof buffer), 6);
	report_mailbox(&report, 2);
	assert_int_equal(report_due(&report), 1000 + REPORT_PAUSE);
	assert_int_equal(report_write(&report, 1001, name, NULL), REPORT_QUIET);
	assert_int_equal(read(pipes[0], buffer, sizeof buffer), -1);
	assert_int_equal(report_write(&report, 1000 + REPORT_PAUSE, name, NULL), REPORT_QUIET);
	assert_int_equal(read(pipes[0], buffer, sizeof buffer), 6);
	report_end(&report);
	close(pipes[0]);
	close(pipes[1]);
}

static void a_long_storm_has_longer_pauses(void **state)
{
	struct report report;
	clock_ms now = 1000, before = 0;
	int pipes[2], i;

	(void)state;
	assert_int_equal(pipe2(pipes, O_CLOEXEC | O_NONBLOCK), 0);
	report_start(&report, pipes[1]);
	for (i = 0; i < 3 * REPORT_STORM; i++) {
		report_mailbox(&report, 1);
		before = now;
		assert_int_equal(report_write(&report, now, name, NULL), REPORT_QUIET);
		report_mailbox(&report, 1);
		now = report_due(&report);
	}
	assert_int_equal(now - before, 3 * REPORT_PAUSE);
	now += 1000;
	assert_int_equal(report_write(&report, now, name, NULL), REPORT_QUIET);
	report_mailbox(&report, 1);
	assert_int_equal(report_due(&report), now + REPORT_PAUSE);
	report_end(&report);
	close(pipes[0]);
	close(pipes[1]);
}

static void more_than_a_chunk_is_one_batch(void **state)
{
	struct report report;
	char buffer[65536];
	ssize_t got, lines = 0, i;
	int pipes[2];
	uint32_t box;

	(void)state;
	assert_int_equal(pipe2(pipes, O_CLOEXEC | O_NONBLOCK), 0);
	report_start(&report, pipes[1]);
	for (box = 0; box < 1000; box++)
		report_mailbox(&report, box);
	assert_int_equal(report_write(&report, 5, name, NULL), REPORT_QUIET);
	while ((got = read(pipes[0], buffer, sizeof buffer)) > 0)
		for (i = 0; i < got; i++)
			lines += buffer[i] == '\n';
	assert_int_equal(lines, 1000);
	report_end(&report);
	close(pipes[0]);
	close(pipes[1]);
}

static void a_reader_that_has_gone_is_noticed(void **state)
{
	struct report report;
	int pipes[2], sockets[2];

	(void)state;
	assert_int_equal(pipe2(pipes, O_CLOEXEC), 0);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets), 0);
	report_start(&report, pipes[1]);
	close(pipes[0]);
	report_all(&report);
	assert_int_equal(report_write(&report, 0, name, NULL), REPORT_UNREAD);
	report_end(&report);
	close(pipes[1]);
	report_start(&report, sockets[0]);
	close(sockets[1]);
	report_all(&report);
	assert_int_equal(report_write(&report, 0, name, NULL), REPORT_UNREAD);
	report_end(&report);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_mailbox_once_in_order),
		cmocka_unit_test(a_forgotten_mailbox_is_not_printed),
		cmocka_unit_test(a_name_that_can_t_be_said_is_all),
		cmocka_unit_test(what_is_not_wanted_after_all_is_not_printed),
		cmocka_unit_test(what_waits_for_room_is_judged_later),
		cmocka_unit_test(a_nearly_full_pipe_gets_no_torn_line),
		cmocka_unit_test(batches_keep_apart),
		cmocka_unit_test(a_long_storm_has_longer_pauses),
		cmocka_unit_test(more_than_a_chunk_is_one_batch),
		cmocka_unit_test(a_reader_that_has_gone_is_noticed),
	};

	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
