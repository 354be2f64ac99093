/* What is told of sync runs, with a made-up clock. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "../../mswatch/reporter.h"
#include "message.h"

#define S ((clock_ms)1000)

static char program[] = "mbsync";
static char *command[] = { program, NULL };
static const struct config config = { .sync = command };
static struct reporter reporter;
static struct syncer syncer;
static struct schedule_run run;
static const char *names[10];
static clock_ms now;
static FILE *told;
static int screens[2];

static void listen(bool on)
{
	int fds[2] = { on ? fileno(told) : screens[0], on ? fileno(told) : screens[1] };

	assert_int_not_equal(dup2(fds[0], STDOUT_FILENO), -1);
	assert_int_not_equal(dup2(fds[1], STDERR_FILENO), -1);
}

/* What was said since the last time. */
static const char *heard(void)
{
	static char text[10000];
	ssize_t length = pread(fileno(told), text, sizeof text - 1, 0);

	assert_true(length >= 0);
	text[length] = '\0';
	assert_int_equal(lseek(fileno(told), 0, SEEK_SET), 0);
	assert_int_equal(ftruncate(fileno(told), 0), 0);
	return text;
}

static void check_told(const char *expected)
{
	assert_string_equal(heard(), expected);
}

/* The mailboxes of the next run, each a letter; none: all mailboxes. */
static void take(const char *letters)
{
	static char name[10][2];
	size_t i;

	run = (struct schedule_run){ .whole = letters[0] == '\0', .names = names,
		                     .count = strlen(letters) };
	for (i = 0; i < run.count; i++) {
		name[i][0] = letters[i];
		names[i] = name[i];
	}
}

static void begins(const char *letters)
{
	take(letters);
	syncer.started = now;
	listen(true);
	reporter_started(&reporter, &run, &syncer);
	listen(false);
}

static void ends(bool success, clock_ms lasted)
{
	now += lasted;
	syncer.success = success;
	syncer.lasted = lasted;
	snprintf(syncer.cause, sizeof syncer.cause, "mbsync exited (status 1)");
	listen(true);
	reporter_ended(&reporter, &run, &syncer, now);
	listen(false);
}

static void passes(const char *letters, bool success)
{
	begins(letters);
	ends(success, 400);
}

static void ticks(clock_ms until)
{
	now = until;
	listen(true);
	reporter_tick(&reporter, &syncer, now);
	listen(false);
}

static void start(bool quiet, bool verbose)
{
	now = 100000;
	syncer = (struct syncer){ .config = &config, .argv = command };
	diagnostics_start(&syncer.program.diagnostics, NULL, program);
	reporter_init(&reporter, 1000, verbose);
	message_quiet(quiet);
}

static int end(void **state)
{
	(void)state;
	reporter_free(&reporter);
	return 0;
}

static void a_sync_is_one_line_when_it_is_over(void **state)
{
	(void)state;
	start(false, false);
	begins("A");
	check_told("");
	ends(true, 400);
	check_told("synced A in 0.4 s\n");
	passes("ABC", true);
	check_told("synced A, B, C in 0.4 s\n");
	passes("ABCDEFG", true);
	check_told("synced A, B, C and 4 more in 0.4 s\n");
	begins("");
	ends(true, 3 * S);
	check_told("synced all mailboxes in 3 s\n");
}

static void a_start_is_told_with_verbose(void **state)
{
	(void)state;
	start(false, true);
	begins("AB");
	check_told("Sync started (A, B)\n+ mbsync\n");
	assert_int_equal(reporter_wake(&reporter), CLOCK_NEVER);
	ends(true, 400);
	check_told("synced A, B in 0.4 s\n");
}

static void a_long_run_is_told_after_ten_seconds(void **state)
{
	(void)state;
	start(false, false);
	assert_int_equal(reporter_wake(&reporter), CLOCK_NEVER);
	begins("");
	assert_int_equal(reporter_wake(&reporter), now + 10 * S);
	ticks(now + 10 * S - 1);
	check_told("");
	ticks(now + 1);
	check_told("Sync started 10 s ago (all mailboxes)\n+ mbsync\n");
	assert_int_equal(reporter_wake(&reporter), CLOCK_NEVER);
	ticks(now + 60 * S);
	ends(true, 70 * S);
	check_told("synced all mailboxes in 1 min 10 s\n");
	passes("A", true);
	assert_int_equal(reporter_wake(&reporter), CLOCK_NEVER);
	ticks(now + 60 * S);
	check_told("synced A in 0.4 s\n");
}

static void so_is_a_long_retry(void **state)
{
	(void)state;
	start(false, false);
	passes("A", false);
	(void)heard();
	begins("A");
	assert_int_equal(reporter_wake(&reporter), now + 10 * S);
	ticks(now + 10 * S);
	check_told("Sync started 10 s ago (A)\n+ mbsync\n");
}

static void quiet_tells_failures_only(void **state)
{
	(void)state;
	start(true, false);
	begins("");
	ends(true, 400);
	check_told("");
	passes("A", false);
	check_told("mswatch: Sync errored: mbsync exited (status 1) after 0.4 s (A)\n");
	passes("A", true);
	check_told("");
}

static void a_retry_that_succeeds_names_its_mailboxes(void **state)
{
	(void)state;
	start(false, false);
	passes("AB", false);
	check_told("mswatch: Sync errored: mbsync exited (status 1) after 0.4 s (A, B)\n");
	passes("AB", false);
	check_told("");
	now += S;
	passes("AB", true);
	check_told("synced A, B in 0.4 s\nsync: syncing again after 1.8 s (A, B)\n");
}

static void parts_that_succeed_are_named_together(void **state)
{
	(void)state;
	start(false, false);
	passes("ABCD", false);
	check_told("mswatch: Sync errored: mbsync exited (status 1) after 0.4 s "
	           "(A, B, C and 1 more)\n");
	passes("AB", true);
	check_told("synced A, B in 0.4 s\n");
	passes("CD", false);
	check_told("");
	passes("C", true);
	check_told("synced C in 0.4 s\n");
	passes("X", true);
	check_told("synced X in 0.4 s\n");
	passes("D", true);
	check_told("synced D in 0.4 s\nsync: syncing again after 2 s (A, B, C and 1 more)\n");
	passes("D", true);
	check_told("synced D in 0.4 s\n");
}

static void one_that_fails_on_is_named_when_it_works(void **state)
{
	(void)state;
	start(false, false);
	passes("ABC", false);
	check_told("mswatch: Sync errored: mbsync exited (status 1) after 0.4 s (A, B, C)\n");
	passes("A", false);
	check_told("mswatch: Sync errored: mbsync exited (status 1) after 0.4 s (A)\n");
	passes("BC", true);
	check_told("synced B, C in 0.4 s\n");
	passes("A", true);
	check_told("synced A in 0.4 s\nsync: syncing again after 0.8 s (A)\n");
}

static void all_mailboxes_are_named_where_all_had_failed(void **state)
{
	(void)state;
	start(false, false);
	passes("A", false);
	passes("BC", false);
	check_told("mswatch: Sync errored: mbsync exited (status 1) after 0.4 s (A)\n"
	           "mswatch: Sync errored: mbsync exited (status 1) after 0.4 s (B, C)\n");
	passes("", true);
	check_told("synced all mailboxes in 0.4 s\nsync: syncing again after 0.8 s (A, B, C)\n");
	passes("", true);
	check_told("synced all mailboxes in 0.4 s\n");
	passes("", false);
	check_told("mswatch: Sync errored: mbsync exited (status 1) after 0.4 s (all mailboxes)\n");
	passes("A", true);
	check_told("synced A in 0.4 s\n");
	passes("", true);
	check_told("synced all mailboxes in 0.4 s\n"
	           "sync: syncing again after 0.8 s (all mailboxes)\n");
}

static void what_fails_on_is_told_a_second_later(void **state)
{
	(void)state;
	start(false, false);
	passes("A", false);
	passes("A", false);
	passes("A", false);
	check_told("mswatch: Sync errored: mbsync exited (status 1) after 0.4 s (A)\n");
	begins("A");
	ends(false, 200);
	assert_non_null(strstr(heard(), "mswatch: sync: still failing after 4 tries since "));
}

static void nothing_is_synced_where_it_only_would_be(void **state)
{
	(void)state;
	start(false, false);
	take("ABCD");
	listen(true);
	reporter_would(&reporter, &run, &syncer);
	listen(false);
	check_told("would sync A, B, C and 1 more\n+ mbsync\n");
	assert_int_equal(reporter_wake(&reporter), CLOCK_NEVER);
}

static void check_failing(const char *expected)
{
	char text[REPORTER_ROOM];
	const char *failing = reporter_failing(&reporter, now, text);

	if (expected == NULL)
		assert_null(failing);
	else
		assert_string_equal(failing + strlen("failing since hh:mm: "), expected);
}

static void what_fails_is_named(void **state)
{
	(void)state;
	start(true, false);
	check_failing(NULL);
	passes("", false);
	check_failing("mbsync exited (status 1) (all mailboxes)");
	passes("A", false);
	check_failing("mbsync exited (status 1) (all mailboxes, A)");
	passes("BCDE", false);
	check_failing("mbsync exited (status 1) (all mailboxes, A, B and 3 more)");
	passes("BC", true);
	check_failing("mbsync exited (status 1) (all mailboxes, A, D and 1 more)");
	passes("A", true);
	passes("DE", true);
	check_failing("mbsync exited (status 1) (all mailboxes)");
	passes("", true);
	check_failing(NULL);
	(void)heard();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(a_sync_is_one_line_when_it_is_over, end),
		cmocka_unit_test_teardown(a_start_is_told_with_verbose, end),
		cmocka_unit_test_teardown(a_long_run_is_told_after_ten_seconds, end),
		cmocka_unit_test_teardown(so_is_a_long_retry, end),
		cmocka_unit_test_teardown(quiet_tells_failures_only, end),
		cmocka_unit_test_teardown(a_retry_that_succeeds_names_its_mailboxes, end),
		cmocka_unit_test_teardown(parts_that_succeed_are_named_together, end),
		cmocka_unit_test_teardown(one_that_fails_on_is_named_when_it_works, end),
		cmocka_unit_test_teardown(all_mailboxes_are_named_where_all_had_failed, end),
		cmocka_unit_test_teardown(what_fails_on_is_told_a_second_later, end),
		cmocka_unit_test_teardown(nothing_is_synced_where_it_only_would_be, end),
		cmocka_unit_test_teardown(what_fails_is_named, end),
	};

	told = tmpfile();
	screens[0] = dup(STDOUT_FILENO);
	screens[1] = dup(STDERR_FILENO);
	if (told == NULL || screens[0] == -1 || screens[1] == -1)
		return 1;
	return cmocka_run_group_tests_name("reports of syncs", tests, NULL, NULL);
}
