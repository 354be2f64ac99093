/*
 * Says how lib/mbsyncrc understands a file, for tests/mbsyncrc_oracle.py.
 *
 *     mbsyncrc_dump 1.4|1.5 FILE HOME             what is wrong with it, and what it means
 *     mbsyncrc_dump 1.4|1.5 FILE HOME SUBJECT     for each STORE<TAB>MAILBOX<NUL> of stdin:
 *                                                 side<TAB>CHANNEL<TAB>KIND<TAB>NAME... for each
 *                                                 channel and side, then the arguments
 *
 * With STORE<TAB>NAME<TAB>NAMESPACE<TAB>DELIMITER NAME is an IMAP server's, and
 * own<TAB>MAILBOX is said before.
 */
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mbsyncname.h"
#include "mbsyncrc_parse.h"
#include "mbsyncsubject.h"
#include "memory.h"

static void say(void *context, enum mbsyncrc_problem problem, unsigned line, const char *message)
{
	static const char *const kinds[] = { "line", "section", "advice" };

	if (context != NULL)
		printf("%s\t%u\t%s\n", kinds[problem], line, message);
}

static const char *home_of(void *context, const char *user)
{
	const struct passwd *entry = getpwnam(user);

	(void)context;
	return entry != NULL ? entry->pw_dir : NULL;
}

static char *read_file(const char *path, size_t *length)
{
	FILE *file = fopen(path, "rb");
	size_t room = 1U << 20;
	char *text = memory_new(room, 1);

	if (file == NULL) {
		perror(path);
		exit(1);
	}
	*length = fread(text, 1, room, file);
	fclose(file);
	return text;
}

static struct mbsyncrc *read_rc(char **argument, bool tell)
{
	char *directory = memory_copy(argument[2]), *slash = strrchr(directory, '/'), *text;
	struct mbsyncrc_place place = {
		.file = "rc",
		.home = argument[3],
		.home_of = home_of,
		.directory = "",
		.version = strcmp(argument[1], "1.4") == 0 ? MBSYNC_1_4 : MBSYNC_1_5,
	};
	struct mbsyncrc *rc;
	size_t length;

	if (slash != NULL) {
		*slash = '\0';
		place.directory = directory;
	}
	text = read_file(argument[2], &length);
	rc = mbsyncrc_parse(&place, text, length, say, tell ? &place : NULL);
	free(text);
	free(directory);
	return rc;
}

static const char *text(const char *string)
{
	return string != NULL ? string : "-";
}

static void dump_words(const char *what, const struct mbsyncrc_words *words)
{
	printf("\t%s=", what);
	for (size_t i = 0; i < words->count; i++)
		printf("<%s>", words->word[i]);
}

static void dump_account(const struct mbsyncrc_account *account)
{
	printf("account\t%s\thost=%s\tport=%d\tuser=%s\tusercmd=%s\tpass=%s\tpasscmd=%s\ttunnel=%"
	       "s\ttls=%d"
	       "\tsystem=%d\ttimeout=%d\tdepth=%d\tfile=%s\tcert=%s\tkey=%s\tciphers=%s",
	       account->name, text(account->host), account->port, text(account->user),
	       text(account->user_command), text(account->pass), text(account->pass_command),
	       text(account->tunnel), account->tls, account->system_certificates,
	       account->timeout_s, account->pipeline_depth, text(account->certificates),
	       text(account->client_certificate), text(account->client_key),
	       text(account->ciphers));
	dump_words("versions", &account->tls_versions);
	dump_words("auth", &account->mechanisms);
	dump_words("disabled", &account->disabled);
	putchar('\n');
}

static void dump_store(const struct mbsyncrc_store *store)
{
	printf("store\t%s\timap=%d\tpath=%s\tflatten=%s\tmapinbox=%s", store->name, store->imap,
	       text(store->path), text(store->flatten), text(store->map_inbox));
	if (store->imap)
		printf("\taccount=%s\tdelimiter=%c\tnamespace=%d\tsubscribed=%d\n",
		       store->account != NULL ? store->account->name : "-",
		       store->delimiter != '\0' ? store->delimiter : '-', store->use_namespace,
		       store->subscribed_only);
	else
		printf("\tinbox=%s\tsubfolders=%d\tnested=%s\n", store->inbox, store->subfolders,
		       text(mbsyncrc_nested_inbox(store)));
	if (store->own_account)
		dump_account(store->account);
}

static void dump_channel(const struct mbsyncrc_channel *channel)
{
	printf("channel\t%s", channel->name);
	for (int side = MBSYNCRC_FAR; side <= MBSYNCRC_NEAR; side++)
		printf("\t:%s:%s", channel->store[side] != NULL ? channel->store[side]->name : "?",
		       channel->box[side]);
	dump_words("patterns", &channel->patterns);
	putchar('\n');
}

static void dump(const struct mbsyncrc *rc)
{
	printf("refused\t%d\n", rc->refused);
	for (size_t i = 0; i < rc->accounts; i++)
		dump_account(rc->account[i]);
	for (size_t i = 0; i < rc->stores; i++)
		dump_store(rc->store[i]);
	for (size_t i = 0; i < rc->channels; i++)
		dump_channel(rc->channel[i]);
	for (size_t i = 0; i < rc->groups; i++) {
		printf("group\t%s", rc->group[i]->name);
		for (size_t j = 0; j < rc->group[i]->count; j++)
			printf("\t%s", rc->group[i]->member[j].written);
		putchar('\n');
	}
}

static void dump_side(const struct mbsyncrc_channel *channel, const struct mbsyncrc_member *member,
                      enum mbsyncrc_side side, enum mbsync_version version, const char *mailbox)
{
	static const char *const kinds[] = { "excluded", "impossible", "channel",
		                             "name",     "other",      "all" };
	const struct mbsyncrc_words *boxes =
		member != NULL && member->chosen ? &member->boxes : NULL;
	struct mbsyncname found = mbsyncname_find(channel, boxes, side, version, mailbox);

	printf("side\t%s\t%s", channel->name, kinds[found.kind]);
	for (size_t i = 0; i < found.count; i++)
		printf("\t%s", found.name[i]);
	printf("\n");
	mbsyncname_free(&found);
}

static void dump_sides(const struct mbsyncsubject *subject, const struct mbsyncrc_store *store,
                       const char *mailbox)
{
	const struct mbsyncrc_member *member;

	for (size_t i = 0; i < mbsyncsubject_count(subject); i++) {
		const struct mbsyncrc_channel *channel = mbsyncsubject_channel(subject, i, &member);

		for (int side = MBSYNCRC_FAR; channel != NULL && side <= MBSYNCRC_NEAR; side++) {
			if (channel->store[side] == store)
				dump_side(channel, member, (enum mbsyncrc_side)side,
				          subject->rc->version, mailbox);
		}
	}
}

static void dump_arguments(const struct mbsyncarguments *arguments)
{
	printf("arguments%s", arguments->all ? "\t*" : "");
	for (size_t i = 0; i < arguments->count; i++)
		printf("\t%s", arguments->list[i].text);
	printf("\n");
}

/* Answers for STORE<TAB>..., without its NUL byte. */
static void answer_one(const struct mbsyncsubject *subject, char *record)
{
	const char *store_name = strsep(&record, "\t"), *name = strsep(&record, "\t");
	const struct mbsyncrc_store *store = mbsyncrc_store(subject->rc, store_name);
	const char *space = record != NULL ? strsep(&record, "\t") : NULL;
	struct mbsyncarguments arguments = { .all = false };
	char *own = space != NULL ? mbsyncname_of_server(store, space, *record, name)
	                          : memory_copy(name);

	if (space != NULL)
		printf("own%s%s\n", own != NULL ? "\t" : "", own != NULL ? own : "");
	if (own != NULL) {
		dump_sides(subject, store, own);
		mbsyncarguments_add(&arguments, subject, store, own);
	}
	dump_arguments(&arguments);
	mbsyncarguments_free(&arguments);
	free(own);
}

static void answer(const struct mbsyncrc *rc, const char *name)
{
	struct mbsyncarguments inboxes = { .all = false };
	struct mbsyncsubject subject;
	char *line = NULL;
	size_t room = 0;

	if (!mbsyncsubject_find(&subject, rc, name)) {
		printf("no subject\n");
		return;
	}
	/* a mailbox's name may hold newlines, so records end with a NUL byte */
	while (getdelim(&line, &room, '\0', stdin) > 0)
		answer_one(&subject, line);
	free(line);
	printf("inboxes\n");
	mbsyncarguments_add_inboxes(&inboxes, &subject);
	dump_arguments(&inboxes);
	mbsyncarguments_free(&inboxes);
	mbsyncsubject_check(&subject, "rc", say, &subject);
}

int main(int argc, char **argv)
{
	struct mbsyncrc *rc;

	if (argc != 4 && argc != 5)
		return 2;
	rc = read_rc(argv, argc == 4);
	if (argc == 4)
		dump(rc);
	else
		answer(rc, argv[4]);
	mbsyncrc_free(rc);
	return 0;
}
