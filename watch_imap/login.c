#include "login.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "capabilities.h"
#include "memory.h"

/* How often a server may ask on; each mechanism has one challenge at the most, or an error. */
#define MOST_CONTINUATIONS 3

static bool is_listed(const struct session *session, const char *mechanism)
{
	const struct mbsyncrc_words *words = &session->settings->account->mechanisms;

	for (size_t i = 0; i < words->count; i++) {
		if (strcasecmp(words->word[i], mechanism) == 0)
			return true;
	}
	return false;
}

/* The best first.  A password in the clear has to be asked for by the mechanism's name. */
static const struct way {
	enum login_way way;
	const char *name;
	unsigned capability;
	bool in_all; /* AuthMechs * has it where nobody listens */
} ways[] = {
	{ LOGIN_EXTERNAL, "EXTERNAL", CAN_EXTERNAL, false },
	{ LOGIN_OAUTHBEARER, "OAUTHBEARER", CAN_OAUTHBEARER, false },
	{ LOGIN_XOAUTH2, "XOAUTH2", CAN_XOAUTH2, false },
	{ LOGIN_PLAIN, "PLAIN", CAN_PLAIN, true },
	{ LOGIN_COMMAND, "LOGIN", 0, true },
};

enum { WAYS = sizeof ways / sizeof *ways };

static bool is_offered(const struct session *session, const struct way *way)
{
	if (way->way == LOGIN_COMMAND)
		return (session->capabilities & CAN_NOT_LOGIN) == 0;
	return (session->capabilities & way->capability) != 0;
}

static bool is_allowed(const struct session *session, const struct way *way)
{
	return is_listed(session, way->name) ||
	       (way->in_all && session->settings->is_private && is_listed(session, "*"));
}

static const struct way *choose(const struct session *session)
{
	for (size_t i = 0; i < WAYS; i++) {
		if (is_allowed(session, &ways[i]) && is_offered(session, &ways[i]))
			return &ways[i];
	}
	return NULL;
}

bool login_is_mechanism(const char *word)
{
	/* IANA's SASL mechanisms, and what is common beside these */
	static const char *const others[] = { "*", "ANONYMOUS", "CRAM-MD5", "DIGEST-MD5",
		                              "ECDSA-NIST256P-CHALLENGE", "GSSAPI", "GSS-SPNEGO",
		                              "KERBEROS_V4", "NTLM", "OPENID20", "OTP", "SAML20",
		                              "SECURID", "SKEY", "SRP", NULL };

	for (size_t i = 0; i < WAYS; i++)
		if (strcasecmp(word, ways[i].name) == 0)
			return true;
	for (size_t i = 0; others[i] != NULL; i++)
		if (strcasecmp(word, others[i]) == 0)
			return true;
	return strncasecmp(word, "SCRAM-", 6) == 0 || strncasecmp(word, "GS2-", 4) == 0;
}

/* "a b" */
static char *list_allowed(const struct session *session)
{
	const struct mbsyncrc_words *words = &session->settings->account->mechanisms;
	char *list = memory_copy(""), *more;

	for (size_t i = 0; i < words->count; i++) {
		more = memory_format("%s%s%s", list, i > 0 ? " " : "", words->word[i]);
		free(list);
		list = more;
	}
	return list;
}

/* The same, of what is done here. */
static char *list_offered(const struct session *session)
{
	char *list = memory_copy(""), *more;

	for (size_t i = 0; i < WAYS; i++) {
		if (!is_offered(session, &ways[i]))
			continue;
		more = memory_format("%s%s%s", list, *list != '\0' ? " " : "", ways[i].name);
		free(list);
		list = more;
	}
	return list;
}

static void fail_without_common(struct session *session)
{
	char *allowed = list_allowed(session), *offered = list_offered(session);

	if (*offered != '\0')
		state_fail(session, SESSION_MISCONFIGURED,
		           "AuthMechs %s: the server offers other mechanisms: %s", allowed,
		           offered);
	else
		state_fail(session, SESSION_MISCONFIGURED,
		           "AuthMechs %s: the server offers no mechanism that watch_imap has",
		           allowed);
	free(allowed);
	free(offered);
}

/* AuthMechs names one that is left to other programs, and nothing else that would do. */
static const char *find_foreign(const struct session *session)
{
	const struct mbsyncrc_words *words = &session->settings->account->mechanisms;

	for (size_t i = 0; i < words->count; i++) {
		bool known = strcmp(words->word[i], "*") == 0;

		for (size_t way = 0; way < WAYS; way++)
			known |= strcasecmp(words->word[i], ways[way].name) == 0;
		if (!known)
			return words->word[i];
	}
	return NULL;
}

static void fail_without_way(struct session *session)
{
	const char *foreign = find_foreign(session);
	bool any = false;

	for (size_t i = 0; i < WAYS; i++)
		any |= is_allowed(session, &ways[i]);
	if (foreign != NULL)
		state_fail(
			session, SESSION_MISCONFIGURED,
			"AuthMechs %s: not supported; use PLAIN or LOGIN under TLS, or a Tunnel to "
			"a server that asks for no login (ssh HOST .../imap)",
			foreign);
	else if (!any)
		state_fail(session, SESSION_MISCONFIGURED,
		           "the password would be sent in clear text: set %s STARTTLS or IMAPS, or "
		           "allow it with AuthMechs LOGIN",
		           session->settings->account->tls_keyword);
	else if ((session->capabilities & CAN_NOT_LOGIN) != 0 && !session->settings->is_private)
		state_fail(
			session, SESSION_MISCONFIGURED,
			"the server takes no login in clear text: set %s STARTTLS or IMAPS",
			session->settings->account->tls_keyword);
	else
		fail_without_common(session);
}

static bool has_what_it_takes(struct session *session, enum login_way way)
{
	if (way == LOGIN_EXTERNAL)
		return true;
	if (session->settings->user == NULL)
		state_fail(session, SESSION_MISCONFIGURED,
		           "the server wants a login: give User or UserCmd");
	else if (session->settings->secret == NULL)
		state_fail(session, SESSION_MISCONFIGURED,
		           "the server wants a login, and nobody can be asked for a password: give "
		           "PassCmd");
	return session->status == -1;
}

static void add(struct secret *secret, const char *text)
{
	secret_add(secret, text, strlen(text));
}

/* What the mechanism sends, before it is encoded (RFC 4616, RFC 7628, XOAUTH2 as Google has it). */
static struct secret make_message(const struct session *session)
{
	const struct session_settings *settings = session->settings;
	const char *user = settings->user != NULL ? settings->user : "";
	struct secret message = { .bytes = NULL };
	char *header;

	switch (session->way) {
	case LOGIN_PLAIN:
		secret_add(&message, "", 1);
		secret_add(&message, user, strlen(user) + 1);
		secret_add(&message, settings->secret->bytes, settings->secret->length);
		break;
	case LOGIN_XOAUTH2:
	case LOGIN_OAUTHBEARER:
		header = session->way == LOGIN_XOAUTH2
		                 ? memory_format("user=%s\001", user)
		                 : memory_format("n,a=%s,\001host=%s\001port=%d\001", user,
		                                 settings->account->host != NULL
		                                         ? settings->account->host
		                                         : "localhost",
		                                 settings->account->port);
		add(&message, header);
		free(header);
		add(&message, "auth=Bearer ");
		secret_add(&message, settings->secret->bytes, settings->secret->length);
		add(&message, "\001\001");
		break;
	default: add(&message, user); break;
	}
	return message;
}

/* Its base64, which is kept for redacting. */
static void add_message(struct session *session)
{
	struct secret message = make_message(session);

	secret_free(&session->payload);
	if (message.length > 0)
		secret_add_base64(&session->payload, message.bytes, message.length);
	else
		secret_add(&session->payload, "=", 1);
	secret_free(&message);
}

/* In the same line only where that is offered: others have a bound for it. */
static void authenticate(struct session *session, const char *mechanism)
{
	char *command = memory_format("AUTHENTICATE %s", mechanism);

	state_command(session, command);
	free(command);
	add_message(session);
	if ((session->capabilities & CAN_SASL_IR) != 0) {
		outbox_add(&session->outbox, " ");
	} else {
		outbox_add(&session->outbox, "\r\n");
		outbox_await(&session->outbox);
		if (session->payload.length == 1)
			session->payload.length = 0;
	}
	if (session->payload.length > 0)
		outbox_add_secret(&session->outbox, &session->payload);
	state_end_command(session);
}

void login_begin(struct session *session)
{
	const struct way *way = choose(session);

	session->way = LOGIN_NONE;
	if (way == NULL) {
		fail_without_way(session);
		return;
	}
	if (!has_what_it_takes(session, way->way))
		return;
	session->way = way->way;
	session->knows_capabilities = false;
	if (way->way != LOGIN_COMMAND) {
		authenticate(session, way->name);
		return;
	}
	state_command(session, "LOGIN ");
	outbox_add_string(&session->outbox, state_literals(session), session->settings->user);
	outbox_add(&session->outbox, " ");
	outbox_add_secret_string(&session->outbox, state_literals(session),
	                         session->settings->secret);
	state_end_command(session);
}

/*
 * Behind a token it is an error in disguise, which an empty answer, or that of
 * RFC 7628, makes a NO.  Everything else is given up.
 */
void login_continue(struct session *session)
{
	if (++session->continuations > MOST_CONTINUATIONS) {
		state_fail(session, SESSION_DISCONNECTED,
		           "the server asks for more and more in the login");
		return;
	}
	if (session->way == LOGIN_OAUTHBEARER)
		outbox_add(&session->outbox, "AQ==");
	else if (session->way != LOGIN_XOAUTH2)
		outbox_add(&session->outbox, "*");
	state_end_command(session);
}

/* Whether another try may well be taken: the server is busy, or has too many of us. */
static bool is_temporary(const struct response *response)
{
	static const char *const codes[] = { "UNAVAILABLE", "LIMIT", "INUSE", "SERVERBUG",
		                             "THROTTLED" };
	bool temporary;
	char *words;

	for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
		if (response_is(response, 0, codes[i]))
			return true;
	}
	words = response_copy_text(response);
	temporary =
		strcasestr(words, "too many") != NULL && strcasestr(words, "connections") != NULL;
	free(words);
	return temporary;
}

void login_end(struct session *session, const struct response *response)
{
	char *words = state_words(session, response);

	if (response->status == STATUS_OK)
		session->has_login = true;
	else if (is_temporary(response))
		state_fail(session, SESSION_DISCONNECTED, "the server takes no login now: %s",
		           words);
	else
		state_fail(session, SESSION_REFUSED, "the login was refused: %s", words);
	free(words);
	secret_free(&session->payload);
}
