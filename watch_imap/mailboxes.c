#include "mailboxes.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "memory.h"
#include "utf7.h"

char *mailboxes_key(const char *server)
{
	char *utf8, *key;

	if (strcasecmp(server, "INBOX") == 0)
		return memory_copy("INBOX");
	utf8 = utf7_decode(server);
	if (utf8 != NULL) {
		free(utf8);
		return memory_copy(server);
	}
	key = utf7_encode(server);
	return key != NULL ? key : memory_copy(server);
}

/* The slot that has the key, or the free one where it would be. */
static size_t find_slot(const struct mailboxes *mailboxes, const char *key)
{
	size_t mask = mailboxes->slots - 1;
	size_t at = (size_t)siphash_text(&mailboxes->slot_key, key) & mask;

	while (mailboxes->slot[at] != MAILBOX_NONE &&
	       strcmp(mailboxes->list[mailboxes->slot[at]].key, key) != 0)
		at = (at + 1) & mask;
	return at;
}

/* The existing mailbox of this key, or MAILBOX_NONE. */
static uint32_t find_key(const struct mailboxes *mailboxes, const char *key)
{
	uint32_t number =
		mailboxes->slots > 0 ? mailboxes->slot[find_slot(mailboxes, key)] : MAILBOX_NONE;

	return number != MAILBOX_NONE && mailboxes->list[number].exists ? number : MAILBOX_NONE;
}

uint32_t mailboxes_find(const struct mailboxes *mailboxes, const char *server, bool *several)
{
	char *key = mailboxes_key(server), *other = utf7_encode(server);
	uint32_t number = find_key(mailboxes, key), second = MAILBOX_NONE;

	if (other != NULL && strcmp(other, key) != 0)
		second = find_key(mailboxes, other);
	free(key);
	free(other);
	*several = number != MAILBOX_NONE && second != MAILBOX_NONE && number != second;
	return number != MAILBOX_NONE ? number : second;
}

static void put_all(struct mailboxes *mailboxes)
{
	for (size_t i = 0; i < mailboxes->slots; i++)
		mailboxes->slot[i] = MAILBOX_NONE;
	for (uint32_t number = 0; number < mailboxes->count; number++)
		mailboxes->slot[find_slot(mailboxes, mailboxes->list[number].key)] = number;
}

/* Keeps a third of the slots free, at least. */
static void make_slots(struct mailboxes *mailboxes)
{
	size_t wanted = mailboxes->slots > 0 ? mailboxes->slots : 64;

	while (wanted < (size_t)(mailboxes->count + 1) * 3 / 2)
		wanted *= 2;
	if (wanted == mailboxes->slots)
		return;
	free(mailboxes->slot);
	mailboxes->slot = memory_new(wanted, sizeof *mailboxes->slot);
	mailboxes->slots = wanted;
	put_all(mailboxes);
}

/* The mailbox's place in the table, which it may have had before. */
static struct mailbox *place(struct mailboxes *mailboxes, char *key)
{
	size_t slot;

	make_slots(mailboxes);
	slot = find_slot(mailboxes, key);
	if (mailboxes->slot[slot] != MAILBOX_NONE) {
		free(key);
		return &mailboxes->list[mailboxes->slot[slot]];
	}
	mailboxes->list = memory_grow(mailboxes->list, &mailboxes->room, mailboxes->count + 1,
	                              sizeof *mailboxes->list);
	mailboxes->list[mailboxes->count] = (struct mailbox){ .key = key };
	mailboxes->slot[slot] = mailboxes->count;
	return &mailboxes->list[mailboxes->count++];
}

uint32_t mailboxes_add(struct mailboxes *mailboxes, const char *server, char *name)
{
	struct mailbox *mailbox;
	char *key;

	if (mailboxes->count == MAILBOXES_MOST) {
		free(name);
		return MAILBOX_NONE;
	}
	key = mailboxes_key(server);
	mailbox = place(mailboxes, key);
	free(mailbox->server);
	free(mailbox->name);
	*mailbox = (struct mailbox){
		.key = mailbox->key, .server = memory_copy(server), .name = name, .exists = true
	};
	return (uint32_t)(mailbox - mailboxes->list);
}

void mailboxes_remove(struct mailboxes *mailboxes, uint32_t number)
{
	mailboxes->list[number].exists = false;
}

enum status_change mailboxes_update(struct mailbox *mailbox, const struct status *told)
{
	struct status *known = &mailbox->status;
	enum status_change change = CHANGE_NONE;

	for (int i = 0; i < ITEMS; i++) {
		unsigned bit = 1U << i;

		if ((told->known & bit) == 0)
			continue;
		if ((known->known & bit) == 0 || known->value[i] != told->value[i]) {
			if (i == ITEM_UIDVALIDITY && (known->known & bit) != 0)
				change = CHANGE_UIDVALIDITY;
			else if (change == CHANGE_NONE)
				change = CHANGE_SOME;
		}
		known->known |= bit;
		known->value[i] = told->value[i];
	}
	return change;
}

uint32_t mailboxes_existing(const struct mailboxes *mailboxes)
{
	uint32_t existing = 0;

	for (uint32_t number = 0; number < mailboxes->count; number++)
		existing += mailboxes->list[number].exists ? 1 : 0;
	return existing;
}

const char *mailboxes_name(void *mailboxes, uint32_t number)
{
	return ((const struct mailboxes *)mailboxes)->list[number].name;
}

void mailboxes_free(struct mailboxes *mailboxes)
{
	for (uint32_t number = 0; number < mailboxes->count; number++) {
		free(mailboxes->list[number].key);
		free(mailboxes->list[number].server);
		free(mailboxes->list[number].name);
	}
	free(mailboxes->list);
	free(mailboxes->slot);
	*mailboxes = (struct mailboxes){ .list = NULL };
}
