#include "first.h"

#include <stdlib.h>
#include <string.h>

#include "memory.h"

bool firsts_add(struct firsts *firsts, const char *name, clock_ms inter_delay)
{
	struct first *list = memory_extend(firsts->list, &firsts->room, firsts->count + 1,
	                                   sizeof *list);

	if (list == NULL)
		return false;
	firsts->list = list;
	list += firsts->count;
	*list = (struct first){ .name = strdup(name), .inter_delay = inter_delay };
	if (list->name == NULL)
		return false;
	firsts->count++;
	return true;
}

void firsts_set_urgent(struct firsts *firsts, bool urgent)
{
	for (size_t i = 0; i < firsts->count; i++)
		firsts->list[i].urgent = urgent;
}

static struct first *find(const struct firsts *firsts, const struct mailbox *mailbox)
{
	for (size_t i = 0; i < firsts->count; i++)
		if (firsts->list[i].urgent && strcmp(firsts->list[i].name, mailbox->name) == 0)
			return &firsts->list[i];
	return NULL;
}

bool firsts_hold(const struct firsts *firsts, const struct mailbox *mailbox)
{
	return find(firsts, mailbox) != NULL;
}

void firsts_start(struct firsts *firsts, const struct mailbox *mailbox)
{
	struct first *first = find(firsts, mailbox);

	if (first != NULL)
		first->urgent = false;
}

const struct mailbox *firsts_find(const struct firsts *firsts, const struct pending *pending)
{
	for (size_t i = 0; i < firsts->count; i++) {
		const struct mailbox *mailbox =
			firsts->list[i].urgent ? pending_find(pending, firsts->list[i].name) : NULL;

		if (mailbox != NULL && mailbox_is_pending(mailbox))
			return mailbox;
	}
	return NULL;
}

void firsts_free(struct firsts *firsts)
{
	for (size_t i = 0; i < firsts->count; i++)
		free(firsts->list[i].name);
	free(firsts->list);
	*firsts = (struct firsts){ 0 };
}
