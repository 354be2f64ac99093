/*
 * What a session with an IMAP server is given, and what it is at: see session.h
 * for what it does.
 */
#ifndef WATCH_IMAP_STATE_H
#define WATCH_IMAP_STATE_H

#include <stdbool.h>
#include <stddef.h>

#include "clock.h"
#include "mailboxes.h"
#include "mbsyncrc.h"
#include "naming.h"
#include "outbox.h"
#include "report.h"
#include "response.h"
#include "secret.h"
#include "statuses.h"

/* How long DONE may take, in milliseconds. */
#define SESSION_DONE_LIMIT 30000

/* What the sessions of an account have in common. */
struct watch {
	struct mailboxes mailboxes;
	struct naming naming;
	struct report *report;
	bool ready;             /* changes are reported; until then the ready line says all */
};

struct session_settings {
	const struct mbsyncrc_account *account;
	const char *user;               /* or NULL */
	const struct secret *secret;    /* a password or a token; or NULL.  As long as the login */
	bool is_private;                /* nobody listens: TLS, or a Tunnel */
	bool has_greeting;              /* false: it was taken by who did STARTTLS */
	clock_ms timeout;               /* how long the server may be silent when it is asked */
	clock_ms keep;                  /* how long an IDLE may last */
	clock_ms poll;                  /* between two polls; 0: by what the server can do */
	const char *mailbox;            /* of a further session, as the server has it; or NULL */
	/* Something for people: stderr. */
	void (*tell)(void *context, const char *text);
	/* A line that is sent, without what is secret; or NULL. */
	void (*show)(void *context, const char *line);
	void *context;
};

enum session_state {
	SESSION_GREETING,
	SESSION_OFFER,          /* CAPABILITY */
	SESSION_LOGIN,
	SESSION_OFFER_AGAIN,    /* what it can do for this user */
	SESSION_ID,
	SESSION_ENABLE,
	SESSION_NAMESPACE,
	SESSION_LIST,
	SESSION_EXAMINE,
	SESSION_NOTIFY,
	SESSION_STATUS,         /* of many mailboxes, or of one */
	SESSION_IDLE,           /* asked for: + is to come */
	SESSION_IDLING,
	SESSION_DONE,           /* DONE was sent */
	SESSION_WAIT,           /* nothing was asked */
	SESSION_NOOP,           /* a poll begins */
	SESSION_ENDED
};

/* What a poll asks by: see poll.h. */
enum poll_phase {
	POLL_START,
	POLL_WHOLE,             /* all at once */
	POLL_GROUPS,            /* many by their names */
	POLL_SINGLES            /* one after the other */
};

enum login_way {
	LOGIN_NONE,
	LOGIN_EXTERNAL,
	LOGIN_OAUTHBEARER,
	LOGIN_XOAUTH2,
	LOGIN_PLAIN,
	LOGIN_COMMAND           /* LOGIN, which is no mechanism of SASL */
};

struct session {
	const struct session_settings *settings;
	struct watch *watch;
	enum session_state state;
	struct outbox outbox;
	unsigned tag;                   /* of the command under way, or the last one */
	bool asking;                    /* a command is under way */
	clock_ms now;
	clock_ms silence;               /* when the server has been silent for too long */
	clock_ms ceiling;               /* when the step has taken too long */
	clock_ms idle_end, poll_due;    /* when to end an IDLE, or a wait; when to poll */
	clock_ms polled;                /* when the last poll has ended */
	clock_ms notify_due;            /* not before is NOTIFY asked for again */
	int status;                     /* to exit with, or -1 */
	char *message;

	unsigned capabilities;
	bool knows_capabilities;        /* those of before or after the login, as it is now */
	bool is_preauthenticated, has_login;
	enum login_way way;
	struct secret payload;          /* what was sent, for redacting */
	unsigned continuations;         /* of the login */

	bool has_list, has_selected, is_ready;
	bool has_notify, notify_refused, notify_again;  /* again: it is not in force any more */
	bool idle_works, idle_began;    /* began: once at least */
	bool modseq_works, list_status_works, groups_work;
	unsigned poll;                  /* the number of the poll under way, or the last one */
	enum poll_phase phase;
	bool polling;
	bool others;                    /* the server has mailboxes that nobody wants */
	unsigned excluded;              /* how many of the store's: Patterns, or -x */
	uint32_t at;                    /* where in the table the poll is */

	uint32_t selected;              /* the mailbox; MAILBOX_NONE: nobody wants to hear of it */
	uint64_t exists, recent, uidvalidity;
	bool knows_uidvalidity;
	unsigned alerts;                /* how many were told */
};

/* Ends the session with a status and a message; the first of several counts. */
void state_fail(struct session *session, int status, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Begins a command: the tag and text. */
void state_command(struct session *session, const char *text);

/* Adds a mailbox's name to it. */
void state_add_name(struct session *session, const char *server);

/* Ends the command's last line, and shows it. */
void state_end_command(struct session *session);

/* What kinds of literals the server takes. */
enum outbox_literals state_literals(const struct session *session);

/* What the response says to people, with what is secret left out.  The caller frees. */
char *state_words(const struct session *session, const struct response *response);

/* The text with what is secret replaced by ***.  The caller frees. */
char *state_redact(const struct session *session, const char *text, size_t length);

/* Reports the mailbox, or all; nothing as long as the ready line is to come. */
void state_report(struct session *session, uint32_t mailbox);
void state_report_all(struct session *session);

/* Tells people something. */
void state_tell(const struct session *session, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif
