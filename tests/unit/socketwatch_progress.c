#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "../../socketwatch/progress.h"

/* A command with a timeout of a minute, started at 1000 s, and a made-up clock. */
#define START 1000000
#define TIMEOUT 60000

static struct progress progress;
static struct samples found;
static clock_ms now;

static int start(void **state)
{
	(void)state;
	now = START;
	progress_start(&progress, TIMEOUT, now);
	return 0;
}

static int finish(void **state)
{
	(void)state;
	progress_free(&progress);
	samples_free(&found);
	return 0;
}

static void see(enum sample_kind kind, uint64_t name, uint64_t bytes)
{
	const struct sample sample = { .kind = kind, .name = { name, 1 }, .bytes = bytes };

	samples_add(&found, &sample);
}

/* The next look at its time; whether it ends the command. */
static bool look(void)
{
	now = progress_due(&progress);
	return progress_look(&progress, &found, now);
}

static void silence_from_the_start_is_ended_on_time(void **state)
{
	int looks = 1;

	(void)state;
	while (!look())
		looks++;
	assert_int_equal(now, START + TIMEOUT);
	assert_in_range(looks, 4, 12);
}

static void silence_after_a_move_is_ended_in_time(void **state)
{
	(void)state;
	see(SAMPLE_SOCKET, 1, 100);
	assert_false(look());
	do
		see(SAMPLE_SOCKET, 1, 100);
	while (!look());
	assert_in_range(now, START + TIMEOUT, START + TIMEOUT * 5 / 4);
}

static void a_byte_now_and_then_is_enough(void **state)
{
	uint64_t bytes = 0;

	(void)state;
	for (int i = 0; i < 1000; i++) {
		if (i % 5 == 0)
			bytes++;
		see(SAMPLE_SOCKET, 1, bytes);
		assert_false(look());
	}
}

static void a_closed_connection_takes_nothing_away(void **state)
{
	(void)state;
	see(SAMPLE_SOCKET, 1, 1000000);
	see(SAMPLE_SOCKET, 2, 5);
	assert_false(look());
	for (int i = 6; i < 100; i++) {
		see(SAMPLE_SOCKET, 2, (uint64_t)i);
		assert_false(look());
	}
}

static void a_new_connection_without_data_is_silent(void **state)
{
	uint64_t name = 1;

	(void)state;
	do
		see(SAMPLE_SOCKET, name++, 0);
	while (!look());
	assert_int_equal(now, START + TIMEOUT);
}

static void processes_count_only_without_connections(void **state)
{
	uint64_t bytes = 1;

	(void)state;
	for (int i = 0; i < 100; i++) {
		see(SAMPLE_PROCESS, 7, bytes++);
		assert_false(look());
	}
	do {
		see(SAMPLE_PROCESS, 7, bytes++);
		see(SAMPLE_SOCKET, 1, 0);
	} while (!look());
	assert_in_range(progress.silent_since, START + 990000, START + 1010000);
}

/* As many looks fall between two connections as a busy machine lets. */
static void processes_do_not_count_between_connections(void **state)
{
	uint64_t bytes = 1;

	(void)state;
	for (int i = 0; i < 1000; i++) {
		see(SAMPLE_PROCESS, 7, bytes++);
		if (i % 3 == 0)
			see(SAMPLE_SOCKET, (uint64_t)i + 1, 0);
		if (look())
			break;
	}
	assert_int_equal(now, START + TIMEOUT);
}

/* What a script does after its syncer may take long: a connection that idled at last is over. */
static void processes_count_again_some_time_after_the_last_connection(void **state)
{
	uint64_t bytes = 1;

	(void)state;
	see(SAMPLE_PROCESS, 7, bytes++);
	see(SAMPLE_SOCKET, 1, 0);
	assert_false(look());
	for (int i = 0; i < 100; i++) {
		see(SAMPLE_PROCESS, 7, bytes++);
		assert_false(look());
	}
}

static void processes_are_known_while_connections_count(void **state)
{
	(void)state;
	see(SAMPLE_PROCESS, 7, 50);
	see(SAMPLE_SOCKET, 1, 0);
	assert_false(look());
	do
		see(SAMPLE_PROCESS, 7, 50);
	while (!look());
	assert_int_equal(now, START + TIMEOUT);
}

static void a_night_asleep_starts_the_silence_anew(void **state)
{
	(void)state;
	for (int i = 0; i < 5; i++)
		assert_false(look());
	now += 8 * 3600 * 1000;
	assert_false(progress_look(&progress, &found, now));
	assert_int_equal(progress.silent_since, now);
	clock_ms woken = now;
	while (!look())
		;
	assert_int_equal(now, woken + TIMEOUT);
}

static void failed_looks_tell_nothing(void **state)
{
	(void)state;
	see(SAMPLE_SOCKET, 1, 10);
	assert_false(look());
	for (int i = 0; i < 4; i++)
		assert_false(progress_blind(&progress, now = progress_due(&progress)));
	see(SAMPLE_SOCKET, 1, 11);
	assert_false(look());
	while (!progress_blind(&progress, now = progress_due(&progress)))
		;
	assert_in_range(now - progress.looked, TIMEOUT, TIMEOUT * 5 / 4);
}

static void the_smallest_timeout_works(void **state)
{
	(void)state;
	progress_start(&progress, 1, now);
	assert_int_equal(progress_due(&progress), now + 1);
	assert_true(look());
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(f) cmocka_unit_test_setup_teardown(f, start, finish)
		TEST(silence_from_the_start_is_ended_on_time),
		TEST(silence_after_a_move_is_ended_in_time),
		TEST(a_byte_now_and_then_is_enough),
		TEST(a_closed_connection_takes_nothing_away),
		TEST(a_new_connection_without_data_is_silent),
		TEST(processes_count_only_without_connections),
		TEST(processes_do_not_count_between_connections),
		TEST(processes_count_again_some_time_after_the_last_connection),
		TEST(processes_are_known_while_connections_count),
		TEST(a_night_asleep_starts_the_silence_anew),
		TEST(failed_looks_tell_nothing),
		TEST(the_smallest_timeout_works),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
