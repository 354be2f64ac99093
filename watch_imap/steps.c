#include "steps.h"

#include <stdlib.h>

#include "capabilities.h"
#include "data.h"
#include "login.h"
#include "memory.h"
#include "poll.h"

/* The longest that a step may take, however much the server has to say, in ms. */
#define CEILING ((clock_ms)300 * 1000)

/* Where a server ends IDLEs by itself: the time until the next one, in ms. */
#define IDLE_PAUSE 1000

/* A NOTIFY that overflows again and again is renewed so often, in ms. */
#define NOTIFY_PAUSE 60000

static bool can(const struct session *session, unsigned capability)
{
	return (session->capabilities & capability) != 0;
}

static bool is_main(const struct session *session)
{
	return session->settings->mailbox == NULL;
}

static bool command(struct session *session, const char *text)
{
	state_command(session, text);
	state_end_command(session);
	return true;
}

/* --- what is asked: false where there is nothing to --- */

static bool ask_offer(struct session *session)
{
	return !session->knows_capabilities && command(session, "CAPABILITY");
}

static bool ask_login(struct session *session)
{
	if (session->is_preauthenticated) {
		session->has_login = true;
		return false;
	}
	login_begin(session);
	return true;
}

static bool ask_id(struct session *session)
{
	return can(session, CAN_ID) &&
	       command(session, "ID (\"name\" \"watch_imap\" \"version\" \"" PACKAGE_VERSION "\")");
}

/* By now it is known what the server can do for this user. */
static bool ask_enable(struct session *session)
{
	session->idle_works = can(session, CAN_IDLE);
	session->modseq_works = can(session, CAN_CONDSTORE);
	session->list_status_works = can(session, CAN_LIST_STATUS);
	session->groups_work = can(session, CAN_LIST_EXTENDED);
	return can(session, CAN_ENABLE) && can(session, CAN_CONDSTORE) &&
	       command(session, "ENABLE CONDSTORE");
}

static bool ask_namespace(struct session *session)
{
	return is_main(session) && can(session, CAN_NAMESPACE) && command(session, "NAMESPACE");
}

static bool ask_list(struct session *session)
{
	if (!session->has_list)
		poll_begin(session);
	return poll_list(session);
}

static bool ask_examine(struct session *session)
{
	if (session->has_selected)
		return false;
	state_command(session, "EXAMINE ");
	state_add_name(session, is_main(session) ? "INBOX" : session->settings->mailbox);
	state_end_command(session);
	return true;
}

static bool ask_notify(struct session *session)
{
	static const char all[] = "NOTIFY SET (selected (MessageNew MessageExpunge FlagChange)) "
				  "(personal (MessageNew MessageExpunge FlagChange MailboxName))";
	bool wanted = !session->has_notify || session->notify_again;

	if (!is_main(session) || !can(session, CAN_NOTIFY) || session->notify_refused || !wanted)
		return false;
	if (session->has_notify)
		session->notify_due = session->now + NOTIFY_PAUSE;
	session->notify_again = false;
	return command(session, all);
}

static bool ask_status(struct session *session)
{
	if (poll_ask(session))
		return true;
	session->polling = false;
	session->polled = session->now;
	session->poll_due = session->now + poll_interval(session);
	return false;
}

static bool ask_idle(struct session *session)
{
	return session->idle_works && command(session, "IDLE");
}

/* Nothing is asked for a while: all that is to be watched is watched as well as can be. */
static bool begin_wait(struct session *session)
{
	session->is_ready = true;
	session->idle_end =
		session->now + (session->idle_works ? IDLE_PAUSE : session->settings->keep);
	return true;
}

static bool ask_noop(struct session *session)
{
	if (session->now >= session->poll_due)
		poll_begin(session);
	return command(session, "NOOP");
}

/* --- what comes after the answer --- */

/* What can't be done without: the server's words. */
static enum session_state fail(struct session *session, const struct response *response)
{
	char *words = state_words(session, response);

	state_fail(session, SESSION_DISCONNECTED, "the server refuses %s: %s",
	           steps_name(session->state), words);
	free(words);
	return SESSION_ENDED;
}

static enum session_state after_offer(struct session *session, const struct response *response)
{
	if (response->status != STATUS_OK || !session->knows_capabilities)
		return fail(session, response);
	return session->state == SESSION_OFFER ? SESSION_LOGIN : SESSION_ID;
}

static enum session_state after_login(struct session *session, const struct response *response)
{
	login_end(session, response);
	return SESSION_OFFER_AGAIN;
}

static enum session_state after_id(struct session *session, const struct response *response)
{
	(void)session;
	(void)response;
	return SESSION_ENABLE;
}

static enum session_state after_enable(struct session *session, const struct response *response)
{
	if (response->status != STATUS_OK)
		session->modseq_works = false;
	return SESSION_NAMESPACE;
}

static enum session_state after_namespace(struct session *session, const struct response *response)
{
	(void)session;
	(void)response;
	return SESSION_LIST;
}

static enum session_state after_list(struct session *session, const struct response *response)
{
	if (response->status != STATUS_OK)
		return fail(session, response);
	data_finish_list(session);
	return session->has_selected ? SESSION_NOTIFY : SESSION_EXAMINE;
}

static enum session_state after_examine(struct session *session, const struct response *response)
{
	bool several;

	if (response->status != STATUS_OK)
		return fail(session, response);
	session->has_selected = true;
	session->selected =
		mailboxes_find(&session->watch->mailboxes,
	                       is_main(session) ? "INBOX" : session->settings->mailbox, &several);
	return SESSION_NOTIFY;
}

/* Without it the rest is polled; where it had been in force, who knows what was not told. */
static enum session_state after_notify(struct session *session, const struct response *response)
{
	if (session->has_notify)
		state_report_all(session);
	session->has_notify = response->status == STATUS_OK;
	session->notify_refused = !session->has_notify;
	session->notify_again &= session->has_notify;
	return session->polling ? SESSION_STATUS : SESSION_IDLE;
}

static enum session_state after_status(struct session *session, const struct response *response)
{
	poll_answered(session, response);
	return SESSION_STATUS;
}

/* The server has ended it by itself, or does not know it. */
static enum session_state after_idle(struct session *session, const struct response *response)
{
	if (response->status != STATUS_OK && session->idle_began)
		return fail(session, response);
	session->idle_works = response->status == STATUS_OK;
	return SESSION_WAIT;
}

static bool renews_notify(const struct session *session)
{
	return session->notify_again && session->now >= session->notify_due;
}

static enum session_state after_done(struct session *session, const struct response *response)
{
	if (response->status != STATUS_OK)
		return fail(session, response);
	if (renews_notify(session))
		return SESSION_NOTIFY;
	/* Dovecot 2.3 becomes deaf for other mailboxes at times: it tells of them to NOOP alone. */
	return session->has_notify || session->now >= session->poll_due ? SESSION_NOOP
	                                                                : SESSION_IDLE;
}

static enum session_state after_noop(struct session *session, const struct response *response)
{
	if (response->status != STATUS_OK)
		return fail(session, response);
	if (renews_notify(session) && !session->polling)
		poll_begin(session);
	return session->polling ? SESSION_LIST : SESSION_IDLE;
}

/* --- the table --- */

static const struct step {
	const char *name;
	bool (*ask)(struct session *session);
	enum session_state otherwise; /* where there is nothing to ask */
	enum session_state (*answered)(struct session *session, const struct response *response);
} steps[] = {
	[SESSION_GREETING] = { "the greeting", NULL, SESSION_OFFER, NULL },
	[SESSION_OFFER] = { "CAPABILITY", ask_offer, SESSION_LOGIN, after_offer },
	[SESSION_LOGIN] = { "the login", ask_login, SESSION_OFFER_AGAIN, after_login },
	[SESSION_OFFER_AGAIN] = { "CAPABILITY", ask_offer, SESSION_ID, after_offer },
	[SESSION_ID] = { "ID", ask_id, SESSION_ENABLE, after_id },
	[SESSION_ENABLE] = { "ENABLE", ask_enable, SESSION_NAMESPACE, after_enable },
	[SESSION_NAMESPACE] = { "NAMESPACE", ask_namespace, SESSION_LIST, after_namespace },
	[SESSION_LIST] = { "LIST", ask_list, SESSION_EXAMINE, after_list },
	[SESSION_EXAMINE] = { "EXAMINE", ask_examine, SESSION_NOTIFY, after_examine },
	[SESSION_NOTIFY] = { "NOTIFY", ask_notify, SESSION_STATUS, after_notify },
	[SESSION_STATUS] = { "STATUS", ask_status, SESSION_IDLE, after_status },
	[SESSION_IDLE] = { "IDLE", ask_idle, SESSION_WAIT, after_idle },
	[SESSION_IDLING] = { "IDLE", NULL, SESSION_ENDED, after_idle },
	[SESSION_DONE] = { "DONE", NULL, SESSION_ENDED, after_done },
	[SESSION_WAIT] = { "nothing", begin_wait, SESSION_ENDED, NULL },
	[SESSION_NOOP] = { "NOOP", ask_noop, SESSION_ENDED, after_noop },
	[SESSION_ENDED] = { "nothing", NULL, SESSION_ENDED, NULL },
};

const char *steps_name(enum session_state state)
{
	return steps[state].name;
}

void steps_enter(struct session *session, enum session_state state)
{
	while (session->status == -1) {
		session->state = state;
		session->silence = session->now + session->settings->timeout;
		session->ceiling = session->now + CEILING;
		if (steps[state].ask == NULL || steps[state].ask(session))
			return;
		state = steps[state].otherwise;
	}
}

void steps_answered(struct session *session, const struct response *response)
{
	session->asking = false;
	outbox_drop_waiting(&session->outbox);
	steps_enter(session, steps[session->state].answered(session, response));
}
