#include "data.h"

#include <stdlib.h>
#include <string.h>

#include "capabilities.h"
#include "memory.h"

/* How many alerts of the server are passed on in one session. */
#define MOST_ALERTS 10

/* How soon what is unknown is asked for, and what is new, behind the last poll at least, in ms. */
#define ASK_AGAIN 10000
#define ASK_NEW 1000

/* --- mailboxes --- */

/* Something is unknown that may be wanted: all, and a look at what there is. */
static void doubt(struct session *session)
{
	state_report_all(session);
	session->poll_due = clock_earlier(session->poll_due, session->now + ASK_AGAIN);
}

/* Whether mailboxes are told because they were asked for. */
static bool is_listing(const struct session *session)
{
	return session->asking &&
	       (session->state == SESSION_LIST || session->state == SESSION_STATUS);
}

static void remove_mailbox(struct session *session, uint32_t number)
{
	if (number == MAILBOX_NONE)
		return;
	mailboxes_remove(&session->watch->mailboxes, number);
	state_report_all(session);
}

/*
 * A mailbox that is new, as the server says by itself: Dovecot tells of folders
 * that can't be opened in the same way.  The list of a poll, or a STATUS, says.
 */
static void announce(struct session *session, uint32_t number)
{
	session->watch->mailboxes.list[number].announced = true;
	session->poll_due = clock_earlier(session->poll_due,
	                                  clock_later(session->now, session->polled + ASK_NEW));
}

/* The mailbox is there; name is taken over. */
static uint32_t add_mailbox(struct session *session, const char *server, char *name)
{
	uint32_t number = mailboxes_add(&session->watch->mailboxes, server, name);

	if (number == MAILBOX_NONE) {
		state_fail(session, SESSION_DISCONNECTED,
		           "more than %d mailboxes: leave some out with Patterns, or with -x",
		           MAILBOXES_MOST);
		return number;
	}
	if (is_listing(session))
		state_report(session, number);
	else
		announce(session, number);
	return number;
}

/* It is in a list; it may be new. */
static void list_existing(struct session *session, const char *server, char *name)
{
	struct mailboxes *mailboxes = &session->watch->mailboxes;
	struct mailbox *mailbox;
	uint32_t number;
	bool several;

	number = mailboxes_find(mailboxes, server, &several);
	if (several && !is_listing(session))
		doubt(session);
	if (number == MAILBOX_NONE) {
		number = add_mailbox(session, server, name);
		name = NULL;
	}
	free(name);
	if (number == MAILBOX_NONE)
		return;
	mailbox = &mailboxes->list[number];
	mailbox->listed = session->poll;
	if (is_listing(session) && mailbox->announced) {
		mailbox->announced = false;
		state_report(session, number);
	}
	if (is_listing(session) && strcmp(mailbox->server, server) != 0) {
		free(mailbox->server);
		mailbox->server = memory_copy(server);
	}
}

static void list_gone(struct session *session, const char *server, bool nonexistent)
{
	bool several;
	uint32_t number = mailboxes_find(&session->watch->mailboxes, server, &several);

	if (several)
		doubt(session);
	else if (number != MAILBOX_NONE && session->watch->mailboxes.list[number].announced)
		mailboxes_remove(&session->watch->mailboxes, number);
	else if (number != MAILBOX_NONE && number != session->selected)
		remove_mailbox(session, number);
	else if (nonexistent && !is_listing(session))
		state_report_all(session);
}

/* The old name that the token list at index tells, ("OLDNAME" ("old")); NULL: none. */
static char *find_old_name(const struct response *response, size_t index)
{
	char *word, *old = NULL;

	if (index >= response->count || response->token[index].kind != TOKEN_OPEN)
		return NULL;
	for (index++; old == NULL && response_has_text(response, index);
	     index = response_skip(response, index + 1)) {
		word = response_copy(response, index);
		if (word != NULL && strcasecmp(word, "OLDNAME") == 0)
			old = response_copy(response, index + 2);
		free(word);
	}
	return old;
}

static void take_renamed(struct session *session, const struct response *response, size_t index)
{
	char *old = find_old_name(response, index);
	bool several;

	if (old == NULL)
		return;
	remove_mailbox(session, mailboxes_find(&session->watch->mailboxes, old, &several));
	free(old);
}

/* One mailbox of a list, or what has become of it: index is that of its attributes. */
static void take_listed(struct session *session, const struct response *response, size_t index,
                        char *server)
{
	size_t after = response_skip(response, index);
	bool nonexistent = response_list_has(response, index, "\\NonExistent");
	bool gone = nonexistent || response_list_has(response, index, "\\Noselect");
	char *delimiter =
		response->token[after].kind == TOKEN_STRING ? response_copy(response, after) : NULL;
	char *name;

	if (delimiter != NULL)
		naming_set_delimiter(&session->watch->naming, *delimiter);
	take_renamed(session, response, after + 2);
	switch (naming_judge(&session->watch->naming, server, &name)) {
	case NAMING_ELSEWHERE: session->others |= !gone; break;
	case NAMING_EXCLUDED:
		session->others |= !gone;
		session->excluded += !gone && is_listing(session);
		break;
	case NAMING_WANTED:
		if (!gone) {
			list_existing(session, server, name);
			name = NULL;
		} else {
			list_gone(session, server, nonexistent);
		}
		break;
	}
	free(name);
	free(delimiter);
}

static void take_list(struct session *session, const struct response *response)
{
	size_t after = response_skip(response, 1);
	char *server;

	if (response->count < 4 || response->token[1].kind != TOKEN_OPEN ||
	    !response_has_text(response, after) || !response_has_text(response, after + 1)) {
		state_fail(session, SESSION_DISCONNECTED, "the server sent a LIST without a name");
		return;
	}
	server = response_copy(response, after + 1);
	if (server == NULL && !is_listing(session))
		doubt(session);
	if (server != NULL && session->settings->mailbox == NULL)
		take_listed(session, response, 1, server);
	free(server);
}

void data_finish_list(struct session *session)
{
	struct mailboxes *mailboxes = &session->watch->mailboxes;
	char *name;

	if (naming_judge(&session->watch->naming, "INBOX", &name) == NAMING_WANTED) {
		list_existing(session, "INBOX", name);
		name = NULL;
	}
	free(name);
	for (uint32_t number = 0; number < mailboxes->count; number++) {
		if (mailboxes->list[number].exists &&
		    mailboxes->list[number].listed != session->poll)
			remove_mailbox(session, number);
	}
	session->has_list = true;
}

/* --- STATUS --- */

static struct status read_status(const struct response *response, size_t index)
{
	static const char *const items[] = { "MESSAGES", "UIDNEXT", "UIDVALIDITY", "UNSEEN",
		                             "HIGHESTMODSEQ" };
	struct status status = { .known = 0 };

	for (index++; index + 1 < response->count; index = response_skip(response, index + 1)) {
		for (unsigned i = 0; i < ITEMS; i++) {
			if (response_is(response, index, items[i]) &&
			    response_number(response, index + 1, &status.value[i]))
				status.known |= 1U << i;
		}
	}
	return status;
}

/*
 * What is told in answer to NOOP, NOTIFY should have told before: it is asked for once more,
 * with a poll behind it.
 */
static void suspect_deafness(struct session *session)
{
	session->notify_again |= session->state == SESSION_NOOP && session->has_notify;
}

static void take_known_status(struct session *session, uint32_t number, const struct status *status,
                              bool several)
{
	struct mailbox *mailbox = &session->watch->mailboxes.list[number];

	mailbox->polled = session->poll;
	mailbox->announced = false;
	/* of the selected mailbox it may be stale: what it has to tell is told otherwise */
	if (number == session->selected)
		return;
	switch (mailboxes_update(mailbox, status)) {
	case CHANGE_NONE: break;
	case CHANGE_SOME:
		suspect_deafness(session);
		if (several)
			state_report_all(session);
		else
			state_report(session, number);
		break;
	case CHANGE_UIDVALIDITY: state_report_all(session); break;
	}
}

/* Where the list of a STATUS opens: behind the name, which imap4d does not quote. */
static size_t status_list(const struct response *response)
{
	size_t index = 2;

	while (index < response->count && response->token[index].kind == TOKEN_ATOM)
		index++;
	return index;
}

static void take_status(struct session *session, const struct response *response)
{
	size_t list = status_list(response);
	char *server = list == 2 ? response_copy(response, 1)
	                         : response_copy_words(response, 1, list);
	struct status status;
	uint32_t number;
	bool several;
	char *name;

	if (session->settings->mailbox != NULL) {
		free(server);
		return;
	}
	if (!response_has_text(response, 1) || list + 2 > response->count ||
	    response->token[list].kind != TOKEN_OPEN || (list > 2 && server == NULL)) {
		state_fail(session, SESSION_DISCONNECTED,
		           "the server sent a STATUS that can't be understood");
		free(server);
		return;
	}
	status = read_status(response, list);
	if (server == NULL) {
		if (!is_listing(session))
			doubt(session);
		return;
	}
	number = mailboxes_find(&session->watch->mailboxes, server, &several);
	if (number != MAILBOX_NONE) {
		take_known_status(session, number, &status, several);
	} else if (session->has_list &&
	           naming_judge(&session->watch->naming, server, &name) == NAMING_WANTED) {
		free(name);
		doubt(session);
	}
	free(server);
}

/* --- the selected mailbox --- */

static void take_exists(struct session *session, uint64_t number)
{
	if (number != session->exists)
		state_report(session, session->selected);
	session->exists = number;
}

static void take_recent(struct session *session, uint64_t number)
{
	if (number > session->recent)
		state_report(session, session->selected);
	session->recent = number;
}

static void take_message(struct session *session, const struct response *response, uint64_t number)
{
	if (response_is(response, 1, "EXISTS")) {
		take_exists(session, number);
	} else if (response_is(response, 1, "RECENT")) {
		take_recent(session, number);
	} else if (response_is(response, 1, "EXPUNGE")) {
		session->exists -= session->exists > 0 ? 1 : 0;
		state_report(session, session->selected);
	} else if (response_is(response, 1, "FETCH")) {
		state_report(session, session->selected);
	}
}

static void take_uidvalidity(struct session *session, uint64_t number)
{
	if (session->knows_uidvalidity && session->uidvalidity != number)
		state_report_all(session);
	session->uidvalidity = number;
	session->knows_uidvalidity = true;
}

/* --- the account --- */

static void take_capabilities(struct session *session, const struct response *response)
{
	session->capabilities = capabilities_without(capabilities_read(response, 1),
	                                             &session->settings->account->disabled);
	session->knows_capabilities = true;
}

/* ((prefix delimiter) ...) of our own mailboxes; NIL: none. */
static void take_namespace(struct session *session, const struct response *response)
{
	char *space, *text, delimiter = '\0';

	if (session->settings->mailbox != NULL || response->count < 6 ||
	    response->token[1].kind != TOKEN_OPEN || response->token[2].kind != TOKEN_OPEN ||
	    !response_has_text(response, 3))
		return;
	space = response_copy(response, 3);
	text = response->token[4].kind == TOKEN_STRING ? response_copy(response, 4) : NULL;
	if (text != NULL)
		delimiter = *text;
	free(text);
	naming_set_space(&session->watch->naming, space, delimiter);
}

static void take_data(struct session *session, const struct response *response)
{
	uint64_t number;

	if (response_number(response, 0, &number))
		take_message(session, response, number);
	else if (response_is(response, 0, "VANISHED"))
		state_report(session, session->selected);
	else if (response_is(response, 0, "LIST") || response_is(response, 0, "LSUB"))
		take_list(session, response);
	else if (response_is(response, 0, "STATUS"))
		take_status(session, response);
	else if (response_is(response, 0, "CAPABILITY"))
		take_capabilities(session, response);
	else if (response_is(response, 0, "NAMESPACE"))
		take_namespace(session, response);
}

/* --- statuses --- */

static void take_alert(struct session *session, const struct response *response)
{
	char *words;

	if (++session->alerts > MOST_ALERTS)
		return;
	words = state_words(session, response);
	state_tell(session, "the server says: %s", words);
	free(words);
}

void data_take_code(struct session *session, const struct response *response)
{
	uint64_t number;

	if (response_is(response, 0, "CAPABILITY"))
		take_capabilities(session, response);
	else if (response_is(response, 0, "ALERT"))
		take_alert(session, response);
	else if (response_is(response, 0, "UIDVALIDITY") && response_number(response, 1, &number))
		take_uidvalidity(session, number);
	else if (response_is(response, 0, "NOTIFICATIONOVERFLOW")) {
		session->notify_again = session->has_notify || session->state == SESSION_NOTIFY;
		state_report_all(session);
	}
}

static void take_bye(struct session *session, const struct response *response)
{
	char *words = state_words(session, response);

	state_fail(session, SESSION_DISCONNECTED, "the server says goodbye: %s", words);
	free(words);
}

void data_take(struct session *session, const struct response *response)
{
	if (response->status == STATUS_NONE)
		take_data(session, response);
	else
		data_take_code(session, response);
	if (response->status == STATUS_BYE)
		take_bye(session, response);
}
