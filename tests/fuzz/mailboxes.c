/* Names from stores, whatever they are, against a configuration of every kind of channel. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "mbsyncname.h"
#include "mbsyncrc_parse.h"
#include "mbsyncsubject.h"

static const char text[] =
	"IMAPStore plain\nHost h\n\n"
	"IMAPStore below\nHost h\nPath INBOX.\nMapInbox in\nFlatten _\nSubscribedOnly yes\n\n"
	"IMAPStore named\nHost h\nPath lists/\nPathDelimiter /\nUseNamespace no\n\n"
	"MaildirStore plus\nInbox ~/Maildir\nSubFolders Maildir++\n\n"
	"MaildirStore nested\nPath ~/M/\nInbox ~/M/INBOX\nSubFolders Legacy\nMapInbox pre/in\n\n"
	"MaildirStore flat\nPath ~/F/m-\nFlatten --\n\n"
	"Channel all\nFar :plain:\nNear :plus:\nPatterns * !Spam !Archive*\n\n"
	"Channel box\nFar :below:pre/\nNear :nested:INBOX/\nPatterns % INBOX* !*a*\n\n"
	"Channel flat\nFar :named:\nNear :flat:pre\nPatterns INBOX *\n\n"
	"Channel two\nFar :nested:\nNear :flat:\nPatterns *\n\n"
	"Channel one\nFar \":plain:[Gmail]/Sent Mail\"\nNear :nested:sent\n\n"
	"Group every all box flat two one\n\nGroup some all:a,b,INBOX two\n\nGroup one one two\n";

static struct mbsyncrc *read_text(enum mbsync_version version)
{
	const struct mbsyncrc_place place = { .file = "rc", .home = "/h", .version = version };

	return mbsyncrc_parse(&place, text, sizeof text - 1, NULL, NULL);
}

/* A channel of the file with, behind a colon, one name that mbsync takes as it is. */
static void check_argument(const struct mbsyncrc *rc, const struct mbsyncargument *argument)
{
	const char *colon = strchr(argument->text, ':');
	size_t length = colon != NULL ? (size_t)(colon - argument->text) : strlen(argument->text);
	char *channel = strndup(argument->text, length);
	const struct mbsyncrc_channel *found = mbsyncrc_channel(rc, channel);

	if (found == NULL || (found->patterns_line == 0) != (colon == NULL) ||
	    mbsyncrc_group(rc, channel) != NULL)
		abort();
	if (colon != NULL && (strcmp(colon + 1, argument->name) != 0 || *argument->name == '\0' ||
	                      strpbrk(argument->name, ",\n") != NULL))
		abort();
	free(channel);
}

static void check_arguments(const struct mbsyncrc *rc, const struct mbsyncarguments *arguments)
{
	for (size_t i = 0; i < arguments->count; i++) {
		check_argument(rc, &arguments->list[i]);
		for (size_t j = 0; j < i; j++) {
			if (strcmp(arguments->list[j].text, arguments->list[i].text) == 0)
				abort();
		}
	}
	if (arguments->all && arguments->why == NULL)
		abort();
}

static void ask(const struct mbsyncrc *rc, const struct mbsyncrc_store *store, const char *own)
{
	static const char *const subjects[] = {
		"all", "box", "flat", "two", "every", "some", "one"
	};

	for (size_t i = 0; i < sizeof subjects / sizeof *subjects; i++) {
		struct mbsyncarguments arguments = { .all = false };
		struct mbsyncsubject subject;

		if (!mbsyncsubject_find(&subject, rc, subjects[i]))
			abort();
		mbsyncarguments_add(&arguments, &subject, store, own);
		check_arguments(rc, &arguments);
		mbsyncarguments_free(&arguments);
	}
}

/* What a server says, in each namespace; a store's own name has no empty part. */
static void ask_server(const struct mbsyncrc *rc, const struct mbsyncrc_store *store,
                       const char *name)
{
	static const char *const spaces[] = { "", "INBOX.", "mail/" };

	for (size_t i = 0; i < sizeof spaces / sizeof *spaces; i++) {
		char *own = mbsyncname_of_server(store, spaces[i], i == 2 ? '/' : '.', name);

		if (own != NULL && (strstr(own, "//") != NULL || *own == '/'))
			abort();
		if (own != NULL)
			ask(rc, store, own);
		free(own);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count)
{
	static struct mbsyncrc *rc[2];
	char *name = malloc(count + 1);

	memcpy(name, bytes, count);
	name[count] = '\0';
	for (int version = MBSYNC_1_4; version <= MBSYNC_1_5; version++) {
		if (rc[version] == NULL)
			rc[version] = read_text((enum mbsync_version)version);
		if (rc[version]->refused)
			abort();
		for (size_t i = 0; i < rc[version]->stores; i++) {
			ask(rc[version], rc[version]->store[i], name);
			if (rc[version]->store[i]->imap)
				ask_server(rc[version], rc[version]->store[i], name);
		}
	}
	free(name);
	return 0;
}
