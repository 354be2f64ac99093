#include "poll.h"

#include <stdlib.h>
#include <string.h>

#include "capabilities.h"
#include "data.h"
#include "memory.h"

#define MINUTE ((clock_ms)60 * 1000)

/* How many mailboxes are asked for in one command, and how long their names may be together. */
#define GROUP_MOST 100
#define GROUP_LENGTH 4000

static bool is_subscribed_only(const struct session *session)
{
	return session->watch->naming.store->subscribed_only;
}

/* Whether one command asks for all: none of the answers would be for nobody. */
static bool asks_whole(const struct session *session)
{
	return session->list_status_works && !session->others && !is_subscribed_only(session);
}

void poll_begin(struct session *session)
{
	session->poll++;
	session->polling = true;
	session->phase = POLL_START;
}

bool poll_list(struct session *session)
{
	if (session->settings->mailbox != NULL || (session->has_list && asks_whole(session)))
		return false;
	session->others = false;
	session->excluded = 0;
	if (!is_subscribed_only(session))
		state_command(session, "LIST \"\" \"*\"");
	else if ((session->capabilities & CAN_LSUB) != 0)
		state_command(session, "LSUB \"\" \"*\"");
	else
		state_command(session, "LIST (SUBSCRIBED) \"\" \"*\"");
	state_end_command(session);
	return true;
}

/* The items of a STATUS, with the parentheses. */
static const char *items(const struct session *session)
{
	return session->modseq_works ? "(UIDVALIDITY UIDNEXT MESSAGES UNSEEN HIGHESTMODSEQ)"
	                             : "(UIDVALIDITY UIDNEXT MESSAGES UNSEEN)";
}

static void add_return(struct session *session)
{
	char *text = memory_format(" RETURN (STATUS %s)", items(session));

	outbox_add(&session->outbox, text);
	free(text);
	state_end_command(session);
}

static bool is_to_ask(const struct session *session, uint32_t number)
{
	const struct mailbox *mailbox = &session->watch->mailboxes.list[number];

	return mailbox->exists && number != session->selected && mailbox->polled != session->poll;
}

/* A name that stands for itself alone in a LIST. */
static bool is_plain(const char *server)
{
	return strpbrk(server, "*%") == NULL;
}

/* Asks for some of those that were not yet; false: there are none. */
static bool ask_group(struct session *session)
{
	struct mailboxes *mailboxes = &session->watch->mailboxes;
	size_t count = 0, length = 0;

	for (; session->at < mailboxes->count && count < GROUP_MOST; session->at++) {
		struct mailbox *mailbox = &mailboxes->list[session->at];

		if (!is_to_ask(session, session->at) || mailbox->asked == session->poll ||
		    !is_plain(mailbox->server))
			continue;
		length += strlen(mailbox->server);
		if (count > 0 && length > GROUP_LENGTH)
			break;
		if (count++ == 0)
			state_command(session, "LIST \"\" (");
		else
			outbox_add(&session->outbox, " ");
		state_add_name(session, mailbox->server);
		mailbox->asked = session->poll;
	}
	if (count == 0)
		return false;
	outbox_add(&session->outbox, ")");
	add_return(session);
	return true;
}

/* Asks for the next one; false: there is none. */
static bool ask_one(struct session *session)
{
	struct mailboxes *mailboxes = &session->watch->mailboxes;
	char *text;

	while (session->at < mailboxes->count && !is_to_ask(session, session->at))
		session->at++;
	if (session->at == mailboxes->count)
		return false;
	mailboxes->list[session->at].polled = session->poll;
	state_command(session, "STATUS ");
	state_add_name(session, mailboxes->list[session->at].server);
	text = memory_format(" %s", items(session));
	outbox_add(&session->outbox, text);
	free(text);
	state_end_command(session);
	return true;
}

static void enter(struct session *session, enum poll_phase phase)
{
	session->phase = phase;
	session->at = 0;
}

static enum poll_phase choose(const struct session *session)
{
	if (asks_whole(session))
		return POLL_WHOLE;
	return session->list_status_works && session->groups_work ? POLL_GROUPS : POLL_SINGLES;
}

bool poll_ask(struct session *session)
{
	if (session->settings->mailbox != NULL)
		return false;
	if (session->phase == POLL_WHOLE)
		enter(session, POLL_SINGLES);
	if (session->phase == POLL_START)
		enter(session, choose(session));
	if (session->phase == POLL_WHOLE) {
		state_command(session, "LIST \"\" \"*\"");
		add_return(session);
		return true;
	}
	if (session->phase == POLL_GROUPS && !ask_group(session))
		enter(session, POLL_SINGLES);
	else if (session->phase == POLL_GROUPS)
		return true;
	return ask_one(session);
}

/*
 * A mailbox that had a status is in the list, and does not exist: it was deleted
 * since, or the list is stale.  Dovecot's is at times, and only for this session.
 */
static void take_contradiction(struct session *session, struct mailbox *mailbox, const char *words)
{
	if (mailbox->refused == session->poll - 1)
		state_fail(session, SESSION_DISCONNECTED,
		           "the server lists %s, and does not have it: %s", mailbox->server, words);
	mailbox->refused = session->poll;
	state_report_all(session);
}

/* What was asked for one mailbox was refused. */
static void take_refusal(struct session *session, const struct response *response)
{
	struct mailbox *mailbox = &session->watch->mailboxes.list[session->at];
	char *words;

	if (response->status == STATUS_BAD && session->modseq_works) {
		session->modseq_works = false;
		mailbox->polled = session->poll - 1;
		return;
	}
	words = state_words(session, response);
	if (response->status == STATUS_BAD)
		state_fail(session, SESSION_DISCONNECTED, "the server does not take STATUS: %s",
		           words);
	else if (mailbox->status.known != 0)
		take_contradiction(session, mailbox, words);
	else if (!mailbox->told)
		state_tell(session, "%s: nothing can be told of it, as the server says: %s",
		           mailbox->server, words);
	mailbox->told |= mailbox->status.known == 0;
	free(words);
}

void poll_answered(struct session *session, const struct response *response)
{
	bool ok = response->status == STATUS_OK;

	switch (session->phase) {
	case POLL_START: break;
	case POLL_WHOLE:
		if (ok)
			data_finish_list(session);
		else
			session->list_status_works = false;
		break;
	case POLL_GROUPS: session->groups_work &= ok; break;
	case POLL_SINGLES:
		if (!ok)
			take_refusal(session, response);
		break;
	}
	if (!ok && session->phase != POLL_SINGLES)
		enter(session, POLL_START);
}

clock_ms poll_interval(const struct session *session)
{
	if (session->settings->poll > 0)
		return session->settings->poll;
	if (session->has_notify || (session->settings->mailbox != NULL && session->idle_works))
		return 5 * MINUTE;
	return session->list_status_works || session->settings->mailbox != NULL ? MINUTE
	                                                                        : 5 * MINUTE;
}

uint32_t poll_others(const struct session *session)
{
	uint32_t existing = mailboxes_existing(&session->watch->mailboxes);

	return existing - (session->selected != MAILBOX_NONE && existing > 0 ? 1 : 0);
}
