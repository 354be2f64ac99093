/*
 * The table of an account's mailboxes: what each is called, and what its last
 * STATUS was.  A mailbox has one number for ever.  Makes no system call.
 */
#ifndef WATCH_IMAP_MAILBOXES_H
#define WATCH_IMAP_MAILBOXES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "siphash.h"

/* How many are known at the most. */
enum { MAILBOXES_MOST = 100000 };

/* What is no mailbox's number. */
#define MAILBOX_NONE UINT32_MAX

enum status_item {
	ITEM_MESSAGES,
	ITEM_UIDNEXT,
	ITEM_UIDVALIDITY,
	ITEM_UNSEEN,
	ITEM_HIGHESTMODSEQ,
	ITEMS
};

/* What a STATUS tells: a bit (1 << ITEM) in known for each that it does. */
struct status {
	unsigned known;
	uint64_t value[ITEMS];
};

struct mailbox {
	char *key;              /* the server's name in its one spelling */
	char *server;           /* the spelling that the server takes */
	char *name;             /* as it is printed; NULL: it can't be */
	bool exists;
	bool told;              /* that it can't be asked for */
	bool announced;         /* by the server; whether it is one is still to be seen */
	/* the poll that has last seen it in a list, asked for it among others, has its
	   status, or was refused that */
	unsigned listed, asked, polled, refused;
	struct status status;
};

struct mailboxes {
	struct mailbox *list;
	uint32_t count;
	size_t room;
	uint32_t *slot;         /* by the key's hash; MAILBOX_NONE: free */
	size_t slots;           /* a power of two, or 0 */
	struct siphash_key slot_key; /* of that hash: no server makes names for one slot */
};

/*
 * The one spelling of a server's name: modified UTF-7.  INBOX is that in any
 * case; UTF-8 is encoded; what is neither stays as it is.  The caller frees.
 */
char *mailboxes_key(const char *server);

/*
 * The number of the mailbox that the server calls so, or MAILBOX_NONE.
 * *several says that it may be another one just as well: servers tell changes
 * in UTF-8 where lists have modified UTF-7, and a name may be valid as both.
 */
uint32_t mailboxes_find(const struct mailboxes *mailboxes, const char *server, bool *several);

/*
 * Adds a mailbox, or one that was removed again; it exists, without a status.
 * Name is taken over.  Returns its number, or MAILBOX_NONE where there are too
 * many.
 */
uint32_t mailboxes_add(struct mailboxes *mailboxes, const char *server, char *name);

/* It does not exist any more; its number stays. */
void mailboxes_remove(struct mailboxes *mailboxes, uint32_t number);

/* What has been told of a mailbox, compared with what was known. */
enum status_change {
	CHANGE_NONE,
	CHANGE_SOME,            /* something differs, or was not known */
	CHANGE_UIDVALIDITY      /* it is another mailbox */
};

/* Takes what a STATUS has told. */
enum status_change mailboxes_update(struct mailbox *mailbox, const struct status *told);

/* How many exist. */
uint32_t mailboxes_existing(const struct mailboxes *mailboxes);

/* The name to print for a number: a report_name, whose context is the table. */
const char *mailboxes_name(void *mailboxes, uint32_t number);

/* Frees all. */
void mailboxes_free(struct mailboxes *mailboxes);

#endif
