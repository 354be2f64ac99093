/*
 * Weeks of random changes, results, news and sleep, with a model beside the
 * schedule that knows what is owed and checks every step.
 *
 * SCHEDULE_SEED=N plays world N alone and tells each step;
 * SCHEDULE_SECONDS=N goes on for so long (5).
 */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gated.h"

#define S ((clock_ms)1000)
#define MIN (60 * S)
#define HOUR (60 * MIN)
#define DAY (24 * HOUR)
#define MOST_NAMES 12
#define LEAST_BACKOFF 100
#define STEPS 6000

enum weather { CALM, NOISE, OUTAGE };

/* What the model knows of a mailbox; number 0 is all mailboxes. */
struct box {
	char name[16];
	clock_ms inter_delay;
	bool bad, ignored;
	clock_ms owed, owed_anew;       /* reported; during a run that holds it */
	bool held;
	clock_ms start, start_slept;    /* what the bound counts from */
	unsigned start_urgent;
	clock_ms succeeded, failed, failed_start;
	bool troubled, alone, failed_in_part;
	bool shown;
	enum schedule_state shown_state;
	clock_ms shown_due;
};

static struct world {
	uint64_t seed, random;
	struct config config;
	struct config_delay delays[MOST_NAMES];
	char *ignored[1];
	struct schedule *schedule;
	struct box boxes[MOST_NAMES + 1];
	size_t count;                   /* of names; they are 1 to count */
	bool tight;                     /* names may become all mailboxes */
	bool whole_bad;
	clock_ms longest_run;
	enum weather weather;
	clock_ms now, slept, news, next_event;
	bool running;
	struct schedule_run run;
	clock_ms run_start, run_end, whole_start, named_failed;
	bool waiting, urgent_inbox, urgent_whole, held;
	clock_ms waiting_until;
	unsigned urgent_count, runs_since_urgent, part_failures;
	bool part_news;
} world;

static bool verbose;
static uint64_t runs, steps;
static char history[64][160];
static size_t history_next;

static void tell(const char *format, ...) __attribute__((format(printf, 1, 2)));
static void tell(const char *format, ...)
{
	char *line = history[history_next++ % 64];
	int used = snprintf(line, sizeof *history, "# %12" PRId64 " ", world.now);
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(line + used, sizeof *history - (size_t)used, format, arguments);
	va_end(arguments);
	if (verbose)
		puts(line);
}

static void check(bool holds, const char *what, const char *name)
{
	if (holds)
		return;
	for (size_t i = history_next < 64 ? 0 : history_next - 64; !verbose && i < history_next;
	     i++)
		puts(history[i % 64]);
	printf("# SCHEDULE_SEED=%" PRIu64 " at %" PRId64 ": base_delay %" PRId64
	       " inter_delay %" PRId64 " max_delay %" PRId64 " poll_period %" PRId64
	       " max_pending %zu, runs of up to %" PRId64 " ms\n",
	       world.seed, world.now, world.config.base_delay, world.config.inter_delay,
	       world.config.max_delay, world.config.poll_period, world.config.max_pending,
	       world.longest_run);
	printf("not ok 1 - %s: %s\n", what, name);
	exit(1);
}

/* xorshift64*: the same everywhere. */
static uint64_t below(uint64_t most)
{
	world.random ^= world.random >> 12;
	world.random ^= world.random << 25;
	world.random ^= world.random >> 27;
	return most == 0 ? 0 : (world.random * 0x2545F4914F6CDD1DULL >> 11) % most;
}

static size_t pick(size_t most)
{
	return (size_t)below(most);
}

static bool chance(unsigned percent)
{
	return below(100) < percent;
}

static clock_ms later(clock_ms a, clock_ms b)
{
	return a > b ? a : b;
}

static clock_ms earlier(clock_ms a, clock_ms b)
{
	return a < b ? a : b;
}

static clock_ms random_delay(void)
{
	static const clock_ms delays[] = { 0, 1, 50, S, S, 10 * S, 10 * S, MIN, MIN, 10 * MIN,
		                           HOUR };

	return delays[below(sizeof delays / sizeof *delays)];
}

static struct box *const all = &world.boxes[0];

static struct box *box_of(const char *name)
{
	for (size_t i = 0; i <= world.count; i++)
		if (strcmp(world.boxes[i].name, name) == 0)
			return &world.boxes[i];
	check(false, "a name that nobody reported", name);
	return NULL;
}

/* The model: what is owed, and when it may run. */

static clock_ms longest_inter_delay(void)
{
	clock_ms longest = 0;

	for (size_t i = 0; i <= world.count; i++)
		longest = later(longest, world.boxes[i].inter_delay);
	return longest;
}

static clock_ms longest_backoff(clock_ms inter_delay)
{
	return later(later(world.config.max_delay, inter_delay), LEAST_BACKOFF);
}

/* The bound of schedule.h. */
static clock_ms bound(unsigned urgent)
{
	clock_ms n = (clock_ms)world.count, log = 0, bad = 0;
	clock_ms longest = longest_inter_delay(), backoff = longest_backoff(longest);

	while ((1 << log) < n)
		log++;
	for (size_t i = 1; i <= world.count; i++)
		bad += world.boxes[i].bad;
	return later(world.config.base_delay, longest) + longest +
	       (bad * (log + 2) / 3 + 2) * backoff +
	       ((log + 3) * (n + 4) + 2 * (clock_ms)urgent) * world.longest_run;
}

static void count_from_now(struct box *box)
{
	box->start = world.now;
	box->start_slept = world.slept;
	box->start_urgent = world.urgent_count;
}

/* Something failed that need not have: the bounds count from now. */
static void disturb(void)
{
	for (size_t i = 0; i <= world.count; i++)
		count_from_now(&world.boxes[i]);
}

static void owe(struct box *box)
{
	if (box->ignored)
		return;
	if (box->held) {
		box->owed_anew = earlier(box->owed_anew, world.now);
		return;
	}
	if (box->owed == CLOCK_NEVER)
		count_from_now(box);
	box->owed = earlier(box->owed, world.now);
}

static void owe_at_once(void)
{
	tell("INBOX and all are wanted at once");
	world.waiting = false;
	owe(&world.boxes[1]);
	owe(all);
	world.urgent_inbox = !world.boxes[1].ignored;
	world.urgent_whole = true;
	world.urgent_count++;
	world.runs_since_urgent = 0;
}

static clock_ms rested(const struct box *box)
{
	return later(box->succeeded, all->succeeded) + box->inter_delay;
}

static clock_ms due(const struct box *box)
{
	return later(box->owed + world.config.base_delay, rested(box));
}

static bool fresh(const struct box *box)
{
	return box->owed != CLOCK_NEVER && !box->troubled;
}

static bool poll_due(clock_ms when)
{
	return world.config.poll_period > 0 && when >= world.whole_start + world.config.poll_period;
}

/* Whether inter_delay after the last failure may be cut now. */
static bool cut_short(const struct box *box, bool part)
{
	return world.news >= box->failed_start || (part && box->failed_in_part);
}

static bool waited_after_failure(const struct box *box)
{
	return world.now >= box->failed + later(box->inter_delay, LEAST_BACKOFF);
}

/* A run starts. */

static void check_member(struct box *box, bool urgent)
{
	const struct schedule_run *run = &world.run;

	check(box->owed != CLOCK_NEVER, "runs what nothing is owed for", box->name);
	check(run->retry == box->troubled, "a retry, or no retry", box->name);
	check(!run->part || !box->alone, "an isolated mailbox in a part", box->name);
	check(!box->alone || run->count == 1, "an isolated mailbox with others", box->name);
	if (urgent)
		return;
	check(box->troubled || world.now >= rested(box), "before inter_delay after a success",
	      box->name);
	check(!box->troubled || cut_short(box, run->part) || waited_after_failure(box),
	      "before inter_delay after a failure", box->name);
}

static void check_normal_run(void)
{
	bool any = false;

	for (size_t i = 1; i <= world.count; i++) {
		struct box *box = &world.boxes[i];

		if (!fresh(box))
			continue;
		any = any || (box->held && due(box) <= world.now);
		check(box->held || rested(box) > world.now, "is not taken along", box->name);
	}
	check(any, "a run that no mailbox is due for", "");
}

static void start_named(void)
{
	bool inbox = world.run.count == 1 && strcmp(world.run.names[0], "INBOX") == 0;
	bool urgent = inbox && world.urgent_inbox;

	check(world.run.count > 0, "an empty run", "");
	if (!all->troubled && !world.tight) {
		check(!world.urgent_inbox || inbox, "INBOX is not first", world.run.names[0]);
		check(!world.urgent_whole || urgent, "all is not next", world.run.names[0]);
	}
	for (size_t i = 0; i < world.run.count; i++) {
		struct box *box = box_of(world.run.names[i]);

		check(i == 0 || strcmp(world.run.names[i - 1], box->name) < 0, "not sorted",
		      box->name);
		check_member(box, urgent);
		box->held = true;
		if (box == &world.boxes[1])
			world.urgent_inbox = false;
	}
	if (!urgent && !world.run.part && !world.run.retry)
		check_normal_run();
}

static void start_whole(void)
{
	check(world.run.retry == all->troubled, "a retry, or no retry", "all");
	if (!world.urgent_whole) {
		check(poll_due(world.now) || (all->owed != CLOCK_NEVER &&
		      (all->troubled || due(all) <= world.now)), "a whole run that is not due", "");
		check(all->troubled || world.now >= rested(all),
		      "before inter_delay after a success", "all");
		check(!all->troubled || cut_short(all, false) || waited_after_failure(all),
		      "before inter_delay after a failure", "all");
	} else if (!world.tight) {
		check(!world.urgent_inbox, "all before INBOX", "");
	}
	owe(all);
	for (size_t i = 0; i <= world.count; i++)
		world.boxes[i].held = true;
	world.urgent_inbox = world.urgent_whole = false;
	world.whole_start = world.now;
}

static void start(void)
{
	check(!world.held, "a run while it is held", "");
	tell("%s%s run of %s%s%s%s%s (%zu)", world.run.retry ? "retry " : "",
	     world.run.part ? "part" : "", world.run.whole ? "all" : world.run.names[0],
	     world.run.count > 1 ? " " : "", world.run.count > 1 ? world.run.names[1] : "",
	     world.run.count > 2 ? " " : "", world.run.count > 2 ? world.run.names[2] : "",
	     world.run.count);
	runs++;
	world.running = true;
	world.run_start = world.now;
	world.run_end = world.now + (clock_ms)below((uint64_t)world.longest_run + 1);
	world.part_news = false;
	world.runs_since_urgent++;
	if (world.run.whole)
		start_whole();
	else
		start_named();
	check(!world.urgent_whole || world.runs_since_urgent < 3, "all is wanted at once", "");
}

/* A run ends. */

static bool is_to_succeed(void)
{
	bool bad = world.run.whole && world.whole_bad;

	for (size_t i = 0; i < world.run.count; i++)
		bad = bad || box_of(world.run.names[i])->bad;
	if (!bad && (world.weather == OUTAGE || (world.weather == NOISE && chance(30)))) {
		disturb();
		return false;
	}
	return !bad;
}

static void end_box(struct box *box, bool success)
{
	if (success) {
		box->owed = box->owed_anew;
		count_from_now(box);
		box->troubled = box->alone = box->failed_in_part = false;
		if (!world.run.whole || box == all)
			box->succeeded = world.now;
	} else {
		if (box->owed == CLOCK_NEVER)
			count_from_now(box);
		box->owed = earlier(box->owed, box->owed_anew);
		if (!world.run.whole || box == all) {
			box->troubled = true;
			box->alone = world.run.count == 1;
			box->failed_in_part = world.run.part;
			box->failed = world.now;
			box->failed_start = world.run_start;
		}
	}
	box->owed_anew = CLOCK_NEVER;
	box->held = false;
}

static void end(bool success)
{
	tell("%s", success ? "succeeds" : "fails");
	for (size_t i = 0; i <= world.count; i++)
		if (world.boxes[i].held)
			end_box(&world.boxes[i], success);
	if (!success && !world.run.whole)
		world.named_failed = world.now;
	world.running = false;
	schedule_result(world.schedule, success, world.now);
	if (world.run.part)
		world.part_failures = success || world.part_news ? 0 : world.part_failures + 1;
}

/* What the schedule shows. */

static void show(void *context, const char *mailbox, clock_ms its_due, enum schedule_state state)
{
	struct box *box = box_of(mailbox);

	(void)context;
	check(!box->shown, "shown twice", mailbox);
	box->shown = true;
	box->shown_due = its_due;
	box->shown_state = state;
}

static void check_backoff(const struct box *box, clock_ms failed)
{
	clock_ms most = later(failed + longest_backoff(box->inter_delay), rested(box));

	check(box->shown_due <= later(most, world.now), "backoff above max_delay", box->name);
}

/* A name that is not shown is owed by all mailboxes, where that may be. */
static void check_shown(struct box *box)
{
	bool owed = box->owed != CLOCK_NEVER || box->owed_anew != CLOCK_NEVER;

	if (owed && !box->shown) {
		check(world.tight && all->shown, "a change is forgotten", box->name);
		all->owed_anew = earlier(all->owed_anew, box->owed_anew);
		if (all->owed == CLOCK_NEVER && box->owed != CLOCK_NEVER)
			count_from_now(all);
		all->owed = earlier(all->owed, box->owed);
		box->owed = box->owed_anew = CLOCK_NEVER;
		box->troubled = box->alone = false;
	}
	check(!box->shown || owed, "is pending without a reason", box->name);
	if (box->shown && box->shown_state == SCHEDULE_RETRYING) {
		clock_ms failed = box->alone ? box->failed : world.named_failed;

		check_backoff(box, failed);
	}
}

static void check_all_shown(void)
{
	bool owed = all->owed != CLOCK_NEVER || all->owed_anew != CLOCK_NEVER;

	check(!owed || all->shown, "all is forgotten", "");
	check(!all->shown || owed || world.waiting || poll_due(world.now), "all without a reason",
	      "");
	if (all->shown && all->shown_state == SCHEDULE_RETRYING)
		check_backoff(all, all->failed);
}

/* After three failures of parts in a row no part goes on. */
static void check_attempt(void)
{
	bool any = false;

	for (size_t i = 1; i <= world.count; i++) {
		const struct box *box = &world.boxes[i];

		if (!box->troubled || box->alone)
			continue;
		any = true;
		check(world.part_failures < 3 || box->shown_due > world.now,
		      "a fourth failure in a row", box->name);
	}
	if (!any || world.part_failures >= 3)
		world.part_failures = 0;
}

/* The time of a hold comes on top of what the bound says, like time asleep. */
static void check_bounds(void)
{
	if (world.held)
		return;
	for (size_t i = 0; i <= world.count; i++) {
		struct box *box = &world.boxes[i];
		clock_ms waited = world.now - box->start - (world.slept - box->start_slept);

		if (box->owed == CLOCK_NEVER || box->bad || (box == all && world.whole_bad))
			continue;
		check(waited <= bound(world.urgent_count - box->start_urgent),
		      "is not synced in time", i ? box->name : "all");
	}
}

static void check_wake(void)
{
	clock_ms wake = schedule_wake(world.schedule, world.now);
	bool idle = !world.waiting && all->owed == CLOCK_NEVER;
	clock_ms poll = CLOCK_NEVER;

	if (world.running || world.held) {
		check(wake == CLOCK_NEVER, "wakes during a run or hold", "");
		return;
	}
	check(wake > world.now, "a busy loop", "");
	for (size_t i = 1; i <= world.count; i++) {
		const struct box *box = &world.boxes[i];

		idle = idle && box->owed == CLOCK_NEVER;
		check(!fresh(box) || wake <= due(box), "wakes too late", box->name);
	}
	if (world.config.poll_period > 0)
		poll = later(world.whole_start + world.config.poll_period, rested(all));
	check(all->troubled || wake <= poll, "poll_period is not kept", "");
	check(!idle || wake == poll, "ticks while idle", "");
}

/* Sees what is pending. */
static void look(void)
{
	for (size_t i = 0; i <= world.count; i++)
		world.boxes[i].shown = false;
	schedule_each(world.schedule, world.now, show, NULL);
	for (size_t i = 1; i <= world.count; i++)
		check_shown(&world.boxes[i]);
}

static void check_step(void)
{
	steps++;
	look();
	check_all_shown();
	check_attempt();
	check_bounds();
	check_wake();
}

/* Events. */

static void event_change(size_t number)
{
	tell("change of %s", number ? world.boxes[number].name : "all");
	owe(&world.boxes[number]);
	gated_change(world.schedule, &world.config, world.boxes[number].name, world.now);
}

static void event_ready(void)
{
	bool ready = chance(60);

	tell("ready, %s", ready ? "all are" : "others are not");
	if (ready || !world.waiting)
		owe_at_once();
	schedule_ready(world.schedule, ready, world.now);
}

static void event_news(void)
{
	tell("news");
	world.news = world.now;
	world.part_failures = 0;
	world.part_news = world.running;
}

static void event_sleep(void)
{
	clock_ms span = (clock_ms)below((uint64_t)(chance(50) ? MIN : 2 * DAY));

	world.now += span;
	world.slept += span;
	world.run_end = later(world.run_end, world.now);
	tell("slept for %" PRId64, span);
}

static void event_resume(void)
{
	bool ready = chance(30);

	event_sleep();
	event_news();
	tell("resume, %s", ready ? "all are ready" : "not all are ready");
	world.waiting = !ready;
	world.waiting_until = world.now + SCHEDULE_START_BOUND;
	if (ready)
		owe_at_once();
	schedule_resume(world.schedule, ready, world.now);
}

static void event_weather(void)
{
	world.weather = chance(60) ? CALM : chance(50) ? NOISE : OUTAGE;
	tell("weather %d", (int)world.weather);
	if (chance(10)) {
		size_t number = 1 + pick(world.count);

		world.boxes[number].bad = !world.boxes[number].bad;
		tell("%s turns %s", world.boxes[number].name,
		     world.boxes[number].bad ? "bad" : "good");
	}
	if (chance(5))
		world.whole_bad = !world.whole_bad;
	disturb();
}

static void event_hold(void)
{
	world.held = !world.held;
	tell(world.held ? "held" : "let go");
	if (!world.held)
		disturb();
	schedule_hold(world.schedule, world.held);
}

static void event(void)
{
	uint64_t which = below(100);

	if (chance(world.held ? 20 : 2)) {
		event_hold();
		return;
	}

	if (which < 68)
		event_change(1 + pick(world.count));
	else if (which < 74)
		for (size_t i = 1; i <= world.count; i++)
			event_change(i);
	else if (which < 78)
		event_change(0);
	else if (which < 82)
		event_ready();
	else if (which < 86) {
		event_news();
		schedule_news(world.schedule, world.now);
	} else if (which < 88) {
		tell("the user wants all");
		owe(all);
		if (!world.urgent_whole)
			world.runs_since_urgent = 0;
		world.urgent_whole = true;
		world.urgent_count++;
		schedule_sync_all(world.schedule, world.now);
	} else if (which < 91)
		event_resume();
	else if (which < 94)
		event_sleep();
	else
		event_weather();
}

static clock_ms random_gap(void)
{
	static const clock_ms most[] = { 1, 100, 2 * S, 20 * S, 2 * MIN, 20 * MIN, 2 * HOUR, DAY };

	return (clock_ms)below((uint64_t)most[below(sizeof most / sizeof *most)]);
}

/* A world. */

static void create_config(void)
{
	static char none[] = "", junk[] = "Junk";
	static const clock_ms polls[] = { 0, 0, S, MIN, HOUR, DAY, DAY, 7 * DAY };

	world.config = (struct config){
		.base_delay = random_delay(),
		.inter_delay = random_delay(),
		.max_delay = random_delay(),
		.poll_period = polls[below(sizeof polls / sizeof *polls)],
		.max_pending = 10000,
		.delays = world.delays,
		.ignored = world.ignored,
		.ignored_count = 1,
		.unspeakable = none,
	};
	world.ignored[0] = chance(90) ? junk : world.boxes[1].name;
	if (chance(20))
		world.config.max_pending = pick(MOST_NAMES + 1);
}

static void create_boxes(void)
{
	unsigned bad = chance(50) ? 0 : (unsigned)below(40);

	world.count = 3 + pick(MOST_NAMES - 2);
	for (size_t i = 0; i <= world.count; i++) {
		struct box *box = &world.boxes[i];

		if (i == 1)
			snprintf(box->name, sizeof box->name, "INBOX");
		else if (i == 2)
			snprintf(box->name, sizeof box->name, "Junk");
		else if (i > 2)
			snprintf(box->name, sizeof box->name, "box-%c", (char)('a' + i));
		box->inter_delay = world.config.inter_delay;
		box->ignored = i > 0 && strcmp(box->name, world.ignored[0]) == 0;
		box->bad = i > 0 && chance(bad);
		box->owed = box->owed_anew = CLOCK_NEVER;
		box->succeeded = box->failed = box->failed_start = -1000 * DAY;
		if (i > 2 && chance(15)) {
			struct config_delay *delay = &world.delays[world.config.delay_count++];

			box->inter_delay = random_delay();
			*delay = (struct config_delay){ .mailbox = box->name,
				                        .delay = box->inter_delay };
		}
	}
}

static void create(uint64_t seed)
{
	static const clock_ms longest[] = { 0, 1, S, 10 * S, 5 * MIN };
	size_t room = chance(85) ? 100000 : pick(250);

	world = (struct world){ .seed = seed, .random = seed * 0x9E3779B97F4A7C15ULL + 1 };
	for (int i = 0; i < 8; i++)
		below(1);
	snprintf(world.boxes[1].name, sizeof world.boxes[1].name, "INBOX");
	create_config();
	create_boxes();
	world.tight = room < 1000 || world.config.max_pending < world.count;
	world.whole_bad = chance(30);
	world.longest_run = longest[below(sizeof longest / sizeof *longest)];
	world.now = (clock_ms)below(10 * S);
	world.next_event = world.now;
	world.news = -1000 * DAY;
	world.whole_start = world.now;
	world.waiting = true;
	world.waiting_until = world.now + SCHEDULE_START_BOUND;
	world.schedule = gated_new(&world.config, room, world.now);
	check(world.schedule != NULL, "no memory", "");
}

static void step(void)
{
	clock_ms next = world.running ? world.run_end : schedule_wake(world.schedule, world.now);
	bool others = next > world.next_event;
	struct schedule_run run;

	world.now = earlier(next, world.next_event);
	if (others) {
		event();
		world.next_event = world.now + random_gap();
	} else if (world.running) {
		end(is_to_succeed());
	}
	if (world.running) {
		check(!schedule_run(world.schedule, world.now, &run), "two runs at once", "");
	} else {
		if (!world.held && world.waiting && world.now >= world.waiting_until)
			owe_at_once();
		if (schedule_run(world.schedule, world.now, &world.run)) {
			look();
			start();
		}
	}
	check_step();
}

int main(void)
{
	const char *seed = getenv("SCHEDULE_SEED"), *seconds = getenv("SCHEDULE_SECONDS");
	clock_ms until = clock_now() + (seconds != NULL ? strtoll(seconds, NULL, 10) : 5) * S;
	clock_ms simulated = 0;
	uint64_t worlds = 0, first = seed != NULL ? strtoull(seed, NULL, 10) : 1;

	setvbuf(stdout, NULL, _IOLBF, 0);
	verbose = seed != NULL;
	puts("1..1");
	do {
		create(first + worlds++);
		for (int i = 0; i < STEPS; i++)
			step();
		simulated += world.now;
		schedule_free(world.schedule);
	} while (!verbose && clock_now() < until);
	printf("# worlds %" PRIu64 " to %" PRIu64 ": %" PRIu64 " steps, %" PRIu64 " runs, %" PRId64
	       " weeks\n", first, first + worlds - 1, steps, runs, simulated / (7 * DAY));
	puts("ok 1 - every change is synced, in time, and nothing else is run");
	return 0;
}
