#include "parts.h"

#include "backoff.h"

static void join(struct mailbox *mailbox, uint64_t part, clock_ms due)
{
	mailbox_put_back(mailbox);
	mailbox->state = MAILBOX_PART;
	mailbox->part = part;
	mailbox->retry = due;
}

/* The first mailbox of the run that has no part yet, or NULL. */
static struct mailbox *find_running(const struct pending *pending)
{
	for (size_t i = 0; i < pending->count; i++)
		if (pending->mailboxes[i]->running)
			return pending->mailboxes[i];
	return NULL;
}

/* How many mailboxes of the run have this inter_delay, or another one. */
static size_t count_running(const struct pending *pending, clock_ms inter_delay, bool other)
{
	size_t count = 0;

	for (size_t i = 0; i < pending->count; i++) {
		const struct mailbox *mailbox = pending->mailboxes[i];

		if (mailbox->running && (mailbox->inter_delay != inter_delay) == other)
			count++;
	}
	return count;
}

/* Makes a part of the first so many mailboxes of the run with this inter_delay. */
static void gather(struct parts *parts, struct pending *pending, clock_ms inter_delay, size_t count,
                   clock_ms due)
{
	parts->last++;
	for (size_t i = 0; i < pending->count && count > 0; i++) {
		struct mailbox *mailbox = pending->mailboxes[i];

		if (!mailbox->running || mailbox->inter_delay != inter_delay)
			continue;
		join(mailbox, parts->last, due);
		count--;
	}
}

void parts_split(struct parts *parts, struct pending *pending, clock_ms max_delay, bool at_once,
                 clock_ms now)
{
	const struct mailbox *first = find_running(pending);
	bool halves = first != NULL && count_running(pending, first->inter_delay, true) == 0;

	for (; first != NULL; first = find_running(pending)) {
		clock_ms inter_delay = first->inter_delay;
		clock_ms due = at_once ? now : now + backoff_delay(inter_delay, max_delay, 1);
		size_t count = count_running(pending, inter_delay, false);

		if (halves)
			count = (count + 1) / 2;
		gather(parts, pending, inter_delay, count, due);
		if (halves)
			gather(parts, pending, inter_delay, SIZE_MAX, due);
	}
}

/* All parts that could run now wait. */
static void pause_parts(const struct parts *parts, struct pending *pending, clock_ms max_delay,
                        clock_ms now)
{
	for (size_t i = 0; i < pending->count; i++) {
		struct mailbox *mailbox = pending->mailboxes[i];

		if (mailbox->state == MAILBOX_PART && mailbox->retry <= now)
			mailbox->retry = now + backoff_delay(mailbox->inter_delay, max_delay,
			                                     parts->round);
	}
}

void parts_fail(struct parts *parts, struct pending *pending, clock_ms max_delay, clock_ms now)
{
	if (++parts->failures < PARTS_FAILURES)
		return;
	parts->failures = 0;
	parts->round++;
	pause_parts(parts, pending, max_delay, now);
}

bool parts_exist(const struct pending *pending)
{
	for (size_t i = 0; i < pending->count; i++)
		if (pending->mailboxes[i]->state == MAILBOX_PART)
			return true;
	return false;
}

void parts_restart(struct parts *parts)
{
	parts->failures = 0;
	parts->round = 0;
}
