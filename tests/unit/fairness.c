/*
 * One mailbox whose sync always fails among 50 that work, over simulated
 * hours: the schedule, and what the reporter says of it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "../../mswatch/reporter.h"
#include "gated.h"
#include "message.h"

#define S ((clock_ms)1000)
#define MIN (60 * S)
#define HOUR (60 * MIN)
#define WORKING 50
#define BAD WORKING             /* the number of the one that fails */
#define MOST_LINES 20           /* about failures, in an hour */
#define LONGEST_RUN (4 * S)

static char program[] = "mbsync", none[] = "";
static char *command[] = { program, NULL };

/* The original's defaults. */
static const struct config config = {
	.base_delay = 10 * S,
	.inter_delay = MIN,
	.max_delay = 10 * MIN,
	.max_pending = 1000,
	.unspeakable = none,
	.sync = command,
};

struct box {
	char name[32];
	clock_ms changed, changed_anew;         /* not synced yet; since the run began */
	clock_ms every;                         /* between two changes, on average */
	clock_ms next;
	clock_ms longest;                       /* from a change to its sync */
};

static struct box boxes[WORKING + 1];
static struct schedule *schedule;
static struct schedule_run run;
static struct reporter reporter;
static struct syncer syncer;
static clock_ms now, ends;
static clock_ms attempts[10000];        /* when the bad one was run */
static size_t attempt_count;
static uint64_t noise;
static FILE *told;
static int screen;

static uint64_t chance(uint64_t below)
{
	noise = noise * 6364136223846793005U + 1442695040888963407U;
	return (noise >> 33) % below;
}

static bool holds(const struct box *box)
{
	size_t i;

	for (i = 0; i < run.count; i++)
		if (strcmp(run.names[i], box->name) == 0)
			return true;
	return run.whole;
}

static void run_begins(void)
{
	syncer.started = now;
	reporter_started(&reporter, &run, &syncer);
	if (holds(&boxes[BAD]) && attempt_count < sizeof attempts / sizeof *attempts && !run.whole)
		attempts[attempt_count++] = now;
	ends = now + S + (clock_ms)(run.whole ? WORKING : run.count) * 50;
	assert_true(ends - now <= LONGEST_RUN);
}

/* Only what the reporter says is told. */
static void tell(void)
{
	assert_int_not_equal(dup2(fileno(told), STDERR_FILENO), -1);
	reporter_ended(&reporter, &run, &syncer, now);
	assert_int_not_equal(dup2(screen, STDERR_FILENO), -1);
}

/* As mbsync has it: where one mailbox fails, the others are synced, and the run has failed. */
static void run_ends(void)
{
	struct diagnostics *diagnostics = &syncer.program.diagnostics;
	struct box *box;

	syncer.success = !holds(&boxes[BAD]);
	syncer.lasted = now - syncer.started;
	snprintf(syncer.cause, sizeof syncer.cause, "mbsync exited (status 1)");
	tail_reset(&diagnostics->tail);
	if (!syncer.success) {
		snprintf(diagnostics->last, sizeof diagnostics->last,
		         "Error: no such mailbox (session %lld)", (long long)now);
		tail_feed(&diagnostics->tail, diagnostics->last, strlen(diagnostics->last));
	}
	for (box = boxes; box <= &boxes[BAD]; box++) {
		if (!syncer.success || !holds(box))
			continue;
		if (box->changed >= 0 && now - box->changed > box->longest)
			box->longest = now - box->changed;
		box->changed = -1;
	}
	for (box = boxes; box <= &boxes[BAD]; box++) {
		if (box->changed == -1)
			box->changed = box->changed_anew;
		box->changed_anew = -1;
	}
	tell();
	ends = CLOCK_NEVER;
	schedule_result(schedule, syncer.success, now);
}

static void change(struct box *box)
{
	clock_ms *mark = ends != CLOCK_NEVER && holds(box) ? &box->changed_anew : &box->changed;

	if (*mark == -1)
		*mark = now;
	gated_change(schedule, &config, box->name, now);
}

static void changes(void)
{
	struct box *box;

	for (box = boxes; box <= &boxes[BAD]; box++) {
		if (now < box->next)
			continue;
		change(box);
		box->next = now + 1 + (clock_ms)chance((uint64_t)(2 * box->every));
	}
}

static clock_ms next_event(void)
{
	clock_ms next = ends != CLOCK_NEVER ? ends : schedule_wake(schedule, now);
	struct box *box;

	for (box = boxes; box <= &boxes[BAD]; box++)
		next = box->next < next ? box->next : next;
	return next;
}

static void go_on_until(clock_ms time)
{
	while (next_event() <= time) {
		now = next_event();
		if (now >= ends)
			run_ends();
		changes();
		if (ends == CLOCK_NEVER && schedule_run(schedule, now, &run))
			run_begins();
	}
	now = time;
}

/* Lines on stderr since the last time. */
static size_t lines_told(void)
{
	static long seen;
	size_t lines = 0;
	int c;

	fseek(told, seen, SEEK_SET);
	while ((c = getc(told)) != EOF)
		lines += c == '\n';
	seen = ftell(told);
	return lines;
}

static int begin(void **state)
{
	struct box *box;

	(void)state;
	noise = 7;
	now = 100;
	ends = CLOCK_NEVER;
	attempt_count = 0;
	syncer = (struct syncer){ .config = &config, .argv = command };
	diagnostics_start(&syncer.program.diagnostics, NULL, program);
	reporter_init(&reporter, config.max_pending, false);
	message_quiet(true);
	schedule = gated_new(&config, 100000, now);
	for (box = boxes; box <= &boxes[BAD]; box++) {
		*box = (struct box){ .changed = -1, .changed_anew = -1, .next = CLOCK_NEVER };
		snprintf(box->name, sizeof box->name, "lists/%td", box - boxes);
	}
	(void)lines_told();
	return schedule == NULL ? -1 : 0;
}

static int end(void **state)
{
	(void)state;
	schedule_free(schedule);
	reporter_free(&reporter);
	return 0;
}

static void the_others_are_in_step_after_twice_their_inter_delay(void **state)
{
	size_t i;

	(void)state;
	schedule_ready(schedule, true, now);
	go_on_until(HOUR);
	for (i = 0; i <= BAD; i++)
		boxes[i].next = now;
	for (i = 0; i <= BAD; i++)
		boxes[i].every = 1000 * HOUR;
	go_on_until(now + 2 * config.inter_delay);
	for (i = 0; i < WORKING; i++)
		assert_int_equal(boxes[i].changed, -1);
	assert_int_not_equal(boxes[BAD].changed, -1);
}

/* Which one fails is known after the first attempt. */
static void they_stay_in_step_for_hours(void **state)
{
	clock_ms longest = 0;
	size_t i;

	(void)state;
	schedule_ready(schedule, true, now);
	for (i = 0; i <= BAD; i++) {
		boxes[i].every = i == BAD ? 2 * MIN : 5 * MIN;
		boxes[i].next = now + (clock_ms)chance(5 * MIN);
	}
	go_on_until(HOUR);
	for (i = 0; i < WORKING; i++)
		boxes[i].longest = 0;
	go_on_until(48 * HOUR);
	for (i = 0; i < WORKING; i++) {
		longest = boxes[i].longest > longest ? boxes[i].longest : longest;
		assert_true(boxes[i].changed == -1 ||
		            now - boxes[i].changed <= 2 * config.inter_delay);
	}
	assert_in_range(longest, MIN, 2 * config.inter_delay);
}

static void the_failing_one_backs_off_to_max_delay(void **state)
{
	size_t i, late = 0;

	(void)state;
	schedule_ready(schedule, true, now);
	for (i = 0; i <= BAD; i++) {
		boxes[i].every = MIN;
		boxes[i].next = now + S;
	}
	go_on_until(24 * HOUR);
	for (i = 1; i < attempt_count; i++) {
		if (attempts[i] < HOUR)
			continue;
		assert_in_range(attempts[i] - attempts[i - 1], config.max_delay,
		                config.max_delay + 3 * LONGEST_RUN);
		late++;
	}
	assert_in_range(late, 23 * 5, 23 * 6);
}

static void failures_are_told_in_few_lines(void **state)
{
	size_t i, hour, lines;

	(void)state;
	schedule_ready(schedule, true, now);
	for (i = 0; i <= BAD; i++) {
		boxes[i].every = 3 * MIN;
		boxes[i].next = now + (clock_ms)chance(3 * MIN);
	}
	for (hour = 1; hour <= 100; hour++) {
		go_on_until((clock_ms)hour * HOUR);
		lines = lines_told();
		assert_in_range(lines, hour == 1 ? 3 : 0, MOST_LINES - 1);
		assert_true(hour < 3 || lines <= 2);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			the_others_are_in_step_after_twice_their_inter_delay, begin, end),
		cmocka_unit_test_setup_teardown(they_stay_in_step_for_hours, begin, end),
		cmocka_unit_test_setup_teardown(the_failing_one_backs_off_to_max_delay, begin, end),
		cmocka_unit_test_setup_teardown(failures_are_told_in_few_lines, begin, end),
	};

	told = tmpfile();
	screen = dup(STDERR_FILENO);
	if (told == NULL || screen == -1)
		return 99;
	return cmocka_run_group_tests_name("fairness", tests, NULL, NULL);
}
