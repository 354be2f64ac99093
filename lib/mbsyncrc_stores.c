#include "mbsyncrc_stores.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "mbsyncrc_account.h"
#include "memory.h"

/* --- what all stores have --- */

static void read_flatten(struct mbsyncrc_reader *reader, struct mbsyncrc_store *store)
{
	if (strchr(reader->value, '/') != NULL)
		mbsyncrc_refuse(reader, "Flatten %s: it can't hold the / that it is to replace",
		                reader->value);
	else
		mbsyncrc_read_string(reader, &store->flatten);
}

/* What no question is about is looked at, as it may be refused. */
static void read_common(struct mbsyncrc_reader *reader, struct mbsyncrc_store *store)
{
	if (mbsyncrc_keyword(reader, "Trash"))
		return;
	if (mbsyncrc_keyword(reader, "TrashRemoteNew") ||
	    mbsyncrc_keyword(reader, "TrashNewOnly")) {
		mbsyncrc_read_bool(reader);
	} else if (mbsyncrc_keyword(reader, "MaxSize")) {
		mbsyncrc_read_size(reader);
	} else if (mbsyncrc_keyword(reader, "MapInbox")) {
		mbsyncrc_read_string(reader, &store->map_inbox);
	} else if (mbsyncrc_keyword(reader, "Flatten")) {
		read_flatten(reader, store);
	} else {
		mbsyncrc_refuse_keyword(reader, store->imap ? "an IMAPStore" : "a MaildirStore");
	}
}

static struct mbsyncrc_store *store_new(struct mbsyncrc_reader *reader)
{
	struct mbsyncrc *rc = reader->rc;
	struct mbsyncrc_store *store;

	if (rc->stores == MBSYNCRC_MOST)
		return NULL;
	store = memory_new(1, sizeof *store);
	store->name = memory_copy(reader->value);
	store->line = reader->line;
	rc->store = memory_grow(rc->store, &rc->store_room, rc->stores + 1,
	                        sizeof(struct mbsyncrc_store *));
	rc->store[rc->stores++] = store;
	return store;
}

/* --- Maildir --- */

static void read_subfolders(struct mbsyncrc_reader *reader, struct mbsyncrc_store *store)
{
	if (mbsyncrc_value(reader, "Verbatim"))
		store->subfolders = MBSYNCRC_SUBFOLDERS_VERBATIM;
	else if (mbsyncrc_value(reader, "Maildir++"))
		store->subfolders = MBSYNCRC_SUBFOLDERS_MAILDIRPP;
	else if (mbsyncrc_value(reader, "Legacy"))
		store->subfolders = MBSYNCRC_SUBFOLDERS_LEGACY;
	else
		mbsyncrc_refuse(reader, "SubFolders %s: Verbatim, Maildir++ or Legacy",
		                reader->value);
}

static void read_info_delimiter(struct mbsyncrc_reader *reader)
{
	char delimiter = mbsyncrc_read_character(reader);

	if (delimiter != '\0' && !ispunct((unsigned char)delimiter))
		mbsyncrc_refuse(reader, "InfoDelimiter %c: it has to be a punctuation character",
		                delimiter);
}

static void read_place(struct mbsyncrc_reader *reader, char **path, unsigned *line)
{
	free(*path);
	*path = mbsyncrc_read_path(reader);
	*line = reader->line;
}

static void read_maildir_line(struct mbsyncrc_reader *reader, struct mbsyncrc_store *store)
{
	if (mbsyncrc_keyword(reader, "Inbox"))
		read_place(reader, &store->inbox, &store->inbox_line);
	else if (mbsyncrc_keyword(reader, "Path"))
		read_place(reader, &store->path, &store->path_line);
	else if (mbsyncrc_keyword(reader, "AltMap"))
		mbsyncrc_read_bool(reader);
	else if (mbsyncrc_keyword(reader, "InfoDelimiter"))
		read_info_delimiter(reader);
	else if (mbsyncrc_keyword(reader, "SubFolders"))
		read_subfolders(reader, store);
	else
		read_common(reader, store);
}

/* Whether Path lies below Inbox, in the eyes of 1.5. */
static bool is_below_inbox(const struct mbsyncrc_store *store)
{
	size_t length = strlen(store->inbox);

	return strncmp(store->path, store->inbox, length) == 0 && store->path[length] == '/';
}

static void advise_inbox(struct mbsyncrc_reader *reader, const struct mbsyncrc_store *store)
{
	size_t path = strlen(store->path), inbox = strlen(store->inbox);

	if (inbox > path && store->inbox[inbox - 1] == '/' &&
	    strncmp(store->path, store->inbox, path) == 0)
		mbsyncrc_advise(reader, store->inbox_line,
		                "Inbox %s: for mbsync the / at its end makes the "
		                "directory a second mailbox in Path: leave it out",
		                store->inbox);
}

static void finish_path(struct mbsyncrc_reader *reader, const struct mbsyncrc_store *store)
{
	size_t length = strlen(store->path);

	if (store->subfolders == MBSYNCRC_SUBFOLDERS_MAILDIRPP) {
		mbsyncrc_refuse_section(reader, store->line,
		                        "store %s: SubFolders Maildir++ goes without Path",
		                        store->name);
	} else if (reader->place->version == MBSYNC_1_5 && is_below_inbox(store)) {
		mbsyncrc_refuse_section(reader, store->line, "store %s: Path can't be below Inbox",
		                        store->name);
	} else {
		advise_inbox(reader, store);
		if (reader->place->version == MBSYNC_1_4 &&
		    (length == 0 || store->path[length - 1] != '/'))
			mbsyncrc_advise(reader, store->path_line,
			                "Path %s without a / at its end: mbsync 1.4 "
			                "does not find the mailboxes that begin with it",
			                store->path);
	}
}

/* ~/Maildir unless the file says so. */
static void finish_maildir(struct mbsyncrc_reader *reader, struct mbsyncrc_store *store)
{
	if (store->inbox == NULL)
		store->inbox = memory_format("%s/Maildir", reader->place->home);
	if (store->path != NULL)
		finish_path(reader, store);
}

/* --- IMAP --- */

/* An IMAPStore's section that is read. */
struct imap_section {
	struct mbsyncrc_store *store;
	struct mbsyncrc_draft draft;
	bool account_said;
};

static void read_account_name(struct mbsyncrc_reader *reader, struct imap_section *section)
{
	struct mbsyncrc_account *account = mbsyncrc_account(reader->rc, reader->value);

	section->account_said |= reader->place->version != MBSYNC_1_4 || account != NULL;
	if (account == NULL)
		mbsyncrc_refuse(reader, "no IMAPAccount %s in front of this line", reader->value);
	else
		section->store->account = account;
}

static void read_delimiter(struct mbsyncrc_reader *reader, struct mbsyncrc_store *store)
{
	char delimiter = mbsyncrc_read_character(reader);

	if (delimiter != '\0')
		store->delimiter = delimiter;
}

static void read_imap_line(struct mbsyncrc_reader *reader, struct imap_section *section)
{
	struct mbsyncrc_store *store = section->store;

	if (mbsyncrc_draft_read(reader, &section->draft))
		return;
	if (mbsyncrc_keyword(reader, "Account")) {
		read_account_name(reader, section);
	} else if (mbsyncrc_keyword(reader, "UseNamespace")) {
		store->use_namespace = mbsyncrc_read_bool(reader);
	} else if (mbsyncrc_keyword(reader, "SubscribedOnly")) {
		store->subscribed_only = mbsyncrc_read_bool(reader);
	} else if (mbsyncrc_keyword(reader, "Path")) {
		mbsyncrc_read_string(reader, &store->path);
		store->path_line = reader->line;
	} else if (mbsyncrc_keyword(reader, "PathDelimiter")) {
		read_delimiter(reader, store);
	} else {
		read_common(reader, store);
	}
}

/* The store gets the account that stands in its section, unless it names one. */
static void finish_imap(struct mbsyncrc_reader *reader, struct imap_section *section)
{
	struct mbsyncrc_store *store = section->store;

	if (!section->account_said)
		mbsyncrc_draft_finish(reader, &section->draft, "store");
	else if (section->draft.said)
		mbsyncrc_refuse_section(reader, store->line,
		                        "store %s: beside Account it has options that "
		                        "belong into the IMAPAccount",
		                        store->name);
	if (section->account_said) {
		mbsyncrc_account_free(section->draft.account);
	} else {
		store->account = section->draft.account;
		store->own_account = true;
	}
}

/* --- sections --- */

static void too_many(struct mbsyncrc_reader *reader, const char *what)
{
	mbsyncrc_advise(reader, reader->line, "more than %d %s: this one is left out",
	                MBSYNCRC_MOST, what);
	mbsyncrc_skip_words(reader);
	while (mbsyncrc_next_inner(reader))
		mbsyncrc_skip_words(reader);
}

static void read_maildir_store(struct mbsyncrc_reader *reader)
{
	struct mbsyncrc_store *store = store_new(reader);

	if (store == NULL) {
		too_many(reader, "stores");
		return;
	}
	while (mbsyncrc_next_inner(reader))
		read_maildir_line(reader, store);
	finish_maildir(reader, store);
}

static void read_imap_store(struct mbsyncrc_reader *reader)
{
	struct imap_section section = { .store = store_new(reader) };

	if (section.store == NULL) {
		too_many(reader, "stores");
		return;
	}
	section.store->imap = section.store->use_namespace = true;
	section.draft = mbsyncrc_draft_new(reader->value, reader->line);
	while (mbsyncrc_next_inner(reader))
		read_imap_line(reader, &section);
	finish_imap(reader, &section);
}

static void read_account(struct mbsyncrc_reader *reader)
{
	struct mbsyncrc *rc = reader->rc;
	struct mbsyncrc_draft draft;

	if (rc->accounts == MBSYNCRC_MOST) {
		too_many(reader, "accounts");
		return;
	}
	draft = mbsyncrc_draft_new(reader->value, reader->line);
	while (mbsyncrc_next_inner(reader)) {
		if (mbsyncrc_draft_read(reader, &draft))
			continue;
		mbsyncrc_refuse_keyword(reader, "an IMAPAccount");
	}
	mbsyncrc_draft_finish(reader, &draft, "account");
	rc->account = memory_grow(rc->account, &rc->account_room, rc->accounts + 1,
	                          sizeof(struct mbsyncrc_account *));
	rc->account[rc->accounts++] = draft.account;
}

bool mbsyncrc_read_store(struct mbsyncrc_reader *reader)
{
	if (mbsyncrc_keyword(reader, "MaildirStore"))
		read_maildir_store(reader);
	else if (mbsyncrc_keyword(reader, "IMAPStore"))
		read_imap_store(reader);
	else if (mbsyncrc_keyword(reader, "IMAPAccount"))
		read_account(reader);
	else
		return false;
	return true;
}

/* --- their end --- */

static void wipe(char *secret)
{
	if (secret != NULL)
		explicit_bzero(secret, strlen(secret));
	free(secret);
}

void mbsyncrc_account_free(struct mbsyncrc_account *account)
{
	free(account->name);
	free(account->host);
	free(account->user);
	free(account->user_command);
	wipe(account->pass);
	wipe(account->pass_command);
	free(account->tunnel);
	mbsyncrc_words_free(&account->tls_versions);
	mbsyncrc_words_free(&account->mechanisms);
	mbsyncrc_words_free(&account->disabled);
	free(account->certificates);
	free(account->client_certificate);
	free(account->client_key);
	free(account->ciphers);
	free(account);
}

void mbsyncrc_store_free(struct mbsyncrc_store *store)
{
	if (store->own_account)
		mbsyncrc_account_free(store->account);
	free(store->name);
	free(store->path);
	free(store->flatten);
	free(store->map_inbox);
	free(store->inbox);
	free(store);
}
