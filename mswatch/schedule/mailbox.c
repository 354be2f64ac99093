#include "mailbox.h"

#include <stdlib.h>
#include <string.h>

#include "backoff.h"

struct mailbox *mailbox_new(const char *name, clock_ms inter_delay)
{
	size_t size = strlen(name) + 1;
	struct mailbox *mailbox = malloc(sizeof *mailbox + size);

	if (mailbox == NULL)
		return NULL;
	*mailbox = (struct mailbox){
		.state = MAILBOX_NORMAL,
		.inter_delay = inter_delay,
		.since = CLOCK_NEVER,
		.again = CLOCK_NEVER,
		.succeeded = MAILBOX_LONG_AGO,
		.retry = MAILBOX_LONG_AGO,
	};
	memcpy(mailbox->name, name, size);
	return mailbox;
}

bool mailbox_is_pending(const struct mailbox *mailbox)
{
	return mailbox->since != CLOCK_NEVER;
}

void mailbox_change(struct mailbox *mailbox, clock_ms now)
{
	clock_ms *first = mailbox->running ? &mailbox->again : &mailbox->since;

	if (*first > now)
		*first = now;
}

void mailbox_add_origins(struct mailbox *mailbox, uint64_t origins)
{
	if (mailbox->running)
		mailbox->origins_again |= origins;
	else
		mailbox->origins |= origins;
}

void mailbox_start(struct mailbox *mailbox, clock_ms now)
{
	mailbox_change(mailbox, now);
	mailbox->running = true;
	mailbox->wanted = false;
}

void mailbox_succeed(struct mailbox *mailbox, clock_ms now)
{
	mailbox->since = mailbox->again;
	mailbox->again = CLOCK_NEVER;
	mailbox->origins = mailbox->origins_again;
	mailbox->origins_again = 0;
	mailbox->running = false;
	mailbox->state = MAILBOX_NORMAL;
	mailbox->failures = 0;
	mailbox->succeeded = now;
}

void mailbox_put_back(struct mailbox *mailbox)
{
	mailbox->again = CLOCK_NEVER;
	mailbox->origins |= mailbox->origins_again;
	mailbox->origins_again = 0;
	mailbox->running = false;
}

void mailbox_forget(struct mailbox *mailbox)
{
	mailbox_put_back(mailbox);
	mailbox->wanted = false;
	mailbox->since = CLOCK_NEVER;
	mailbox->origins = 0;
	mailbox->state = MAILBOX_NORMAL;
	mailbox->failures = 0;
}

void mailbox_isolate(struct mailbox *mailbox, clock_ms max_delay, bool at_once, clock_ms now)
{
	if (mailbox->state != MAILBOX_ISOLATED)
		mailbox->failures = 0;
	mailbox->state = MAILBOX_ISOLATED;
	mailbox_put_back(mailbox);
	mailbox->failures = at_once ? 0 : mailbox->failures + 1;
	mailbox->retry = now;
	if (!at_once)
		mailbox->retry += backoff_delay(mailbox->inter_delay, max_delay, mailbox->failures);
}

void mailbox_news(struct mailbox *mailbox, clock_ms now)
{
	if (mailbox->state == MAILBOX_NORMAL)
		return;
	mailbox->failures = 0;
	if (mailbox->retry > now)
		mailbox->retry = now;
}

clock_ms mailbox_rested(const struct mailbox *mailbox, clock_ms all_succeeded)
{
	return clock_later(mailbox->succeeded, all_succeeded) + mailbox->inter_delay;
}

clock_ms mailbox_due(const struct mailbox *mailbox, clock_ms base_delay, clock_ms all_succeeded)
{
	if (!mailbox_is_pending(mailbox))
		return CLOCK_NEVER;
	/* It has failed since it last succeeded: news may cut its wait, whatever was before. */
	if (mailbox->state != MAILBOX_NORMAL)
		return mailbox->retry;
	return clock_later(mailbox_rested(mailbox, all_succeeded), mailbox->since + base_delay);
}
