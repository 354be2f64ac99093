#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "../../lib/processes.h"
#include "../../watch_maildirs/echo.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void syncers_names_are_read(void **state)
{
	struct echo_author author;

	(void)state;
	assert_true(echo_parse("1700000000.12345_7.host,U=42:2,S", &author));
	assert_int_equal(author.time, 1700000000);
	assert_int_equal(author.pid, 12345);
	assert_string_equal(author.host, "host");
	assert_true(echo_parse("1700000000.12345_7.host,U=42", &author));
	assert_true(echo_parse("1700000000_3.777.a.b.org,U=4,FMD5=0cc175b9c0f1b6a8:2,", &author));
	assert_int_equal(author.pid, 777);
	assert_string_equal(author.host, "a.b.org");
}

static void other_names_are_not(void **state)
{
	static const char *const names[] = {
		"", "1700000000.M12P345.host,S=3:2,", "1700000000.12345_7.host", "1.2_3.h,S=4",
		"1.2_3.,U=4", "1.2_3.h,U=", "1.2_3.h,U=x", "1.2_3.h,U=5x", "1.0_3.h,U=5",
		"1.-2_3.h,U=5", ".2_3.h,U=5", "1.2_.h,U=5", "1.99999999999_3.h,U=5",
		"99999999999999999999.2_3.h,U=5", "1.2_3.h,U=99999999999", "1_2.3,U=5",
	};
	struct echo_author author;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof names / sizeof names[0]; i++)
		if (echo_parse(names[i], &author))
			fail_msg("'%s' was taken for a syncer's", names[i]);
}

static void process_lines_are_read(void **state)
{
	struct process process;

	(void)state;
	assert_true(process_parse("12 (a) b (c) S 7 12 12 0 -1 4194304 1 2 3 4 5 6 7 8 20 0 1 "
	                               "0 5678 9 10", &process));
	assert_int_equal(process.parent, 7);
	assert_int_equal(process.started, 5678);
	assert_false(process_parse("12 (a", &process));
	assert_false(process_parse("12 (a)", &process));
	assert_false(process_parse("12 (a) S 7 12", &process));
}

static void message_name(char *name, size_t room, long long seconds, pid_t pid, const char *host)
{
	snprintf(name, room, "%lld.%d_1.%s,U=9", seconds, (int)pid, host);
}

/* A child of this process that lives until it is killed. */
static pid_t start_child(void)
{
	pid_t pid = fork();

	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		for (;;)
			pause();
	}
	return pid;
}

static void own_messages_are_known(void **state)
{
	long long now;
	pid_t child = start_child();
	struct echo echo = { .mswatch = getpid() };
	char name[320];

	(void)state;
	now = (long long)time(NULL);
	assert_int_equal(gethostname(echo.host, sizeof echo.host), 0);
	message_name(name, sizeof name, now, child, echo.host);
	assert_true(echo_is_own(&echo, name));
	message_name(name, sizeof name, now - 5, child, echo.host);
	assert_false(echo_is_own(&echo, name));
	message_name(name, sizeof name, now, child, "elsewhere");
	assert_false(echo_is_own(&echo, name));
	message_name(name, sizeof name, now, getpid(), echo.host);
	assert_false(echo_is_own(&echo, name));
	message_name(name, sizeof name, now, 1, echo.host);
	assert_false(echo_is_own(&echo, name));
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	message_name(name, sizeof name, now, child, echo.host);
	assert_false(echo_is_own(&echo, name));
}

static void a_host_has_its_whole_name_or_the_first_part(void **state)
{
	static const char *const own[] = { "box", "box.example.org" };
	static const char *const others[] = { "bo", "boxer", "box.", "box.example", "example.org" };
	struct echo echo = { .mswatch = getpid(), .host = "box.example.org" };
	pid_t child = start_child();
	long long now = (long long)time(NULL);
	char name[320];

	(void)state;
	for (size_t i = 0; i < sizeof own / sizeof own[0]; i++) {
		message_name(name, sizeof name, now, child, own[i]);
		assert_true(echo_is_own(&echo, name));
	}
	for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
		message_name(name, sizeof name, now, child, others[i]);
		assert_false(echo_is_own(&echo, name));
	}
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
}

static void mswatch_must_be_above_the_watcher(void **state)
{
	struct echo echo;
	char number[16];

	(void)state;
	snprintf(number, sizeof number, "%d", (int)getppid());
	setenv("MSWATCH_PID", number, 1);
	echo_start(&echo);
	assert_int_equal(echo.mswatch, getppid());
	snprintf(number, sizeof number, "%d", (int)getpid());
	setenv("MSWATCH_PID", number, 1);
	echo_start(&echo);
	assert_int_equal(echo.mswatch, 0);
	setenv("MSWATCH_PID", "x", 1);
	echo_start(&echo);
	assert_int_equal(echo.mswatch, 0);
	unsetenv("MSWATCH_PID");
	echo_start(&echo);
	assert_int_equal(echo.mswatch, 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(syncers_names_are_read),
		cmocka_unit_test(other_names_are_not),
		cmocka_unit_test(process_lines_are_read),
		cmocka_unit_test(own_messages_are_known),
		cmocka_unit_test(a_host_has_its_whole_name_or_the_first_part),
		cmocka_unit_test(mswatch_must_be_above_the_watcher),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
