/*
 * Names of mailboxes as a server may tell them, below any prefix and with any
 * delimiter: what is printed for them, and the table that finds them again.
 *
 * The first byte chooses a store, the second is the delimiter; then come, each
 * ended by NUL, the namespace's prefix and names, whose first byte says what
 * happens to them.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lines.h"
#include "mbsyncname.h"
#include "mbsyncrc_parse.h"
#include "memory.h"
#include "utf7.h"
#include "watch_imap/mailboxes.h"
#include "watch_imap/naming.h"

static const char rc_text[] = "IMAPStore plain\nHost h\n\n"
			      "IMAPStore below\nHost h\nPath INBOX.\n\n"
			      "IMAPStore nested\nHost h\nPath a/b/\nPathDelimiter /\n\n"
			      "IMAPStore global\nHost h\nUseNamespace no\nFlatten _\n\n"
			      "IMAPStore odd\nHost h\nPath \"\"\nPathDelimiter .\nMapInbox in\n\n"
			      "MaildirStore l\nPath ~/m/\nSubFolders Verbatim\n\n"
			      "Channel one\nFar :plain:\nNear :l:\nPatterns * !junk* !*\\\\x\n\n"
			      "Channel two\nFar :below:pre/\nNear :l:\nPatterns % INBOX*\n\n"
			      "Channel three\nFar :global:\nNear :l:\nPatterns *\n";

enum { STORES = 5, MOST = 64 };

/* What the table should hold: the names that were added, by their numbers. */
struct record {
	char *name[MOST];
	bool exists[MOST];
	uint32_t count;
};

/* Whether any channel of the store syncs what is printed: mswatch asks that again. */
static bool is_synced(const struct naming *naming, const char *name)
{
	bool asked = false;

	for (size_t i = 0; i < naming->rc->channels; i++) {
		struct mbsyncname found;

		if (naming->rc->channel[i]->store[MBSYNCRC_FAR] != naming->store)
			continue;
		asked = true;
		found = mbsyncname_find(naming->rc->channel[i], NULL, MBSYNCRC_FAR,
		                        naming->rc->version, name);
		mbsyncname_free(&found);
		if (found.kind != MBSYNCNAME_EXCLUDED)
			return true;
	}
	return !asked;
}

static void check_name(const struct naming *naming, const char *name)
{
	if (*name == '\0' || strchr(name, '\n') != NULL || strlen(name) > LINES_MAX)
		abort();
	/* UTF-8 may read as another name's modified UTF-7 */
	if (!naming->utf8 && !is_synced(naming, name))
		abort();
}

static void check_key(const char *server)
{
	char *key = mailboxes_key(server), *again = mailboxes_key(key);

	if (strcmp(key, again) != 0)
		abort();
	free(key);
	free(again);
}

static uint32_t count_existing(const struct record *record)
{
	uint32_t existing = 0;

	for (uint32_t i = 0; i < record->count; i++)
		existing += record->exists[i] ? 1 : 0;
	return existing;
}

static void keep(struct record *record, uint32_t number, const char *name)
{
	if (number > record->count || number >= MOST)
		abort();
	if (number == record->count)
		record->count++;
	free(record->name[number]);
	record->name[number] = name != NULL ? memory_copy(name) : NULL;
	record->exists[number] = true;
}

static void add(struct mailboxes *mailboxes, struct record *record, const char *server, char *name)
{
	char *printed = name != NULL ? memory_copy(name) : NULL;
	uint32_t number = mailboxes_add(mailboxes, server, name), found;
	bool several;

	keep(record, number, printed);
	free(printed);
	found = mailboxes_find(mailboxes, server, &several);
	if (found != number && !several)
		abort();
}

static void check_table(struct mailboxes *mailboxes, const struct record *record)
{
	if (mailboxes->count != record->count ||
	    mailboxes_existing(mailboxes) != count_existing(record))
		abort();
	for (uint32_t i = 0; i < record->count; i++) {
		const char *name = mailboxes_name(mailboxes, i), *kept = record->name[i];
		bool several;

		if ((name == NULL) != (kept == NULL) || (name != NULL && strcmp(name, kept) != 0))
			abort();
		if (record->exists[i] &&
		    mailboxes_find(mailboxes, mailboxes->list[i].server, &several) != i && !several)
			abort();
	}
}

static void take_name(struct naming *naming, struct mailboxes *mailboxes, struct record *record,
                      const char *text)
{
	const char *server = text + 1;
	bool several;
	uint32_t number = mailboxes_find(mailboxes, server, &several);
	char *name;

	check_key(server);
	if (*text == '-' && number != MAILBOX_NONE) {
		mailboxes_remove(mailboxes, number);
		record->exists[number] = false;
		return;
	}
	if (naming_judge(naming, server, &name) != NAMING_WANTED) {
		if (name != NULL)
			abort();
		return;
	}
	if (name != NULL)
		check_name(naming, name);
	if (record->count < MOST)
		add(mailboxes, record, server, name);
	else
		free(name);
}

/* The text at *at, up to its NUL or the end; the caller frees.  NULL: there is no more. */
static char *next_text(const uint8_t **at, const uint8_t *end)
{
	size_t length;
	char *text;

	if (*at >= end)
		return NULL;
	length = strnlen((const char *)*at, (size_t)(end - *at));
	text = memory_new(length + 1, 1);
	memcpy(text, *at, length);
	*at += length + 1;
	return text;
}

static struct mbsyncrc *choose_rc(uint8_t choice)
{
	static struct mbsyncrc *rc[2];
	enum mbsync_version version = choice & 0x80 ? MBSYNC_1_4 : MBSYNC_1_5;
	const struct mbsyncrc_place place = { .file = "rc", .home = "/h", .version = version };

	if (rc[version] == NULL)
		rc[version] = mbsyncrc_parse(&place, rc_text, sizeof rc_text - 1, NULL, NULL);
	return rc[version];
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count)
{
	struct naming naming = { .rc = NULL };
	struct mailboxes mailboxes = { .list = NULL };
	struct record record = { .count = 0 };
	const uint8_t *at = bytes + 2;
	char *text;

	if (count < 3)
		return 0;
	naming.rc = choose_rc(bytes[0]);
	naming.store = naming.rc->store[(bytes[0] & 0x3f) % STORES];
	naming.utf8 = (bytes[0] & 0x40) != 0;
	naming_set_space(&naming, next_text(&at, bytes + count), (char)bytes[1]);
	while ((text = next_text(&at, bytes + count)) != NULL) {
		if (*text != '\0')
			take_name(&naming, &mailboxes, &record, text);
		free(text);
	}
	check_table(&mailboxes, &record);
	for (uint32_t i = 0; i < record.count; i++)
		free(record.name[i]);
	mailboxes_free(&mailboxes);
	naming_free(&naming);
	return 0;
}
