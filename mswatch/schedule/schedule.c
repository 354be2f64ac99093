#include "schedule.h"

#include <stdlib.h>
#include <string.h>

#include "first.h"
#include "memory.h"
#include "parts.h"

enum run_kind {
	RUN_NONE,
	RUN_NORMAL,     /* every normal mailbox that may run */
	RUN_PART,       /* one part of a run that has failed */
	RUN_ALONE,      /* one mailbox that is isolated */
	RUN_FIRST,      /* those that go first, when they are urgent */
	RUN_WANTED,     /* those that the user wants */
	RUN_WHOLE       /* all mailboxes */
};

struct schedule {
	const struct config *config;
	size_t argument_room, argument_extra;
	struct pending pending;
	struct mailbox *whole;          /* all mailboxes; isolated: its last run failed */
	clock_ms whole_started;         /* start of the last whole run */
	struct parts parts;

	bool waiting;                   /* for the watchers, with the first and then all */
	clock_ms waiting_until;
	struct firsts firsts;           /* the mailboxes that go before all */
	bool urgent_whole;              /* all are wanted at once, behind the urgent firsts */
	bool yields;                    /* an urgent whole run has failed: others' turn */
	bool held;                      /* a mailstore is gone */
	bool turn;                      /* wanted ones have run: it is the others' turn */
	bool renamed;                   /* the names of the run under way are no more */

	enum run_kind running;
	bool running_urgent;
	bool news;                      /* came while the run is under way */
	const char **names;             /* of this run or the last; their text is behind them */
	size_t names_count, names_room; /* the room in bytes, of both */
};

/* What could run, and when. */
struct choice {
	enum run_kind kind;
	clock_ms due;
	bool urgent;
	const struct mailbox *mailbox;  /* all, alone, or any of the run or part */
};

static void set_config(struct schedule *schedule, const struct config *config,
                       size_t argument_room)
{
	schedule->config = config;
	schedule->argument_room = argument_room;
	schedule->argument_extra = 1 + sizeof(char *);
	if (config->prefix != NULL)
		schedule->argument_extra += strlen(config->prefix) + strlen(config->separator);
}

struct schedule *schedule_new(const struct config *config, size_t argument_room, clock_ms now)
{
	struct schedule *schedule = calloc(1, sizeof *schedule);

	if (schedule == NULL)
		return NULL;
	schedule->whole = mailbox_new("", config->inter_delay);
	if (schedule->whole == NULL) {
		free(schedule);
		return NULL;
	}
	set_config(schedule, config, argument_room);
	pending_start(&schedule->pending, config->max_pending);
	schedule->whole_started = now;
	schedule->waiting = true;
	schedule->waiting_until = now + SCHEDULE_START_BOUND;
	return schedule;
}

void schedule_free(struct schedule *schedule)
{
	if (schedule == NULL)
		return;
	pending_free(&schedule->pending);
	free(schedule->whole);
	firsts_free(&schedule->firsts);
	free(schedule->names);
	free(schedule);
}

bool schedule_put_first(struct schedule *schedule, const char *name, clock_ms inter_delay)
{
	return *name == '\0' || firsts_add(&schedule->firsts, name, inter_delay);
}

void schedule_forget_first(struct schedule *schedule)
{
	firsts_free(&schedule->firsts);
}

void schedule_configure(struct schedule *schedule, const struct config *config,
                        size_t argument_room, schedule_delay *delay, void *context)
{
	set_config(schedule, config, argument_room);
	schedule->pending.most = config->max_pending;
	schedule->whole->inter_delay = config->inter_delay;
	for (size_t i = 0; i < schedule->pending.count; i++) {
		struct mailbox *mailbox = schedule->pending.mailboxes[i];

		mailbox->inter_delay = delay(context, mailbox->name);
	}
}

/* What is reported. */

/* The mailbox, which may be new, or what stands for it. */
static struct mailbox *take(struct schedule *schedule, const char *name, clock_ms inter_delay,
                            clock_ms now)
{
	struct mailbox *mailbox;

	if (*name == '\0')
		return schedule->whole;
	mailbox = pending_find(&schedule->pending, name);
	if (mailbox == NULL)
		mailbox = pending_add(&schedule->pending, name, inter_delay,
		                      schedule->whole->succeeded, now);
	return mailbox != NULL ? mailbox : schedule->whole;
}

void schedule_change(struct schedule *schedule, const char *name, clock_ms inter_delay,
                     uint64_t origins, clock_ms now)
{
	struct mailbox *mailbox = take(schedule, name, inter_delay, now);

	mailbox_change(mailbox, now);
	mailbox_add_origins(mailbox, origins);
}

static void hurry(struct schedule *schedule, clock_ms now)
{
	schedule->waiting = false;
	firsts_set_urgent(&schedule->firsts, true);
	schedule->urgent_whole = true;
	for (size_t i = 0; i < schedule->firsts.count; i++)
		schedule_change(schedule, schedule->firsts.list[i].name,
		                schedule->firsts.list[i].inter_delay, 0, now);
	mailbox_change(schedule->whole, now);
}

void schedule_ready(struct schedule *schedule, bool all, clock_ms now)
{
	if (all || !schedule->waiting)
		hurry(schedule, now);
}

void schedule_sync_all(struct schedule *schedule, clock_ms now)
{
	schedule->urgent_whole = true;
	schedule->yields = false;
	mailbox_change(schedule->whole, now);
}

bool schedule_want(struct schedule *schedule, const char *name, clock_ms inter_delay, clock_ms now)
{
	struct mailbox *mailbox;

	schedule_change(schedule, name, inter_delay, 0, now);
	mailbox = pending_find(&schedule->pending, name);
	if (mailbox != NULL)
		mailbox->wanted = true;
	else
		schedule_sync_all(schedule, now);
	return mailbox != NULL;
}

void schedule_hold(struct schedule *schedule, bool held)
{
	schedule->held = held;
}

void schedule_news(struct schedule *schedule, clock_ms now)
{
	for (size_t i = 0; i < schedule->pending.count; i++)
		mailbox_news(schedule->pending.mailboxes[i], now);
	mailbox_news(schedule->whole, now);
	parts_restart(&schedule->parts);
	schedule->news = schedule->running != RUN_NONE;
}

void schedule_resume(struct schedule *schedule, bool all_ready, clock_ms now)
{
	schedule_news(schedule, now);
	if (all_ready) {
		hurry(schedule, now);
	} else {
		schedule->waiting = true;
		schedule->waiting_until = now + SCHEDULE_START_BOUND;
	}
}

/* What could run, and when. */

static clock_ms due_time(const struct schedule *schedule, const struct mailbox *mailbox)
{
	return mailbox_due(mailbox, schedule->config->base_delay, schedule->whole->succeeded);
}

static clock_ms whole_due_time(const struct schedule *schedule)
{
	const struct mailbox *whole = schedule->whole;
	clock_ms due = due_time(schedule, whole);
	clock_ms rested = mailbox_rested(whole, whole->succeeded);
	clock_ms poll = schedule->whole_started + schedule->config->poll_period;

	if (schedule->config->poll_period == 0 || whole->state != MAILBOX_NORMAL)
		return due;
	return clock_earlier(due, clock_later(poll, rested));
}

/* The mailbox that has waited longest; among equals normal ones, then the oldest part. */
static const struct mailbox *find_earliest(const struct schedule *schedule, clock_ms *due)
{
	const struct mailbox *best = NULL;

	*due = CLOCK_NEVER;
	for (size_t i = 0; i < schedule->pending.count; i++) {
		const struct mailbox *mailbox = schedule->pending.mailboxes[i];
		clock_ms its_due = due_time(schedule, mailbox);

		if (its_due > *due || its_due == CLOCK_NEVER)
			continue;
		if (best != NULL && its_due == *due &&
		    (mailbox->state > best->state ||
		     (mailbox->state == best->state && mailbox->part >= best->part)))
			continue;
		best = mailbox;
		*due = its_due;
	}
	return best;
}

static struct choice choose_named(const struct schedule *schedule)
{
	static const enum run_kind kinds[] = {
		[MAILBOX_NORMAL] = RUN_NORMAL,
		[MAILBOX_PART] = RUN_PART,
		[MAILBOX_ISOLATED] = RUN_ALONE,
	};
	struct choice choice = { .kind = RUN_NONE };

	choice.mailbox = find_earliest(schedule, &choice.due);
	if (choice.mailbox != NULL)
		choice.kind = kinds[choice.mailbox->state];
	return choice;
}

static const struct mailbox *find_wanted(const struct schedule *schedule)
{
	for (size_t i = 0; i < schedule->pending.count; i++)
		if (schedule->pending.mailboxes[i]->wanted)
			return schedule->pending.mailboxes[i];
	return NULL;
}

static struct choice choose(const struct schedule *schedule, clock_ms now)
{
	struct choice named = choose_named(schedule);
	struct choice whole = { RUN_WHOLE, whole_due_time(schedule), false, schedule->whole };
	const struct mailbox *first, *wanted = find_wanted(schedule);

	if (wanted != NULL && !(schedule->turn && (schedule->urgent_whole || named.due <= now ||
	                                           whole.due <= now)))
		return (struct choice){ RUN_WANTED, now, true, wanted };
	if (schedule->urgent_whole) {
		if (schedule->yields && named.due <= now)
			return named;
		first = firsts_find(&schedule->firsts, &schedule->pending);
		if (first != NULL)
			return (struct choice){ RUN_FIRST, now, true, first };
		return (struct choice){ RUN_WHOLE, now, true, schedule->whole };
	}
	if (whole.due <= now && schedule->whole->state == MAILBOX_NORMAL)
		return whole;
	return whole.due < named.due ? whole : named;
}

/* Runs. */

/* Whether a run as chosen holds the mailbox. */
static bool holds(const struct schedule *schedule, const struct choice *choice,
                  const struct mailbox *mailbox, clock_ms now)
{
	if (!mailbox_is_pending(mailbox))
		return false;
	if (choice->kind == RUN_ALONE)
		return mailbox == choice->mailbox;
	if (choice->kind == RUN_WANTED)
		return mailbox->wanted;
	if (choice->kind == RUN_FIRST)
		return firsts_hold(&schedule->firsts, mailbox);
	if (choice->kind == RUN_PART)
		return mailbox->state == MAILBOX_PART && mailbox->part == choice->mailbox->part;
	if (choice->kind == RUN_NORMAL)
		return mailbox->state == MAILBOX_NORMAL &&
		       mailbox_rested(mailbox, schedule->whole->succeeded) <= now;
	return true;
}

/* Room for the names of a run; those of the last one are no longer needed. */
static bool make_room(struct schedule *schedule, size_t count, size_t bytes)
{
	const char **names = memory_extend(schedule->names, &schedule->names_room,
	                                   count * sizeof *names + bytes, 1);

	if (names == NULL)
		return false;
	schedule->names = names;
	schedule->names_count = count;
	return true;
}

/* Whether the names can be given to the syncer as arguments. */
static bool fits(struct schedule *schedule, const struct choice *choice, clock_ms now)
{
	size_t count = 0, bytes = 0, left = schedule->argument_room;

	for (size_t i = 0; i < schedule->pending.count; i++) {
		const struct mailbox *mailbox = schedule->pending.mailboxes[i];
		size_t length = strlen(mailbox->name), need = length + schedule->argument_extra;

		if (!holds(schedule, choice, mailbox, now))
			continue;
		if (need > left)
			return false;
		left -= need;
		bytes += length + 1;
		count++;
	}
	return make_room(schedule, count, bytes);
}

static void owe_all_for(struct schedule *schedule, struct mailbox *mailbox)
{
	mailbox_change(schedule->whole, mailbox->since);
	mailbox_add_origins(schedule->whole, mailbox->origins);
	schedule->urgent_whole |= mailbox->wanted;
	mailbox_forget(mailbox);
}

/* All mailboxes are owed instead of those that a run as chosen would hold. */
static void widen(struct schedule *schedule, const struct choice *choice, clock_ms now)
{
	for (size_t i = 0; i < schedule->pending.count; i++) {
		struct mailbox *mailbox = schedule->pending.mailboxes[i];

		if (!holds(schedule, choice, mailbox, now))
			continue;
		owe_all_for(schedule, mailbox);
	}
	pending_prune(&schedule->pending, schedule->whole->succeeded, now);
}

void schedule_widen(struct schedule *schedule, clock_ms now)
{
	for (size_t i = 0; i < schedule->pending.count; i++) {
		struct mailbox *mailbox = schedule->pending.mailboxes[i];

		if (mailbox->running || !mailbox_is_pending(mailbox))
			continue;
		owe_all_for(schedule, mailbox);
	}
	schedule->renamed = schedule->running != RUN_NONE;
	pending_prune(&schedule->pending, schedule->whole->succeeded, now);
}

/* The names of the run, for which there is room. */
static void write_names(struct schedule *schedule)
{
	char *text = (char *)(schedule->names + schedule->names_count);
	size_t count = 0;

	for (size_t i = 0; i < schedule->pending.count; i++) {
		const struct mailbox *mailbox = schedule->pending.mailboxes[i];

		if (!mailbox->running)
			continue;
		schedule->names[count++] = text;
		text = stpcpy(text, mailbox->name) + 1;
	}
}

static uint64_t find_origins(const struct schedule *schedule)
{
	uint64_t origins = schedule->whole->running ? schedule->whole->origins : 0;

	for (size_t i = 0; i < schedule->pending.count; i++)
		if (schedule->pending.mailboxes[i]->running)
			origins |= schedule->pending.mailboxes[i]->origins;
	return origins;
}

static void start(struct schedule *schedule, const struct choice *choice, clock_ms now)
{
	schedule->running = choice->kind;
	schedule->running_urgent = choice->urgent;
	schedule->turn = choice->kind == RUN_WANTED;
	for (size_t i = 0; i < schedule->pending.count; i++) {
		struct mailbox *mailbox = schedule->pending.mailboxes[i];

		if (!holds(schedule, choice, mailbox, now))
			continue;
		mailbox_start(mailbox, now);
		firsts_start(&schedule->firsts, mailbox);
	}
	if (choice->kind == RUN_WHOLE) {
		mailbox_start(schedule->whole, now);
		schedule->names_count = 0;
		schedule->whole_started = now;
		firsts_set_urgent(&schedule->firsts, false);
		schedule->urgent_whole = false;
	} else {
		write_names(schedule);
	}
	if (!choice->urgent)
		schedule->yields = false;
}

bool schedule_run(struct schedule *schedule, clock_ms now, struct schedule_run *run)
{
	struct choice choice;

	if (schedule->running != RUN_NONE || schedule->held)
		return false;
	if (schedule->waiting && now >= schedule->waiting_until)
		hurry(schedule, now);
	for (;;) {
		choice = choose(schedule, now);
		if (choice.due > now)
			return false;
		if (choice.kind == RUN_WHOLE || fits(schedule, &choice, now))
			break;
		widen(schedule, &choice, now);
	}
	start(schedule, &choice, now);
	*run = (struct schedule_run){
		.whole = choice.kind == RUN_WHOLE,
		.names = schedule->names,
		.count = schedule->names_count,
		.retry = choice.mailbox->state != MAILBOX_NORMAL,
		.part = choice.kind == RUN_PART,
		.origins = find_origins(schedule),
	};
	return true;
}

static void succeed(struct schedule *schedule, clock_ms now)
{
	for (size_t i = 0; i < schedule->pending.count; i++)
		if (schedule->pending.mailboxes[i]->running)
			mailbox_succeed(schedule->pending.mailboxes[i], now);
	if (schedule->running == RUN_WHOLE) {
		mailbox_succeed(schedule->whole, now);
		schedule->yields = false;
	}
	if (schedule->running == RUN_PART)
		parts_restart(&schedule->parts);
}

static void fail_whole(struct schedule *schedule, clock_ms now)
{
	for (size_t i = 0; i < schedule->pending.count; i++)
		if (schedule->pending.mailboxes[i]->running)
			mailbox_put_back(schedule->pending.mailboxes[i]);
	mailbox_isolate(schedule->whole, schedule->config->max_delay, schedule->news, now);
	schedule->yields = schedule->running_urgent;
}

static void fail_named(struct schedule *schedule, clock_ms now)
{
	clock_ms max_delay = schedule->config->max_delay;
	bool part = schedule->running == RUN_PART;

	if (schedule->names_count == 1)
		mailbox_isolate(pending_find(&schedule->pending, schedule->names[0]), max_delay,
		                schedule->news, now);
	else
		parts_split(&schedule->parts, &schedule->pending, max_delay,
		            part || schedule->news, now);
	if (part && !schedule->news)
		parts_fail(&schedule->parts, &schedule->pending, max_delay, now);
}

void schedule_result(struct schedule *schedule, bool success, clock_ms now)
{
	if (success)
		succeed(schedule, now);
	else if (schedule->running == RUN_WHOLE)
		fail_whole(schedule, now);
	else
		fail_named(schedule, now);
	if (!parts_exist(&schedule->pending))
		parts_restart(&schedule->parts);
	schedule->running = RUN_NONE;
	schedule->news = false;
	if (schedule->renamed)
		schedule_widen(schedule, now);
	pending_prune(&schedule->pending, schedule->whole->succeeded, now);
}

clock_ms schedule_wake(const struct schedule *schedule, clock_ms now)
{
	clock_ms wake;

	if (schedule->running != RUN_NONE || schedule->held)
		return CLOCK_NEVER;
	wake = choose(schedule, now).due;
	if (schedule->waiting)
		wake = clock_earlier(wake, schedule->waiting_until);
	return clock_later(wake, now);
}

/* What is told. */

static enum schedule_state state_of(const struct mailbox *mailbox)
{
	if (mailbox->running)
		return SCHEDULE_RUNNING;
	return mailbox->state == MAILBOX_NORMAL ? SCHEDULE_WAITING : SCHEDULE_RETRYING;
}

static void show_whole(const struct schedule *schedule, clock_ms now, schedule_show *show,
                       void *context)
{
	clock_ms due = schedule->urgent_whole ? now : whole_due_time(schedule);

	if (schedule->waiting)
		due = clock_earlier(due, schedule->waiting_until);
	if (mailbox_is_pending(schedule->whole) || schedule->waiting || due <= now)
		show(context, "", due, state_of(schedule->whole));
}

void schedule_each(const struct schedule *schedule, clock_ms now, schedule_show *show,
                   void *context)
{
	show_whole(schedule, now, show, context);
	for (size_t i = 0; i < schedule->pending.count; i++) {
		const struct mailbox *mailbox = schedule->pending.mailboxes[i];
		clock_ms due = due_time(schedule, mailbox);

		if (!mailbox_is_pending(mailbox))
			continue;
		if (mailbox->wanted || firsts_hold(&schedule->firsts, mailbox))
			due = now;
		show(context, mailbox->name, due, state_of(mailbox));
	}
}
