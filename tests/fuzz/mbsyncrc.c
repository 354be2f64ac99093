/* mbsync's file, and the names of mailboxes: what is said keeps its promises. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "mbsyncname.h"
#include "mbsyncrc_parse.h"
#include "mbsyncsubject.h"
#include "utf7.h"

static void complain(void *context, enum mbsyncrc_problem problem, unsigned line,
                     const char *message)
{
	bool *refused = context;

	if (line == 0 || strncmp(message, "rc:", 3) != 0 || strchr(message, '\n') != NULL)
		abort();
	*refused |= problem != MBSYNCRC_ADVICE;
}

/* What mbsync has to take as it is meant: no list of two, and no empty name, which is INBOX. */
static void check_name(const struct mbsyncname *found)
{
	bool has_names = found->kind == MBSYNCNAME_NAME || found->kind == MBSYNCNAME_OTHER;

	if (has_names != (found->count > 0) || found->count > MBSYNCNAME_MOST)
		abort();
	for (size_t i = 0; i < found->count; i++) {
		if (*found->name[i] == '\0' || strpbrk(found->name[i], ",\n") != NULL)
			abort();
	}
}

static void ask(const struct mbsyncrc *rc, const struct mbsyncrc_channel *channel,
                const char *mailbox)
{
	for (int side = MBSYNCRC_FAR; side <= MBSYNCRC_NEAR; side++) {
		const struct mbsyncrc_store *store = channel->store[side];
		struct mbsyncname found = mbsyncname_find(channel, NULL, (enum mbsyncrc_side)side,
		                                          rc->version, mailbox);

		check_name(&found);
		mbsyncname_free(&found);
		if (store != NULL && store->imap)
			free(mbsyncname_of_server(store, "INBOX.", '.', mailbox));
	}
}

static void ask_subject(const struct mbsyncrc *rc, const char *name, const char *mailbox)
{
	struct mbsyncarguments arguments = { .all = false };
	struct mbsyncsubject subject;
	bool told = false, several;

	if (!mbsyncsubject_find(&subject, rc, name))
		abort();
	for (size_t i = 0; i < rc->stores && i < 4; i++)
		mbsyncarguments_add(&arguments, &subject, rc->store[i], mailbox);
	mbsyncarguments_add_inboxes(&arguments, &subject);
	for (size_t i = 1; i < arguments.count; i++) {
		if (strcmp(arguments.list[0].text, arguments.list[i].text) == 0)
			abort();
	}
	mbsyncsubject_store(&subject, MBSYNCRC_NEAR, &several);
	mbsyncsubject_check(&subject, "rc", complain, &told);
	mbsyncarguments_free(&arguments);
}

static void check_encoding(const char *text)
{
	char *decoded = utf7_decode(text), *encoded = decoded != NULL ? utf7_encode(decoded) : NULL;

	if (decoded != NULL && (encoded == NULL || strcmp(encoded, text) != 0))
		abort();
	free(decoded);
	free(encoded);
	encoded = utf7_encode(text);
	decoded = encoded != NULL ? utf7_decode(encoded) : NULL;
	if (encoded != NULL && (decoded == NULL || strcmp(decoded, text) != 0))
		abort();
	free(decoded);
	free(encoded);
}

/* The last line is a mailbox's name, too. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count)
{
	char *text = malloc(count + 1), *newline;
	const char *mailbox;

	memcpy(text, bytes, count);
	text[count] = '\0';
	newline = strrchr(text, '\n');
	mailbox = newline != NULL ? newline + 1 : text;
	check_encoding(mailbox);
	for (int version = MBSYNC_1_4; version <= MBSYNC_1_5; version++) {
		const struct mbsyncrc_place place = {
			.file = "rc",
			.home = "/h",
			.directory = "/d",
			.version = (enum mbsync_version)version,
		};
		bool refused = false;
		struct mbsyncrc *rc = mbsyncrc_parse(&place, text, count, complain, &refused);

		if (rc->refused != refused)
			abort();
		for (size_t i = 0; i < rc->channels; i++) {
			ask(rc, rc->channel[i], mailbox);
			ask(rc, rc->channel[i], "INBOX/x");
			ask_subject(rc, rc->channel[i]->name, mailbox);
		}
		for (size_t i = 0; i < rc->groups; i++)
			ask_subject(rc, rc->group[i]->name, mailbox);
		mbsyncrc_free(rc);
	}
	free(text);
	return 0;
}
