#include "session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "capabilities.h"
#include "data.h"
#include "duration.h"
#include "login.h"
#include "memory.h"
#include "poll.h"
#include "steps.h"

struct session *session_new(const struct session_settings *settings, struct watch *watch,
                            clock_ms now)
{
	struct session *session = memory_new(1, sizeof *session);

	session->settings = settings;
	session->watch = watch;
	session->now = now;
	session->status = -1;
	session->selected = MAILBOX_NONE;
	session->poll_due = session->idle_end = CLOCK_NEVER;
	steps_enter(session, settings->has_greeting ? SESSION_GREETING : SESSION_OFFER);
	return session;
}

/* --- responses --- */

/* What servers say before they greet, alerts mostly, is no greeting. */
static void take_greeting(struct session *session, const struct response *response)
{
	session->is_preauthenticated |= response->status == STATUS_PREAUTH;
	if (session->state == SESSION_GREETING &&
	    (response->status == STATUS_OK || response->status == STATUS_PREAUTH))
		steps_enter(session, SESSION_OFFER);
}

/* An alert may have been taken for the greeting: the real one can come until the login. */
static bool is_greeting(const struct session *session)
{
	return session->state == SESSION_GREETING || session->state == SESSION_OFFER;
}

static void take_untagged(struct session *session, const struct response *response)
{
	data_take(session, response);
	if (session->status == -1 && is_greeting(session))
		take_greeting(session, response);
}

static void take_continue(struct session *session)
{
	if (outbox_continue(&session->outbox))
		return;
	if (session->state == SESSION_LOGIN) {
		login_continue(session);
	} else if (session->state == SESSION_IDLE) {
		session->state = SESSION_IDLING;
		session->idle_began = session->is_ready = true;
		session->idle_end = session->now + session->settings->keep;
	}
}

static void take_tagged(struct session *session, const struct response *response)
{
	char tag[16];

	snprintf(tag, sizeof tag, "a%u", session->tag);
	if (!session->asking || response->tag_length != strlen(tag) ||
	    memcmp(response->bytes + response->tag, tag, response->tag_length) != 0) {
		state_fail(session, SESSION_DISCONNECTED,
		           "the server answers what it was not asked");
		return;
	}
	data_take_code(session, response);
	steps_answered(session, response);
}

void session_take(struct session *session, const struct response *response, clock_ms now)
{
	if (session->status != -1)
		return;
	session->now = now;
	if (session->state != SESSION_DONE)
		session->silence = now + session->settings->timeout;
	switch (response->kind) {
	case RESPONSE_CONTINUE: take_continue(session); break;
	case RESPONSE_UNTAGGED: take_untagged(session, response); break;
	case RESPONSE_TAGGED: take_tagged(session, response); break;
	}
}

/* --- time --- */

/* When something is to be done that is not an answer's time. */
static clock_ms wake(const struct session *session)
{
	clock_ms due = clock_earlier(session->idle_end, session->poll_due);

	if (session->state != SESSION_IDLING && session->state != SESSION_WAIT)
		return CLOCK_NEVER;
	if (session->state == SESSION_IDLING && session->notify_again)
		return clock_earlier(due, clock_later(session->notify_due, session->now));
	return due;
}

/* When an answer is too late. */
static clock_ms limit(const struct session *session)
{
	bool expects = session->asking || session->state == SESSION_GREETING;

	if (!expects || session->state == SESSION_IDLING)
		return CLOCK_NEVER;
	return clock_earlier(session->silence, session->ceiling);
}

clock_ms session_due(const struct session *session)
{
	if (session->status != -1)
		return CLOCK_NEVER;
	return clock_earlier(wake(session), limit(session));
}

static void end_idle(struct session *session)
{
	session->state = SESSION_DONE;
	session->silence = session->ceiling = session->now + SESSION_DONE_LIMIT;
	outbox_add(&session->outbox, "DONE");
	state_end_command(session);
}

void session_tick(struct session *session, clock_ms now)
{
	char span[DURATION_ROOM];

	if (now < session_due(session))
		return;
	if (now >= limit(session)) {
		state_fail(session, SESSION_DISCONNECTED, "no answer of the server to %s for %s",
		           steps_name(session->state),
		           duration_format((now - session->now) / 1000 * 1000, span));
		return;
	}
	session->now = now;
	if (session->state == SESSION_IDLING)
		end_idle(session);
	else
		steps_enter(session, session->idle_works && now < session->poll_due ? SESSION_IDLE
		                                                                    : SESSION_NOOP);
}

/* --- the rest --- */

struct outbox *session_outbox(struct session *session)
{
	return &session->outbox;
}

void session_lose(struct session *session, const char *why)
{
	state_fail(session, SESSION_DISCONNECTED, "%s", why);
}

int session_status(const struct session *session)
{
	return session->status;
}

const char *session_message(const struct session *session)
{
	return session->message;
}

bool session_has_list(const struct session *session)
{
	return session->has_list;
}

bool session_is_ready(const struct session *session)
{
	return session->is_ready;
}

bool session_has_login(const struct session *session)
{
	return session->has_login;
}

char *session_describe(const struct session *session, bool *degraded)
{
	unsigned others = poll_others(session),
		 all = mailboxes_existing(&session->watch->mailboxes);
	char every[DURATION_ROOM];

	duration_format(poll_interval(session), every);
	*degraded = false;
	if (session->has_notify)
		return memory_format("%u mailbox%s by NOTIFY, and every %s", all,
		                     all == 1 ? "" : "es", every);
	if (session->idle_works && session->selected != MAILBOX_NONE && others == 0)
		return memory_copy("INBOX by IDLE");
	*degraded = all > 0;
	if (session->idle_works && session->selected != MAILBOX_NONE)
		return memory_format("INBOX by IDLE, %u other%s every %s", others,
		                     others == 1 ? "" : "s", every);
	return memory_format("%u mailbox%s every %s", all, all == 1 ? "" : "es", every);
}

unsigned session_excluded(const struct session *session)
{
	return session->excluded;
}

char *session_list_capabilities(const struct session *session)
{
	return capabilities_list(session->capabilities);
}

void session_free(struct session *session)
{
	outbox_clear(&session->outbox);
	secret_free(&session->payload);
	free(session->message);
	free(session);
}
