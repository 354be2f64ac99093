#include "mbsyncsubject.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mbsyncname.h"
#include "memory.h"
#include "message.h"
#include "patterns.h"

bool mbsyncsubject_find(struct mbsyncsubject *subject, const struct mbsyncrc *rc, const char *name)
{
	*subject = (struct mbsyncsubject){ .rc = rc, .group = mbsyncrc_group(rc, name) };
	if (subject->group != NULL) {
		subject->name = subject->group->name;
		return true;
	}
	subject->channel = mbsyncrc_channel(rc, name);
	if (subject->channel == NULL)
		return false;
	subject->name = subject->channel->name;
	return true;
}

size_t mbsyncsubject_count(const struct mbsyncsubject *subject)
{
	return subject->group != NULL ? subject->group->count : 1;
}

const struct mbsyncrc_channel *mbsyncsubject_channel(const struct mbsyncsubject *subject,
                                                     size_t index,
                                                     const struct mbsyncrc_member **member)
{
	*member = subject->group != NULL ? &subject->group->member[index] : NULL;
	return *member != NULL ? (*member)->channel : subject->channel;
}

const struct mbsyncrc_store *mbsyncsubject_store(const struct mbsyncsubject *subject,
                                                 enum mbsyncrc_side side, bool *several)
{
	const struct mbsyncrc_store *found = NULL;
	const struct mbsyncrc_member *member;

	*several = false;
	for (size_t i = 0; i < mbsyncsubject_count(subject); i++) {
		const struct mbsyncrc_channel *channel = mbsyncsubject_channel(subject, i, &member);
		const struct mbsyncrc_store *store = channel != NULL ? channel->store[side] : NULL;

		*several |= found != NULL && store != NULL && store != found;
		found = store != NULL ? store : found;
	}
	return *several ? NULL : found;
}

bool mbsyncsubject_has(const struct mbsyncsubject *subject, enum mbsyncrc_side side,
                       const struct mbsyncrc_store *store)
{
	const struct mbsyncrc_member *member;

	for (size_t i = 0; i < mbsyncsubject_count(subject); i++) {
		const struct mbsyncrc_channel *channel = mbsyncsubject_channel(subject, i, &member);

		if (channel != NULL && channel->store[side] == store)
			return true;
	}
	return false;
}

/* --- arguments --- */

/* The name of the one mailbox that a channel without Patterns is. */
static const char *name_single(const struct mbsyncrc_channel *channel)
{
	const char *near = channel->box[MBSYNCRC_NEAR];

	return *near != '\0' ? near : "INBOX";
}

const char *mbsyncsubject_mailbox(const struct mbsyncsubject *subject, const char *text)
{
	const struct mbsyncrc_member *member;
	const char *colon = strchr(text, ':');

	for (size_t i = 0; colon == NULL && i < mbsyncsubject_count(subject); i++) {
		const struct mbsyncrc_channel *channel = mbsyncsubject_channel(subject, i, &member);

		if (channel != NULL && strcmp(channel->name, text) == 0)
			return name_single(channel);
	}
	return colon != NULL ? colon + 1 : "";
}

static void add(struct mbsyncarguments *arguments, char *text, const char *name)
{
	for (size_t i = 0; i < arguments->count; i++) {
		if (strcmp(arguments->list[i].text, text) == 0) {
			free(text);
			return;
		}
	}
	arguments->list = memory_grow(arguments->list, &arguments->room, arguments->count + 1,
	                              sizeof *arguments->list);
	arguments->list[arguments->count++] =
		(struct mbsyncargument){ .text = text, .name = memory_copy(name) };
}

static void add_all(struct mbsyncarguments *arguments, const char *why)
{
	if (!arguments->all)
		arguments->why = why;
	arguments->all = true;
}

static void add_found(struct mbsyncarguments *arguments, const struct mbsyncsubject *subject,
                      const struct mbsyncrc_channel *channel, const struct mbsyncname *found)
{
	switch (found->kind) {
	case MBSYNCNAME_EXCLUDED: break;
	case MBSYNCNAME_IMPOSSIBLE:
		if (!arguments->all)
			arguments->why = found->why;
		break;
	case MBSYNCNAME_CHANNEL:
		/* where a group has its name the channel alone can't be said */
		if (subject->channel == NULL && mbsyncrc_group(subject->rc, channel->name) != NULL)
			add_all(arguments, "a group has the channel's name");
		else
			add(arguments, memory_copy(channel->name), name_single(channel));
		break;
	case MBSYNCNAME_NAME:
		for (size_t i = 0; i < found->count; i++)
			add(arguments, memory_format("%s:%s", channel->name, found->name[i]),
			    found->name[i]);
		break;
	case MBSYNCNAME_OTHER:
	case MBSYNCNAME_ALL: add_all(arguments, found->why); break;
	}
}

void mbsyncarguments_add(struct mbsyncarguments *arguments, const struct mbsyncsubject *subject,
                         const struct mbsyncrc_store *store, const char *reported)
{
	const struct mbsyncrc_member *member;

	for (size_t i = 0; i < mbsyncsubject_count(subject); i++) {
		const struct mbsyncrc_channel *channel = mbsyncsubject_channel(subject, i, &member);

		for (int side = MBSYNCRC_FAR; channel != NULL && side <= MBSYNCRC_NEAR; side++) {
			const struct mbsyncrc_words *boxes =
				member != NULL && member->chosen ? &member->boxes : NULL;
			struct mbsyncname found;

			if (channel->store[side] != store)
				continue;
			found = mbsyncname_find(channel, boxes, (enum mbsyncrc_side)side,
			                        subject->rc->version, reported);
			add_found(arguments, subject, channel, &found);
			mbsyncname_free(&found);
		}
	}
}

void mbsyncarguments_add_inboxes(struct mbsyncarguments *arguments,
                                 const struct mbsyncsubject *subject)
{
	struct mbsyncarguments found = { .all = false };
	const struct mbsyncrc_member *member;

	for (size_t i = 0; i < mbsyncsubject_count(subject); i++) {
		const struct mbsyncrc_channel *channel = mbsyncsubject_channel(subject, i, &member);

		for (int side = MBSYNCRC_FAR; channel != NULL && side <= MBSYNCRC_NEAR; side++) {
			if (channel->store[side] != NULL)
				mbsyncarguments_add(&found, subject, channel->store[side], "INBOX");
		}
	}
	for (size_t i = 0; i < found.count; i++)
		add(arguments, memory_copy(found.list[i].text), found.list[i].name);
	mbsyncarguments_free(&found);
}

void mbsyncarguments_free(struct mbsyncarguments *arguments)
{
	for (size_t i = 0; i < arguments->count; i++) {
		free(arguments->list[i].text);
		free(arguments->list[i].name);
	}
	free(arguments->list);
	*arguments = (struct mbsyncarguments){ .all = false };
}

/* --- what can't work --- */

struct check {
	const struct mbsyncrc *rc;
	bool in_group;          /* the subject is one */
	const char *file;
	mbsyncrc_complain *complain;
	void *context;
};

__attribute__((format(printf, 3, 4))) static void advise(const struct check *check, unsigned line,
                                                         const char *format, ...)
{
	va_list arguments;
	char *what = NULL, *message;

	va_start(arguments, format);
	if (vasprintf(&what, format, arguments) < 0)
		message_fatal(1, "out of memory");
	va_end(arguments);
	message = memory_format("%s:%u: %s", check->file, line, what);
	check->complain(check->context, MBSYNCRC_ADVICE, line, message);
	free(message);
	free(what);
}

static void check_patterns(const struct check *check, const struct mbsyncrc_channel *channel)
{
	for (size_t i = 0; i < channel->patterns.count; i++) {
		if (strstr(channel->patterns.word[i], "%/") != NULL)
			advise(check, channel->patterns_line,
			       "channel %s: the pattern %s never matches: mbsync "
			       "finds no %% in front of a /",
			       channel->name, channel->patterns.word[i]);
	}
}

static void check_side(const struct check *check, const struct mbsyncrc_channel *channel,
                       enum mbsyncrc_side side)
{
	const struct mbsyncrc_store *store = channel->store[side];
	const char *box = channel->box[side];

	if (store->imap && store->subscribed_only)
		advise(check, store->line,
		       "store %s: SubscribedOnly: its server alone knows what of it is in channel "
		       "%s, so each change that is reported there means all mailboxes",
		       store->name, channel->name);
	if (!store->imap && store->path == NULL &&
	    store->subfolders != MBSYNCRC_SUBFOLDERS_MAILDIRPP &&
	    mbsyncname_wants_path(channel, side))
		advise(check, store->line,
		       "store %s has no Path, so mbsync can't list it for channel %s", store->name,
		       channel->name);
	if (check->rc->version != MBSYNC_1_4 && *box != '\0' &&
	    patterns_select(channel->patterns.word, channel->patterns.count, "INBOX"))
		advise(check, channel->line,
		       "channel %s: mbsync 1.5 fails as long as there is no %sINBOX in "
		       "store %s: make it, or exclude it by Patterns !INBOX",
		       channel->name, box, store->name);
}

static void check_single(const struct check *check, const struct mbsyncrc_channel *channel)
{
	if (check->in_group && mbsyncrc_group(check->rc, channel->name) != NULL)
		advise(check, channel->line,
		       "channel %s: a group has its name, too, and mbsync takes that first: all "
		       "are synced for it",
		       channel->name);
}

static void check_channel(const struct check *check, const struct mbsyncrc_channel *channel)
{
	if (channel->patterns_line == 0) {
		check_single(check, channel);
		return;
	}
	check_patterns(check, channel);
	for (int side = MBSYNCRC_FAR; side <= MBSYNCRC_NEAR; side++) {
		if (channel->store[side] != NULL)
			check_side(check, channel, (enum mbsyncrc_side)side);
	}
}

void mbsyncsubject_check(const struct mbsyncsubject *subject, const char *file,
                         mbsyncrc_complain *complain, void *context)
{
	const struct check check = { subject->rc, subject->group != NULL, file, complain, context };
	const struct mbsyncrc_member *member;

	for (size_t i = 0; i < mbsyncsubject_count(subject); i++) {
		const struct mbsyncrc_channel *channel = mbsyncsubject_channel(subject, i, &member);

		if (channel != NULL)
			check_channel(&check, channel);
	}
}
