/* The schedule over simulated hours. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "gated.h"

#define S ((clock_ms)1000)
#define MIN (60 * S)
#define HOUR (60 * MIN)
#define DAY (24 * HOUR)
#define ROOM 1000
#define FAILS false
#define SUCCEEDS true

static char rare[] = "rare", junk[] = "Junk", inbox[] = "INBOX", none[] = "";
static struct config_delay delays[] = { { .mailbox = rare, .delay = HOUR } };
static char *ignored[] = { junk };
static char *ignored_inbox[] = { inbox };

/* The original's defaults, without polling. */
static const struct config defaults = {
	.base_delay = 10 * S,
	.inter_delay = MIN,
	.max_delay = 10 * MIN,
	.max_pending = 100,
	.delays = delays,
	.delay_count = 1,
	.ignored = ignored,
	.ignored_count = 1,
	.unspeakable = none,
};

static struct config config;
static struct schedule *schedule;
static clock_ms now;

static void change(const char *names)
{
	char copy[256], *rest = NULL;

	snprintf(copy, sizeof copy, "%s", names);
	for (char *name = strtok_r(copy, " ", &rest); name; name = strtok_r(NULL, " ", &rest))
		gated_change(schedule, &config, strcmp(name, "all") == 0 ? "" : name, now);
}

/* Nothing is run before this time; goes there. */
static void waits_until(clock_ms due)
{
	struct schedule_run run;

	assert_int_equal(schedule_wake(schedule, now), due);
	assert_true(due >= now);
	if (due > now)
		assert_false(schedule_run(schedule, now, &run));
	now = due;
}

static void waits_for_ever(void)
{
	struct schedule_run run;

	assert_false(schedule_run(schedule, now, &run));
	assert_true(schedule_wake(schedule, now) == CLOCK_NEVER);
}

static uint64_t run_origins;   /* of the last run */

/* A run of these starts now. */
static void starts(const char *names)
{
	struct schedule_run run;
	char text[256] = "";

	assert_int_equal(schedule_wake(schedule, now), now);
	assert_true(schedule_run(schedule, now, &run));
	assert_true(run.whole == (run.count == 0));
	for (size_t i = 0; i < run.count; i++) {
		size_t used = strlen(text);

		snprintf(text + used, sizeof text - used, "%s%s", i ? " " : "", run.names[i]);
	}
	assert_string_equal(run.whole ? "all" : text, names);
	run_origins = run.origins;
	waits_for_ever();
}

static void ends_after(clock_ms span, bool success)
{
	now += span;
	schedule_result(schedule, success, now);
}

static void runs(const char *names, bool success)
{
	starts(names);
	ends_after(0, success);
}

static void begin(void)
{
	now = 100;
	schedule_free(schedule);
	schedule = gated_new(&config, ROOM, now);
	assert_non_null(schedule);
}

/* All is in step, for longer than any delay; returns now. */
static clock_ms settle(void)
{
	begin();
	schedule_ready(schedule, true, now);
	runs("INBOX", SUCCEEDS);
	runs("all", SUCCEEDS);
	now += HOUR;
	waits_for_ever();
	return now;
}

static int setup(void **state)
{
	(void)state;
	config = defaults;
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	schedule_free(schedule);
	schedule = NULL;
	return 0;
}

struct shown {
	char text[512];
};

static void show(void *context, const char *mailbox, clock_ms due, enum schedule_state state)
{
	static const char *const words[] = { "waiting", "retrying", "running" };
	struct shown *shown = context;
	size_t used = strlen(shown->text);

	snprintf(shown->text + used, sizeof shown->text - used, "%s %s %d;",
	         *mailbox ? mailbox : "all", words[state], (int)((due - now) / S));
}

static void shows(const char *text)
{
	struct shown shown = { "" };

	schedule_each(schedule, now, show, &shown);
	assert_string_equal(shown.text, text);
}

/* Delays. */

static void change_is_synced_after_base_delay(void **state)
{
	clock_ms start = settle();

	(void)state;
	change("lists");
	waits_until(start + 10 * S);
	runs("lists", SUCCEEDS);
	waits_for_ever();
}

static void later_changes_do_not_push_a_sync_back(void **state)
{
	clock_ms start = settle();

	(void)state;
	change("lists");
	for (now = start; now < start + 10 * S; now += S)
		change("lists");
	waits_until(start + 10 * S);
	runs("lists", SUCCEEDS);
	waits_for_ever();
}

static void syncs_of_a_mailbox_are_inter_delay_apart(void **state)
{
	clock_ms end;

	(void)state;
	settle();
	change("lists rare");
	now += 10 * S;
	starts("lists rare");
	ends_after(5 * S, SUCCEEDS);
	end = now;
	change("lists rare");
	waits_until(end + MIN);
	runs("lists", SUCCEEDS);
	waits_until(end + HOUR);
	runs("rare", SUCCEEDS);
}

static void inter_delay_counts_from_a_whole_run(void **state)
{
	clock_ms end;

	(void)state;
	settle();
	change("all");
	now += 10 * S;
	starts("all");
	ends_after(5 * S, SUCCEEDS);
	end = now;
	change("lists rare all");
	waits_until(end + MIN);
	runs("all", SUCCEEDS);
	waits_for_ever();
	end = now;
	change("lists rare");
	waits_until(end + MIN);
	runs("lists", SUCCEEDS);
	waits_until(end + HOUR);
	runs("rare", SUCCEEDS);
}

static void run_takes_along_what_inter_delay_allows(void **state)
{
	clock_ms start = settle();

	(void)state;
	change("lists");
	now += 9 * S;
	change("INBOX work");
	waits_until(start + 10 * S);
	runs("INBOX lists work", SUCCEEDS);
	change("INBOX");
	now += 59 * S;
	change("new");
	now += S;
	starts("INBOX new");
}

static void base_delay_may_exceed_inter_delay(void **state)
{
	clock_ms end;

	(void)state;
	config.base_delay = 2 * MIN;
	settle();
	change("lists");
	now += 2 * MIN;
	runs("lists", SUCCEEDS);
	end = now;
	change("lists");
	waits_until(end + 2 * MIN);
	runs("lists", SUCCEEDS);
}

static void delays_of_zero_mean_at_once(void **state)
{
	(void)state;
	config.base_delay = 0;
	config.inter_delay = 0;
	settle();
	change("lists");
	runs("lists", SUCCEEDS);
	change("lists");
	starts("lists");
	change("lists");
	ends_after(0, SUCCEEDS);
	runs("lists", SUCCEEDS);
	waits_for_ever();
}

static void ignored_mailboxes_are_not_acted_on(void **state)
{
	(void)state;
	settle();
	change("Junk");
	waits_for_ever();
}

/* No change is lost. */

static void change_during_a_sync_is_synced_again(void **state)
{
	(void)state;
	settle();
	change("lists");
	now += 10 * S;
	starts("lists");
	change("lists");
	ends_after(S, SUCCEEDS);
	waits_until(now + MIN);
	runs("lists", SUCCEEDS);
	waits_for_ever();
}

static void change_during_a_whole_sync_is_synced_again(void **state)
{
	clock_ms end;

	(void)state;
	settle();
	change("all lists");
	now += 10 * S;
	starts("all");
	change("lists work");
	ends_after(S, SUCCEEDS);
	end = now;
	waits_until(end + MIN);
	runs("lists work", SUCCEEDS);
	waits_for_ever();
}

static void all_that_changes_during_a_whole_sync_runs_again(void **state)
{
	(void)state;
	settle();
	change("all");
	now += 10 * S;
	starts("all");
	change("all");
	ends_after(S, SUCCEEDS);
	waits_until(now + MIN);
	runs("all", SUCCEEDS);
	waits_for_ever();
}

static void mailboxes_that_are_too_many_become_all(void **state)
{
	clock_ms start;

	(void)state;
	config.max_pending = 2;
	start = settle();
	change("a");
	now += S;
	change("b c");
	waits_until(start + 10 * S);
	runs("a b", SUCCEEDS);
	waits_until(start + 11 * S);
	runs("all", SUCCEEDS);
	waits_for_ever();
}

/* Stores, by their bits, report these. */
static void report(uint64_t origins, const char *name)
{
	gated_report(schedule, &config, name, origins, now);
}

/* The next run is of these; what it holds was reported by these stores. */
static void runs_for(const char *names, uint64_t origins, bool success)
{
	now = schedule_wake(schedule, now);
	starts(names);
	assert_int_equal(run_origins, origins);
	ends_after(0, success);
}

static void runs_know_who_reported(void **state)
{
	(void)state;
	settle();
	report(1, "a");
	report(2, "a");
	report(4, "b");
	now = schedule_wake(schedule, now);
	starts("a b");
	assert_int_equal(run_origins, 7);
	report(8, "a");                         /* the next run's */
	ends_after(S, SUCCEEDS);
	runs_for("a", 8, FAILS);
	report(1, "a");
	runs_for("a", 9, FAILS);                /* kept over retries */
	runs_for("a", 9, SUCCEEDS);
	change("a");
	runs_for("a", 0, SUCCEEDS);
	waits_for_ever();
}

static void what_failed_together_is_told_apart(void **state)
{
	(void)state;
	settle();
	report(1, "a");
	report(2, "b");
	now = schedule_wake(schedule, now);
	starts("a b");
	report(4, "b");
	ends_after(0, FAILS);
	runs_for("a", 1, SUCCEEDS);
	runs_for("b", 6, SUCCEEDS);
	waits_for_ever();
}

static void all_mailboxes_know_who_reported_each(void **state)
{
	(void)state;
	settle();
	schedule_sync_all(schedule, now);
	runs_for("all", 0, SUCCEEDS);           /* nobody */
	report(1, "a");
	report(2, "");
	schedule_sync_all(schedule, now);
	starts("all");
	assert_int_equal(run_origins, 3);
	report(4, "");
	report(8, "c");
	ends_after(0, FAILS);
	runs_for("a c", 9, SUCCEEDS);
	runs_for("all", 6, SUCCEEDS);
	waits_for_ever();
}

static void names_that_become_all_bring_who_reported_them(void **state)
{
	(void)state;
	config.max_pending = 1;
	settle();
	report(1, "a");
	report(2, "b");
	schedule_widen(schedule, now);
	runs_for("all", 3, SUCCEEDS);
	report(4, "a");
	now = schedule_wake(schedule, now);
	starts("a");
	report(8, "a");
	schedule_widen(schedule, now);
	ends_after(0, FAILS);
	runs_for("all", 12, SUCCEEDS);
	runs_for("all", 0, SUCCEEDS);
}

static void names_that_are_too_long_become_all(void **state)
{
	char name[ROOM + 1];
	clock_ms start = settle();

	(void)state;
	memset(name, 'x', ROOM);
	name[ROOM] = '\0';
	gated_change(schedule, &config, name, now);
	now += S;
	change("a");
	now = start + 10 * S;
	runs("all", SUCCEEDS);
	waits_for_ever();
}

/* Failures. */

static void failed_mailbox_is_tried_again_with_backoff(void **state)
{
	static const clock_ms waits[] = { MIN, 2 * MIN, 4 * MIN, 8 * MIN, 10 * MIN, 10 * MIN };

	(void)state;
	settle();
	change("bad");
	now += 10 * S;
	for (size_t i = 0; i < sizeof waits / sizeof *waits; i++) {
		starts("bad");
		ends_after(S, FAILS);
		waits_until(now + waits[i]);
	}
	runs("bad", SUCCEEDS);
	waits_for_ever();
	change("bad");
	now += MIN;
	runs("bad", FAILS);
	waits_until(now + MIN);
}

static void failed_mailbox_does_not_delay_others(void **state)
{
	clock_ms end;

	(void)state;
	settle();
	change("bad");
	now += 10 * S;
	runs("bad", FAILS);
	end = now;
	change("good");
	waits_until(end + 10 * S);
	runs("good", SUCCEEDS);
	waits_until(end + MIN);
	runs("bad", FAILS);
}

static void inter_delay_may_exceed_max_delay(void **state)
{
	(void)state;
	settle();
	change("rare");
	now += 10 * S;
	runs("rare", FAILS);
	waits_until(now + HOUR);
	runs("rare", FAILS);
	waits_until(now + HOUR);
}

static void backoff_without_delays_does_not_hammer(void **state)
{
	(void)state;
	config.base_delay = 0;
	config.inter_delay = 0;
	config.max_delay = 0;
	settle();
	change("bad");
	runs("bad", FAILS);
	waits_until(now + 100);
	runs("bad", FAILS);
	waits_until(now + 100);
	config.max_delay = S;
	for (clock_ms wait = 400; wait < S; wait *= 2) {
		runs("bad", FAILS);
		waits_until(now + wait);
	}
	runs("bad", FAILS);
	waits_until(now + S);
}

static void one_bad_mailbox_among_many_is_found(void **state)
{
	clock_ms end;

	(void)state;
	settle();
	change("a b bad c d e f g");
	now += 10 * S;
	starts("a b bad c d e f g");
	ends_after(S, FAILS);
	waits_until(now + MIN);
	starts("a b bad c");
	change("new");
	ends_after(S, FAILS);
	runs("d e f g", SUCCEEDS);
	runs("a b", SUCCEEDS);
	runs("bad c", FAILS);
	runs("bad", FAILS);
	runs("c", SUCCEEDS);
	end = now;
	waits_until(end + 10 * S - S);
	runs("new", SUCCEEDS);
	waits_until(end + MIN);
	runs("bad", FAILS);
	waits_until(end + MIN + 2 * MIN);
}

static void when_all_parts_fail_the_attempt_ends(void **state)
{
	clock_ms end;

	(void)state;
	settle();
	change("a b c d e f g h");
	now += 10 * S;
	runs("a b c d e f g h", FAILS);
	waits_until(now + MIN);
	runs("a b c d", FAILS);
	runs("e f g h", FAILS);
	runs("a b", FAILS);
	end = now;
	waits_until(end + MIN);
	change("new");
	runs("c d", FAILS);
	runs("e f", FAILS);
	runs("g h", FAILS);
	waits_until(end + MIN + 10 * S);
	runs("new", SUCCEEDS);
	waits_until(end + MIN + 2 * MIN);
	runs("a", SUCCEEDS);
	runs("b", SUCCEEDS);
	for (const char *c = "cdefgh"; *c != '\0'; c++)
		runs((char[]){ *c, '\0' }, SUCCEEDS);
	waits_for_ever();
}

static void mailboxes_with_a_longer_inter_delay_hold_up_no_others(void **state)
{
	clock_ms end;

	(void)state;
	settle();
	change("a b rare");
	now += 10 * S;
	runs("a b rare", FAILS);
	end = now;
	waits_until(end + MIN);
	runs("a b", SUCCEEDS);
	waits_until(end + HOUR);
	runs("rare", SUCCEEDS);
	waits_for_ever();
}

static void failing_whole_sync_slows_down_no_mailbox(void **state)
{
	clock_ms end;

	(void)state;
	settle();
	change("all INBOX");
	now += 10 * S;
	runs("all", FAILS);
	end = now;
	runs("INBOX", SUCCEEDS);
	now += MIN - 10 * S;
	change("INBOX");
	waits_until(end + MIN);
	runs("INBOX", SUCCEEDS);
	runs("all", FAILS);
	change("INBOX");
	waits_until(end + 2 * MIN);
	runs("INBOX", SUCCEEDS);
	waits_until(end + 3 * MIN);
	runs("all", SUCCEEDS);
	waits_for_ever();
}

static void whole_sync_takes_along_what_has_failed(void **state)
{
	(void)state;
	settle();
	change("bad");
	now += 10 * S;
	runs("bad", FAILS);
	change("a b");
	now += 10 * S;
	runs("a b", FAILS);
	change("all");
	now += 10 * S;
	starts("all");
	change("b");
	ends_after(S, SUCCEEDS);
	waits_until(now + MIN);
	change("bad");
	runs("b bad", SUCCEEDS);
	waits_for_ever();
}

/* Watchers, user, network. */

static void start_is_inbox_then_all(void **state)
{
	(void)state;
	begin();
	waits_until(100 + SCHEDULE_START_BOUND);
	now = 100 + S;
	assert_int_equal(schedule_wake(schedule, now), 100 + SCHEDULE_START_BOUND);
	schedule_ready(schedule, false, now);
	waits_until(100 + SCHEDULE_START_BOUND);
	now = 100 + 2 * S;
	schedule_ready(schedule, true, now);
	assert_int_equal(schedule_wake(schedule, now), now);
	starts("INBOX");
	ends_after(S, FAILS);
	starts("all");
	ends_after(S, SUCCEEDS);
	waits_for_ever();
}

static void several_go_first_together(void **state)
{
	(void)state;
	begin();
	assert_true(schedule_put_first(schedule, "b:INBOX", MIN));
	schedule_ready(schedule, true, now);
	change("lists");
	shows("all waiting 0;INBOX waiting 0;b:INBOX waiting 0;lists waiting 10;");
	starts("INBOX b:INBOX");
	ends_after(S, SUCCEEDS);
	runs("all", SUCCEEDS);
	now += HOUR;
	/* those that failed together are found apart, as others are, and hold up nothing */
	schedule_ready(schedule, true, now);
	runs("INBOX b:INBOX", FAILS);
	runs("all", FAILS);
	waits_until(now + MIN);
	runs("INBOX", FAILS);
	runs("b:INBOX", SUCCEEDS);
}

static void start_waits_for_slow_watchers_30_seconds(void **state)
{
	(void)state;
	begin();
	change("lists");
	waits_until(100 + 10 * S);
	runs("lists", SUCCEEDS);
	waits_until(100 + SCHEDULE_START_BOUND);
	assert_int_equal(schedule_wake(schedule, now), now);
	runs("INBOX", SUCCEEDS);
	runs("all", SUCCEEDS);
	waits_for_ever();
	schedule_ready(schedule, true, now);
	runs("INBOX", SUCCEEDS);
	runs("all", SUCCEEDS);
	waits_for_ever();
}

static void ignored_inbox_is_left_out_at_start(void **state)
{
	(void)state;
	config.ignored = ignored_inbox;
	begin();
	schedule_ready(schedule, true, now);
	runs("all", SUCCEEDS);
	waits_for_ever();
}

static void watcher_that_is_ready_again_means_inbox_then_all(void **state)
{
	(void)state;
	settle();
	change("lists");
	now += 10 * S;
	starts("lists");
	schedule_ready(schedule, false, now);
	ends_after(S, SUCCEEDS);
	runs("INBOX", SUCCEEDS);
	starts("all");
	schedule_ready(schedule, true, now);
	ends_after(S, SUCCEEDS);
	runs("INBOX", SUCCEEDS);
	runs("all", SUCCEEDS);
	waits_for_ever();
}

static void user_waits_for_nothing(void **state)
{
	(void)state;
	begin();
	schedule_sync_all(schedule, now);
	starts("all");
	schedule_sync_all(schedule, now);
	ends_after(S, FAILS);
	runs("all", FAILS);
	schedule_sync_all(schedule, now);
	runs("all", SUCCEEDS);
	waits_until(100 + SCHEDULE_START_BOUND);
}

/* Asks for mailboxes of one letter each. */
static void want(const char *letters)
{
	for (; *letters != '\0'; letters++) {
		char name[] = { *letters, '\0' };

		assert_true(schedule_want(schedule, name, config_inter_delay(&config, name), now));
	}
}

static void what_is_wanted_waits_for_nothing(void **state)
{
	(void)state;
	begin();
	want("a");
	runs("a", SUCCEEDS);
	want("a");
	runs("a", FAILS);
	want("a");
	runs("a", SUCCEEDS);
	now += S;
	change("a");
	change("b");
	want("cd");
	runs("c d", SUCCEEDS);
	want("a");
	runs("a", SUCCEEDS);
	waits_until(now + 10 * S);
	runs("b", SUCCEEDS);
	waits_until(100 + SCHEDULE_START_BOUND);
}

static void what_is_wanted_runs_after_it_was_asked_for(void **state)
{
	(void)state;
	settle();
	change("a");
	now += 10 * S;
	starts("a");
	want("a");
	ends_after(S, SUCCEEDS);
	starts("a");
	want("a");
	ends_after(S, FAILS);
	runs("a", SUCCEEDS);
	schedule_sync_all(schedule, now);
	starts("all");
	want("ab");
	ends_after(S, SUCCEEDS);
	runs("a b", SUCCEEDS);
	waits_for_ever();
}

static void what_is_wanted_goes_first(void **state)
{
	(void)state;
	settle();
	schedule_ready(schedule, true, now);
	want("a");
	runs("a", SUCCEEDS);
	runs("INBOX", SUCCEEDS);
	want("b");
	runs("b", SUCCEEDS);
	want("ab");
	runs("all", SUCCEEDS);
	waits_for_ever();
}

static void who_wants_ever_more_holds_up_nobody(void **state)
{
	(void)state;
	settle();
	change("good");
	now += 10 * S;
	want("a");
	runs("a", SUCCEEDS);
	want("b");
	runs("b good", SUCCEEDS);
	want("c");
	runs("c", SUCCEEDS);
	waits_for_ever();
}

static void a_run_of_all_holds_what_is_wanted(void **state)
{
	(void)state;
	settle();
	schedule_hold(schedule, true);
	want("a");
	waits_for_ever();
	schedule_hold(schedule, false);
	runs("a", SUCCEEDS);
	config.max_pending = 2;
	settle();
	want("ab");
	assert_false(schedule_want(schedule, "c", MIN, now));
	runs("a b", SUCCEEDS);
	runs("all", SUCCEEDS);
	waits_for_ever();
	config = defaults;
}

static clock_ms short_delay(void *context, const char *mailbox)
{
	(void)context;
	return strcmp(mailbox, "rare") == 0 ? 2 * S : 5 * S;
}

static void new_settings_put_other_mailboxes_first(void **state)
{
	(void)state;
	settle();
	schedule_forget_first(schedule);
	assert_true(schedule_put_first(schedule, "work:INBOX", MIN));
	schedule_ready(schedule, true, now);
	runs("work:INBOX", SUCCEEDS);
	runs("all", SUCCEEDS);
	waits_for_ever();
}

static void new_settings_keep_what_is_pending(void **state)
{
	clock_ms start = settle();

	(void)state;
	change("a");
	waits_until(start + 10 * S);
	runs("a", SUCCEEDS);
	change("a rare");
	config.base_delay = S;
	config.inter_delay = 5 * S;
	schedule_configure(schedule, &config, ROOM, short_delay, NULL);
	waits_until(start + 11 * S);
	runs("rare", SUCCEEDS);
	waits_until(start + 15 * S);
	runs("a", SUCCEEDS);
	waits_for_ever();
	config = defaults;
}

static void names_that_are_no_more_become_all(void **state)
{
	clock_ms start = settle();

	(void)state;
	change("a");
	schedule_widen(schedule, now);
	waits_until(start + 10 * S);
	runs("all", SUCCEEDS);
	now += HOUR;
	waits_for_ever();
	change("a");
	now += 10 * S;
	starts("a");
	change("b");
	schedule_widen(schedule, now);
	ends_after(0, FAILS);
	now += 10 * S;
	runs("all", SUCCEEDS);
	waits_for_ever();
	change("a");
	now += HOUR;
	starts("a");
	schedule_widen(schedule, now);
	ends_after(0, SUCCEEDS);
	waits_for_ever();
}

static void failing_urgent_sync_gives_way(void **state)
{
	(void)state;
	settle();
	schedule_ready(schedule, true, now);
	runs("INBOX", SUCCEEDS);
	change("lists");
	now += 10 * S;
	starts("all");
	schedule_ready(schedule, true, now);
	ends_after(MIN, FAILS);
	runs("INBOX lists", SUCCEEDS);
	runs("all", FAILS);
	now += S;
	schedule_ready(schedule, true, now);
	runs("INBOX", SUCCEEDS);
	runs("all", SUCCEEDS);
	change("lists");
	now += MIN;
	schedule_ready(schedule, true, now);
	runs("INBOX", SUCCEEDS);
	runs("all", SUCCEEDS);
	waits_for_ever();
}

static void news_cuts_a_backoff_short(void **state)
{
	(void)state;
	settle();
	change("bad");
	now += 10 * S;
	for (int i = 0; i < 9; i++) {
		runs("bad", FAILS);
		now = schedule_wake(schedule, now);
	}
	change("all a b");
	now += 10 * S;
	runs("all", FAILS);
	runs("bad", FAILS);
	runs("a b", FAILS);
	now += S;
	schedule_news(schedule, now);
	runs("a", FAILS);
	runs("b", SUCCEEDS);
	runs("bad", FAILS);
	runs("all", FAILS);
	waits_until(now + MIN);
}

static void news_does_not_cut_the_delay_after_a_success(void **state)
{
	clock_ms end;

	(void)state;
	settle();
	change("a");
	now += 10 * S;
	runs("a", SUCCEEDS);
	end = now;
	change("a");
	schedule_news(schedule, now);
	waits_until(end + MIN);
}

static void news_cuts_a_backoff_soon_after_a_success(void **state)
{
	(void)state;
	settle();
	schedule_sync_all(schedule, now);
	runs("all", SUCCEEDS);
	now += S;
	schedule_ready(schedule, true, now);
	runs("INBOX", FAILS);
	runs("all", FAILS);
	now += S;
	schedule_news(schedule, now);
	runs("INBOX", FAILS);
	starts("all");
	schedule_news(schedule, now);
	ends_after(S, FAILS);
	runs("INBOX", SUCCEEDS);
	runs("all", SUCCEEDS);
	waits_for_ever();
}

static void run_that_fails_after_news_is_tried_again_at_once(void **state)
{
	(void)state;
	settle();
	change("a");
	now += 10 * S;
	starts("a");
	schedule_news(schedule, now);
	ends_after(S, FAILS);
	runs("a", FAILS);
	waits_until(now + MIN);
	runs("a", SUCCEEDS);
	change("b c");
	now += 10 * S;
	starts("b c");
	schedule_news(schedule, now);
	ends_after(S, FAILS);
	runs("b", SUCCEEDS);
	runs("c", SUCCEEDS);
	schedule_sync_all(schedule, now);
	starts("all");
	schedule_news(schedule, now);
	ends_after(S, FAILS);
	runs("all", FAILS);
	waits_until(now + MIN);
}

static void resume_waits_for_the_watchers(void **state)
{
	clock_ms resumed;

	(void)state;
	settle();
	change("bad");
	now += 10 * S;
	runs("bad", FAILS);
	now += S;
	schedule_resume(schedule, false, now);
	resumed = now;
	runs("bad", SUCCEEDS);
	waits_until(resumed + SCHEDULE_START_BOUND);
	now = resumed + 2 * S;
	schedule_ready(schedule, false, now);
	waits_until(resumed + SCHEDULE_START_BOUND);
	now = resumed + 3 * S;
	schedule_ready(schedule, true, now);
	runs("INBOX", SUCCEEDS);
	runs("all", SUCCEEDS);
	waits_for_ever();
	schedule_resume(schedule, true, now);
	runs("INBOX", SUCCEEDS);
	runs("all", SUCCEEDS);
	waits_for_ever();
}

static void sleep_while_starting_does_not_sync_twice(void **state)
{
	(void)state;
	begin();
	now += 8 * HOUR;
	schedule_resume(schedule, false, now);
	waits_until(now + SCHEDULE_START_BOUND);
	runs("INBOX", SUCCEEDS);
	runs("all", SUCCEEDS);
	waits_for_ever();
}

static void poll_period_is_kept(void **state)
{
	clock_ms start;

	(void)state;
	config.poll_period = DAY;
	begin();
	schedule_ready(schedule, true, now);
	runs("INBOX", SUCCEEDS);
	start = now;
	starts("all");
	ends_after(HOUR, SUCCEEDS);
	waits_until(start + DAY);
	start = now;
	runs("all", SUCCEEDS);
	schedule_sync_all(schedule, start + HOUR);
	now = start + HOUR;
	start = now;
	runs("all", SUCCEEDS);
	now += 12 * HOUR;
	waits_until(start + DAY);
	runs("all", FAILS);
	waits_until(now + MIN);
}

static void short_poll_period_keeps_to_inter_delay(void **state)
{
	(void)state;
	config.poll_period = S;
	begin();
	schedule_ready(schedule, true, now);
	runs("INBOX", SUCCEEDS);
	runs("all", SUCCEEDS);
	waits_until(now + MIN);
	starts("all");
	ends_after(10 * S, SUCCEEDS);
	waits_until(now + MIN);
}

/* The report. */

static void report_shows_what_is_pending(void **state)
{
	(void)state;
	begin();
	shows("all waiting 30;");
	settle();
	shows("");
	change("a b bad");
	shows("a waiting 10;b waiting 10;bad waiting 10;");
	now += 10 * S;
	starts("a b bad");
	change("c");
	shows("a running 0;b running 0;bad running 0;c waiting 10;");
	ends_after(0, FAILS);
	shows("a retrying 60;b retrying 60;bad retrying 60;c waiting 10;");
	schedule_ready(schedule, true, now);
	shows("all waiting 0;INBOX waiting 0;a retrying 60;b retrying 60;bad retrying 60;"
	      "c waiting 10;");
	runs("INBOX", SUCCEEDS);
	starts("all");
	shows("all running 10;a running 60;b running 60;bad running 60;c running 10;");
	ends_after(0, FAILS);
	shows("all retrying 60;a retrying 60;b retrying 60;bad retrying 60;c waiting 10;");
}

static void held_schedule_runs_nothing_until_it_is_let_go(void **state)
{
	(void)state;
	config.poll_period = HOUR;
	begin();
	schedule_ready(schedule, true, now);
	runs("INBOX", SUCCEEDS);
	starts("all");
	schedule_hold(schedule, true);
	change("a");
	ends_after(S, SUCCEEDS);
	waits_for_ever();
	schedule_sync_all(schedule, now);
	schedule_news(schedule, now);
	schedule_resume(schedule, true, now);
	waits_for_ever();
	now += 3 * HOUR;
	change("b");
	schedule_hold(schedule, true);
	waits_for_ever();
	schedule_ready(schedule, false, now);
	schedule_hold(schedule, false);
	runs("INBOX", SUCCEEDS);
	runs("all", SUCCEEDS);
	waits_until(now + HOUR);
}

static void run_that_fails_while_held_is_tried_again_after_the_hold(void **state)
{
	(void)state;
	settle();
	change("a");
	waits_until(now + 10 * S);
	starts("a");
	schedule_hold(schedule, true);
	ends_after(S, FAILS);
	waits_for_ever();
	now += HOUR;
	schedule_hold(schedule, false);
	runs("a", SUCCEEDS);
	waits_for_ever();
}

static void start_bound_ends_no_hold(void **state)
{
	(void)state;
	begin();
	schedule_hold(schedule, true);
	change("lists");
	waits_for_ever();
	now += 2 * SCHEDULE_START_BOUND;
	waits_for_ever();
	schedule_ready(schedule, false, now);
	schedule_hold(schedule, false);
	runs("INBOX", SUCCEEDS);
	runs("all", SUCCEEDS);
	waits_for_ever();
	begin();
	schedule_hold(schedule, true);
	now += S;
	schedule_hold(schedule, false);
	waits_until(100 + SCHEDULE_START_BOUND);
}

#define SENTENCE(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
	const struct CMUnitTest sentences[] = {
		SENTENCE(change_is_synced_after_base_delay),
		SENTENCE(later_changes_do_not_push_a_sync_back),
		SENTENCE(syncs_of_a_mailbox_are_inter_delay_apart),
		SENTENCE(inter_delay_counts_from_a_whole_run),
		SENTENCE(run_takes_along_what_inter_delay_allows),
		SENTENCE(base_delay_may_exceed_inter_delay),
		SENTENCE(delays_of_zero_mean_at_once),
		SENTENCE(ignored_mailboxes_are_not_acted_on),
		SENTENCE(change_during_a_sync_is_synced_again),
		SENTENCE(change_during_a_whole_sync_is_synced_again),
		SENTENCE(all_that_changes_during_a_whole_sync_runs_again),
		SENTENCE(mailboxes_that_are_too_many_become_all),
		SENTENCE(runs_know_who_reported),
		SENTENCE(what_failed_together_is_told_apart),
		SENTENCE(all_mailboxes_know_who_reported_each),
		SENTENCE(names_that_become_all_bring_who_reported_them),
		SENTENCE(names_that_are_too_long_become_all),
		SENTENCE(failed_mailbox_is_tried_again_with_backoff),
		SENTENCE(failed_mailbox_does_not_delay_others),
		SENTENCE(inter_delay_may_exceed_max_delay),
		SENTENCE(backoff_without_delays_does_not_hammer),
		SENTENCE(one_bad_mailbox_among_many_is_found),
		SENTENCE(when_all_parts_fail_the_attempt_ends),
		SENTENCE(mailboxes_with_a_longer_inter_delay_hold_up_no_others),
		SENTENCE(failing_whole_sync_slows_down_no_mailbox),
		SENTENCE(whole_sync_takes_along_what_has_failed),
		SENTENCE(start_is_inbox_then_all),
		SENTENCE(several_go_first_together),
		SENTENCE(start_waits_for_slow_watchers_30_seconds),
		SENTENCE(ignored_inbox_is_left_out_at_start),
		SENTENCE(watcher_that_is_ready_again_means_inbox_then_all),
		SENTENCE(user_waits_for_nothing),
		SENTENCE(new_settings_put_other_mailboxes_first),
		SENTENCE(new_settings_keep_what_is_pending),
		SENTENCE(names_that_are_no_more_become_all),
		SENTENCE(what_is_wanted_waits_for_nothing),
		SENTENCE(what_is_wanted_runs_after_it_was_asked_for),
		SENTENCE(what_is_wanted_goes_first),
		SENTENCE(who_wants_ever_more_holds_up_nobody),
		SENTENCE(a_run_of_all_holds_what_is_wanted),
		SENTENCE(failing_urgent_sync_gives_way),
		SENTENCE(news_cuts_a_backoff_short),
		SENTENCE(news_does_not_cut_the_delay_after_a_success),
		SENTENCE(news_cuts_a_backoff_soon_after_a_success),
		SENTENCE(run_that_fails_after_news_is_tried_again_at_once),
		SENTENCE(resume_waits_for_the_watchers),
		SENTENCE(sleep_while_starting_does_not_sync_twice),
		SENTENCE(poll_period_is_kept),
		SENTENCE(short_poll_period_keeps_to_inter_delay),
		SENTENCE(report_shows_what_is_pending),
		SENTENCE(held_schedule_runs_nothing_until_it_is_let_go),
		SENTENCE(run_that_fails_while_held_is_tried_again_after_the_hold),
		SENTENCE(start_bound_ends_no_hold),
	};

	return cmocka_run_group_tests_name("schedule", sentences, NULL, NULL);
}
