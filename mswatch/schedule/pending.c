#include "pending.h"

#include <stdlib.h>
#include <string.h>

#include "memory.h"

void pending_start(struct pending *pending, size_t most)
{
	*pending = (struct pending){ .most = most, .prune_at = CLOCK_NEVER };
}

void pending_free(struct pending *pending)
{
	for (size_t i = 0; i < pending->count; i++)
		free(pending->mailboxes[i]);
	free(pending->mailboxes);
	pending_start(pending, pending->most);
}

/* Where the name is, or would be. */
static size_t find_place(const struct pending *pending, const char *name)
{
	size_t low = 0, high = pending->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcmp(pending->mailboxes[middle]->name, name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

struct mailbox *pending_find(const struct pending *pending, const char *name)
{
	size_t place = find_place(pending, name);

	if (place == pending->count || strcmp(pending->mailboxes[place]->name, name) != 0)
		return NULL;
	return pending->mailboxes[place];
}

/* Makes room for one more. */
static bool make_room(struct pending *pending)
{
	struct mailbox **mailboxes = memory_extend(pending->mailboxes, &pending->room,
	                                           pending->count + 1, sizeof(*mailboxes));

	if (mailboxes != NULL)
		pending->mailboxes = mailboxes;
	return mailboxes != NULL;
}

struct mailbox *pending_add(struct pending *pending, const char *name, clock_ms inter_delay,
                            clock_ms all_succeeded, clock_ms now)
{
	struct mailbox *mailbox;
	size_t place;

	if (now >= pending->prune_at &&
	    (pending->count >= pending->most || pending->count == pending->room))
		pending_prune(pending, all_succeeded, now);
	if (pending->count >= pending->most || !make_room(pending))
		return NULL;
	mailbox = mailbox_new(name, inter_delay);
	if (mailbox == NULL)
		return NULL;
	place = find_place(pending, name);
	memmove(pending->mailboxes + place + 1, pending->mailboxes + place,
	        (pending->count - place) * sizeof(*pending->mailboxes));
	pending->mailboxes[place] = mailbox;
	pending->count++;
	return mailbox;
}

/* When the mailbox need not be known any longer. */
static clock_ms prune_time(const struct mailbox *mailbox, clock_ms all_succeeded)
{
	if (mailbox_is_pending(mailbox) || mailbox->running)
		return CLOCK_NEVER;
	if (mailbox->succeeded <= all_succeeded)
		return MAILBOX_LONG_AGO;
	return mailbox_rested(mailbox, all_succeeded);
}

void pending_prune(struct pending *pending, clock_ms all_succeeded, clock_ms now)
{
	size_t kept = 0;

	pending->prune_at = CLOCK_NEVER;
	for (size_t i = 0; i < pending->count; i++) {
		struct mailbox *mailbox = pending->mailboxes[i];
		clock_ms until = prune_time(mailbox, all_succeeded);

		if (until <= now) {
			free(mailbox);
			continue;
		}
		if (until < pending->prune_at)
			pending->prune_at = until;
		pending->mailboxes[kept++] = mailbox;
	}
	pending->count = kept;
}
