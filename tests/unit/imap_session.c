/* A session's whole life with a made-up clock: what is asked, and what is printed when. */
#include "imap_stage.h"

/* --- the way to the ready line --- */

static void test_the_whole_way_with_dovecot(void **state)
{
	(void)state;
	stage_open(PLAIN_RC);
	stage_begin();
	sends("");
	says("* OK [CAPABILITY IMAP4rev1 SASL-IR LITERAL+ AUTH=PLAIN] Dovecot ready.\r\n");
	sends("a1 AUTHENTICATE PLAIN AG1lAHNlY3JldA==\r\n");
	assert_string_equal(stage.shown, "a1 AUTHENTICATE PLAIN ***\n");
	says("a1 OK [CAPABILITY " DOVECOT "] Logged in\r\n");
	sends("a2 ID (\"name\" \"watch_imap\" \"version\" \"" PACKAGE_VERSION "\")\r\n");
	says("* ID NIL\r\na2 OK\r\n");
	sends("a3 ENABLE CONDSTORE\r\n");
	says("* ENABLED CONDSTORE\r\na3 OK\r\n");
	sends("a4 NAMESPACE\r\n");
	says("* NAMESPACE ((\"\" \"/\")) NIL NIL\r\na4 OK\r\n");
	sends("a5 LIST \"\" \"*\"\r\n");
	says("* LIST (\\HasNoChildren) \"/\" INBOX\r\n* LIST () \"/\" a\r\n"
	     "* LIST (\\Noselect) \"/\" b\r\n* LIST () \"/\" b/c\r\na5 OK\r\n");
	sends("a6 EXAMINE \"INBOX\"\r\n");
	says("* 3 EXISTS\r\n* 0 RECENT\r\n* OK [UIDVALIDITY 1] x\r\na6 OK [READ-ONLY]\r\n");
	sends("a7 NOTIFY SET (selected (MessageNew MessageExpunge FlagChange)) "
	      "(personal (MessageNew MessageExpunge FlagChange MailboxName))\r\n");
	says("a7 OK\r\n");
	sends("a8 LIST \"\" \"*\" RETURN (STATUS (UIDVALIDITY UIDNEXT MESSAGES UNSEEN "
	      "HIGHESTMODSEQ))\r\n");
	says("* LIST () \"/\" INBOX\r\n* STATUS INBOX (MESSAGES 3)\r\n* LIST () \"/\" a\r\n"
	     "* STATUS a (MESSAGES 1 UIDNEXT 2 UIDVALIDITY 7 UNSEEN 1 HIGHESTMODSEQ 5)\r\n"
	     "* LIST () \"/\" b/c\r\na8 OK\r\n");
	/* what LIST-STATUS leaves out is asked by itself */
	sends("a9 STATUS \"b/c\" (UIDVALIDITY UIDNEXT MESSAGES UNSEEN HIGHESTMODSEQ)\r\n");
	says("* STATUS b/c (MESSAGES 0)\r\na9 OK\r\n");
	sends("a10 IDLE\r\n");
	assert_false(session_is_ready(stage.session));
	says("+ idling\r\n");
	assert_true(session_is_ready(stage.session));
	prints("");
	assert_string_equal(stage.told, "");
}

static void test_login_without_sasl_ir_waits_for_the_server(void **state)
{
	(void)state;
	stage_open(PLAIN_RC);
	stage_begin();
	says("* OK hi\r\n");
	sends("a1 CAPABILITY\r\n");
	says("* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\na1 OK\r\n");
	sends("a2 AUTHENTICATE PLAIN\r\n");
	says("+\r\n");
	sends("AG1lAHNlY3JldA==\r\n");
	says("a2 OK in\r\n");
	/* and is asked again what it can do for this user */
	sends("a3 CAPABILITY\r\n");
	says("* CAPABILITY IMAP4rev1 IDLE\r\na3 OK\r\n");
	sends("a4 LIST \"\" \"*\"\r\n");
}

static void test_login_command_quotes_or_counts(void **state)
{
	static const char user_and_password[] =
		"IMAPStore s\nHost h\nUser \"m \\\\\\\" e\"\nPass \"p\344ss\"\nTLSType IMAPS\n";

	(void)state;
	stage_open(user_and_password);
	stage_begin();
	says("* OK [CAPABILITY IMAP4rev1] hi\r\n");
	sends("a1 LOGIN \"m \\\\\\\" e\" {4}\r\n");
	says("+ go on\r\n");
	sends("p\344ss\r\n");
	assert_string_equal(stage.shown, "a1 LOGIN \"m \\\" e\" ***\n");
	says("a1 BAD no p\344ss\r\n");
	ends(SESSION_REFUSED, "the login was refused: no ***");
	stage_open(user_and_password);
	stage_begin();
	says("* OK [CAPABILITY IMAP4rev1 LITERAL+] hi\r\n");
	sends("a1 LOGIN \"m \\\\\\\" e\" {4+}\r\np\344ss\r\n");
}

static void test_a_literal_that_is_refused(void **state)
{
	(void)state;
	stage_open("IMAPStore s\nHost h\nUser me\nPass \"p\344ss\"\nTLSType IMAPS\n");
	stage_begin();
	says("* OK [CAPABILITY IMAP4rev1] hi\r\n");
	sends("a1 LOGIN \"me\" {4}\r\n");
	says("a1 NO [UNAVAILABLE] later\r\n");
	sends("");
	ends(SESSION_DISCONNECTED, "later");
}

static void test_greetings(void **state)
{
	(void)state;
	stage_open(PLAIN_RC);
	stage_begin();
	/* an alert before it, as Courier's */
	says("* NO [ALERT] full moon\r\n* CAPABILITY IMAP4rev1\r\n");
	sends("");
	assert_string_equal(stage.told, "the server says: full moon\n");
	says("* OK hi\r\n");
	sends("a1 LOGIN \"me\" \"secret\"\r\n");

	stage_open(PLAIN_RC);
	stage_begin();
	says("* PREAUTH [CAPABILITY IMAP4rev1 IDLE] in already\r\n");
	sends("a1 LIST \"\" \"*\"\r\n");

	stage_open(PLAIN_RC);
	stage_begin();
	/* an alert that could be a greeting */
	says("* OK [ALERT] broken\r\n* PREAUTH in already\r\n");
	sends("a1 CAPABILITY\r\n");
	says("* CAPABILITY IMAP4rev1\r\na1 OK\r\n");
	sends("a2 LIST \"\" \"*\"\r\n");

	stage_open(PLAIN_RC);
	stage_begin();
	says("* BYE too many connections\r\n");
	ends(SESSION_DISCONNECTED, "too many connections");

	stage_open(PLAIN_RC);
	stage.settings.has_greeting = false;
	stage_begin();
	sends("a1 CAPABILITY\r\n");
}

static void test_a_silent_server_is_given_up(void **state)
{
	(void)state;
	stage_open(PLAIN_RC);
	stage_begin();
	passes(20 * SECOND);
	ends(SESSION_DISCONNECTED, "no answer of the server to the greeting for 20 s");
	stage_open(PLAIN_RC);
	stage_begin();
	says("* OK hi\r\n");
	passes(20 * SECOND);
	ends(SESSION_DISCONNECTED, "no answer of the server to CAPABILITY for 20 s");
	/* one that always has something to say, and never an answer */
	stage_open(PLAIN_RC);
	stage_begin();
	says("* OK hi\r\n");
	for (int i = 0; i < 40 && session_status(stage.session) == -1; i++) {
		says("* OK wait\r\n");
		passes(10 * SECOND);
	}
	ends(SESSION_DISCONNECTED, "no answer of the server to CAPABILITY");
}

/* --- mechanisms --- */

static void login_with(const char *account, const char *capabilities)
{
	char *rc = memory_format("IMAPStore s\nHost h\n%s", account), *greeting;

	stage_open(rc);
	free(rc);
	stage_begin();
	greeting = memory_format("* OK [CAPABILITY IMAP4rev1 %s] hi\r\n", capabilities);
	says(greeting);
	free(greeting);
}

static void test_mechanisms(void **state)
{
	(void)state;
	login_with("User me\nPass token-1\nTLSType IMAPS\nAuthMechs XOAUTH2\n",
	           "AUTH=PLAIN AUTH=XOAUTH2 SASL-IR");
	sends("a1 AUTHENTICATE XOAUTH2 dXNlcj1tZQFhdXRoPUJlYXJlciB0b2tlbi0xAQE=\r\n");
	login_with("User me\nPass token-1\nTLSType IMAPS\nAuthMechs OAUTHBEARER\n",
	           "AUTH=OAUTHBEARER SASL-IR");
	sends("a1 AUTHENTICATE OAUTHBEARER "
	      "bixhPW1lLAFob3N0PWgBcG9ydD05OTMBYXV0aD1CZWFyZXIgdG9rZW4tMQEB\r\n");
	login_with("TLSType IMAPS\nAuthMechs EXTERNAL\n", "AUTH=EXTERNAL SASL-IR");
	sends("a1 AUTHENTICATE EXTERNAL =\r\n");
	login_with("User me\nTLSType IMAPS\nAuthMechs EXTERNAL\n", "AUTH=EXTERNAL");
	sends("a1 AUTHENTICATE EXTERNAL\r\n");
	says("+ \r\n");
	sends("bWU=\r\n");
	login_with("TLSType IMAPS\nAuthMechs EXTERNAL\n", "AUTH=EXTERNAL");
	sends("a1 AUTHENTICATE EXTERNAL\r\n");
	says("+ \r\n");
	sends("\r\n");
	/* by default a password, where nobody listens; never a token for one */
	login_with("User me\nPass token-1\nTLSType IMAPS\n", "AUTH=XOAUTH2");
	sends("a1 LOGIN \"me\" \"token-1\"\r\n");
	login_with("User me\nPass token-1\nTunnel x\n", "AUTH=PLAIN LOGINDISABLED SASL-IR");
	sends("a1 AUTHENTICATE PLAIN AG1lAHRva2VuLTE=\r\n");
	/* in clear text only where LOGIN is asked for */
	login_with("User me\nPass token-1\nTLSType None\nAuthMechs LOGIN\n", "");
	sends("a1 LOGIN \"me\" \"token-1\"\r\n");
}

static void test_no_way_to_log_in(void **state)
{
	(void)state;
	login_with("User me\nPass token-1\nTLSType None\n", "AUTH=PLAIN");
	sends("");
	ends(SESSION_MISCONFIGURED, "TLSType STARTTLS or IMAPS, or allow it with AuthMechs LOGIN");
	login_with("User me\nPass token-1\nTLSType None\nAuthMechs LOGIN\n", "LOGINDISABLED");
	ends(SESSION_MISCONFIGURED, "takes no login in clear text");
	login_with("User me\nPass token-1\nTLSType IMAPS\nAuthMechs CRAM-MD5\n", "AUTH=CRAM-MD5");
	ends(SESSION_MISCONFIGURED, "AuthMechs CRAM-MD5: not supported; use PLAIN");
	login_with("User me\nPass token-1\nTLSType IMAPS\nAuthMechs XOAUTH2\n", "AUTH=PLAIN");
	ends(SESSION_MISCONFIGURED,
	     "AuthMechs XOAUTH2: the server offers other mechanisms: PLAIN LOGIN");
	login_with("User me\nPass token-1\nTLSType IMAPS\nAuthMechs XOAUTH2 *\n", "LOGINDISABLED");
	ends(SESSION_MISCONFIGURED, "AuthMechs XOAUTH2 *: the server offers no mechanism that");
	login_with("Pass token-1\nTLSType IMAPS\n", "");
	ends(SESSION_MISCONFIGURED, "give User or UserCmd");
	login_with("User me\nTLSType IMAPS\n", "");
	ends(SESSION_MISCONFIGURED, "give PassCmd");
}

static void test_an_expired_token(void **state)
{
	(void)state;
	login_with("User me\nPass token-1\nTLSType IMAPS\nAuthMechs XOAUTH2\n",
	           "AUTH=XOAUTH2 SASL-IR");
	sends("a1 AUTHENTICATE XOAUTH2 dXNlcj1tZQFhdXRoPUJlYXJlciB0b2tlbi0xAQE=\r\n");
	/* an error in disguise */
	says("+ eyJzdGF0dXMiOiI0MDAifQ==\r\n");
	sends("\r\n");
	says("a1 NO [AUTHENTICATIONFAILED] Invalid credentials\r\n");
	ends(SESSION_REFUSED, "Invalid credentials");
	login_with("User me\nPass token-1\nTLSType IMAPS\nAuthMechs OAUTHBEARER\n",
	           "AUTH=OAUTHBEARER SASL-IR");
	ok();
	login_with("User me\nPass token-1\nTLSType IMAPS\nAuthMechs OAUTHBEARER\n",
	           "AUTH=OAUTHBEARER");
	sends("a1 AUTHENTICATE OAUTHBEARER\r\n");
	says("+\r\n");
	sends("bixhPW1lLAFob3N0PWgBcG9ydD05OTMBYXV0aD1CZWFyZXIgdG9rZW4tMQEB\r\n");
	says("+ e30=\r\n");
	sends("AQ==\r\n");
	says("+ e30=\r\n+ e30=\r\n+ e30=\r\n");
	ends(SESSION_DISCONNECTED, "asks for more and more");
	/* one that expires later on: the server says so and hangs up */
	open_plain(DOVECOT, "INBOX a");
	passes(HOUR / 60);
	says("* BYE Session expired, please login again.\r\n");
	ends(SESSION_DISCONNECTED, "Session expired");
}

static void test_logins_that_are_refused_for_now(void **state)
{
	static const char *const answers[] = {
		"NO [LIMIT] Maximum number of connections from user+IP exceeded",
		"NO [UNAVAILABLE] Temporary authentication failure",
		"NO [ALERT] Too many simultaneous connections. (Failure)",
		"BAD [THROTTLED] later",
	};

	(void)state;
	for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
		char *line = memory_format("a1 %s\r\n", answers[i]);

		login_with("User me\nPass token-1\nTLSType IMAPS\n", "");
		says(line);
		ends(SESSION_DISCONNECTED, "the server takes no login now: ");
		free(line);
	}
	login_with("User me\nPass token-1\nTLSType IMAPS\n", "");
	says("a1 NO [AUTHENTICATIONFAILED] Authentication failed for token-1.\r\n");
	ends(SESSION_REFUSED, "Authentication failed for ***.");
}

/* --- what is printed --- */

static void test_the_selected_mailbox(void **state)
{
	(void)state;
	open_plain(DOVECOT, "INBOX a");
	says("* 1 EXISTS\r\n* 0 RECENT\r\n");
	prints("");
	says("* 2 EXISTS\r\n");
	prints("INBOX\n");
	says("* 2 EXISTS\r\n");
	prints("");
	says("* 1 RECENT\r\n");
	prints("INBOX\n");
	says("* 1 EXPUNGE\r\n");
	prints("INBOX\n");
	says("* 1 EXISTS\r\n* 0 RECENT\r\n");
	prints("");
	/* fewer, and nobody said which */
	says("* 0 EXISTS\r\n");
	prints("INBOX\n");
	says("* VANISHED 5:7\r\n");
	prints("INBOX\n");
	says("* 1 FETCH (FLAGS (\\Seen))\r\n");
	prints("INBOX\n");
	says("* OK Still here\r\n* FLAGS (\\Seen)\r\n* OK [PERMANENTFLAGS ()] x\r\n");
	prints("");
	says("* OK [UIDVALIDITY 7] x\r\n");
	prints("");
	says("* OK [UIDVALIDITY 8] x\r\n");
	prints("\n");
}

static void test_status_values_are_compared(void **state)
{
	(void)state;
	open_plain(DOVECOT, "INBOX a b");
	says("* STATUS a (MESSAGES 1 UIDNEXT 2 UNSEEN 1)\r\n* STATUS a (HIGHESTMODSEQ 5)\r\n");
	prints("");
	says("* STATUS a (MESSAGES 2 UIDNEXT 3 UNSEEN 2)\r\n");
	prints("a\n");
	says("* STATUS a (MESSAGES 2 UIDNEXT 3 UNSEEN 2)\r\n");
	prints("");
	says("* STATUS b (UNSEEN 0)\r\n* STATUS a (HIGHESTMODSEQ 6)\r\n");
	prints("b\na\n");
	/* a name that should have been quoted */
	says("* LIST () \"/\" \"a new one\"\r\n* STATUS a new one (MESSAGES 1)\r\n");
	prints("a new one\n");
	says("* STATUS a new one (MESSAGES 2)\r\n");
	prints("a new one\n");
	/* an item that was never told before may hide anything */
	says("* LIST () \"/\" new\r\n");
	prints("");
	says("* STATUS new (MESSAGES 0)\r\n");
	prints("new\n");
	says("* STATUS new (MESSAGES 0 SIZE 5 MAILBOXID (x) UIDNEXT 1)\r\n");
	prints("new\n");
	says("* STATUS a (UIDVALIDITY 8 MESSAGES 9)\r\n");
	prints("\n");
	/* of the selected mailbox it is stale at times */
	says("* STATUS INBOX (MESSAGES 100 UIDVALIDITY 99)\r\n* STATUS inbox (UNSEEN 7)\r\n");
	prints("");
}

static void test_mailboxes_come_and_go(void **state)
{
	(void)state;
	open_plain(DOVECOT, "INBOX a b");
	/* what is known already, and what was only unsubscribed */
	says("* LIST (\\HasNoChildren) \"/\" a\r\n* LIST (\\Subscribed) \"/\" INBOX\r\n");
	prints("");
	/* what is announced may be no mailbox, as Dovecot's \NonExistent parents: a list tells */
	says("* LIST () \"/\" lists\r\n* LIST () \"/\" lists/dev\r\n");
	prints("");
	begin_poll(SECOND);
	assert_true(sent("LIST \"\" \"*\" RETURN"));
	says("* LIST () \"/\" INBOX\r\n* LIST () \"/\" a\r\n* LIST () \"/\" b\r\n"
	     "* LIST (\\NonExistent) \"/\" lists\r\n* LIST () \"/\" lists/dev\r\n");
	prints("lists/dev\n");
	answer();
	says("* LIST () \"/\" lists/dev\r\n");
	prints("");
	says("* LIST (\\NonExistent) \"/\" a\r\n");
	prints("\n");
	says("* LIST (\\NonExistent) \"/\" nobody\r\n");
	prints("\n");
	says("* LIST (\\Noselect) \"/\" b\r\n");
	prints("\n");
	says("* LIST (\\Noselect) \"/\" b\r\n");
	prints("");
	says("* LIST () \"/\" dev (\"OLDNAME\" (\"lists/dev\"))\r\n");
	prints("\n");
	says("* STATUS lists/dev (MESSAGES 1)\r\n");
	prints("\n");
	/* one that is made again */
	says("* LIST () \"/\" a\r\n* STATUS a (MESSAGES 0)\r\n");
	prints("a\n");
	/* not ours */
	says("* LIST () \"/\" x.lock\r\n* STATUS x.lock (MESSAGES 1)\r\n");
	prints("");
	says("* LIST () \"/\" {5}\r\na\nb/c\r\n* STATUS {5}\r\na\nb/c (MESSAGES 0)\r\n");
	prints("\n");
	says("* LIST (\\NonExistent) \"/\" INBOX\r\n");
	assert_int_equal(session_status(stage.session), -1);
}

static void test_names_in_both_spellings(void **state)
{
	(void)state;
	open_plain(DOVECOT, "INBOX Entw&APw-rfe [Gmail]/All 200 a&-b a&--b &Jjo!");
	says("* STATUS {9}\r\nEntw\303\274rfe (MESSAGES 2)\r\n");
	prints("Entw&APw-rfe\n");
	says("* STATUS Entw&APw-rfe (MESSAGES 2)\r\n* LIST () \"/\" {9}\r\nEntw\303\274rfe\r\n");
	prints("");
	says("* STATUS [Gmail]/All (MESSAGES 2)\r\n* STATUS 200 (MESSAGES 2)\r\n");
	prints("[Gmail]/All\n200\n");
	/* UTF-8 of the one, modified UTF-7 of the other */
	says("* STATUS a&-b (MESSAGES 2)\r\n");
	prints("\n");
	says("* STATUS a&-b (MESSAGES 2)\r\n");
	prints("");
	/* wrong modified UTF-7 is told as it is */
	says("* STATUS &Jjo! (MESSAGES 2)\r\n");
	prints("&Jjo!\n");
	/* unknown: all */
	says("* STATUS \303\244 (MESSAGES 2)\r\n");
	prints("\n");
	says("* LIST () \"/\" {2}\r\n\303\266\r\n");
	prints("");
	says("* STATUS &APY- (MESSAGES 2)\r\n");
	prints("&APY-\n");
	/* and what is neither is told as it is */
	says("* LIST () \"/\" \"\344\"\r\n* STATUS \"\344\" (MESSAGES 0)\r\n");
	prints("\344\n");
}

/* A server is asked in the spelling that it has used last. */
static void test_a_spelling_that_changes(void **state)
{
	(void)state;
	open_plain("IMAP4rev1 IDLE LITERAL+", "INBOX &AOQ-");
	end_idle(4 * MINUTE);
	sends("a5 IDLE\r\n");
	says("+\r\n");
	begin_poll(MINUTE);
	sends("a7 LIST \"\" \"*\"\r\n");
	says("* LIST () \"/\" INBOX\r\n* LIST () \"/\" {2}\r\n\303\244\r\na7 OK\r\n");
	sends("a8 STATUS {2+}\r\n\303\244 (UIDVALIDITY UIDNEXT MESSAGES UNSEEN)\r\n");
	prints("");
}

static void test_utf8_is_printed_where_it_is_wanted(void **state)
{
	(void)state;
	stage_open(PLAIN_RC);
	stage.watch.naming.utf8 = true;
	stage_begin();
	reach(DOVECOT, "INBOX Entw&APw-rfe &Jjo!");
	says("* STATUS Entw&APw-rfe (MESSAGES 2)\r\n* STATUS &Jjo! (MESSAGES 2)\r\n");
	prints("Entw\303\274rfe\n&Jjo!\n");
}

static void test_overflow_sets_notify_again(void **state)
{
	clock_ms poll_due;

	(void)state;
	open_plain(DOVECOT, "INBOX a");
	poll_due = stage.session->poll_due;
	passes(MINUTE);
	says("* OK [NOTIFICATIONOVERFLOW] too many\r\n");
	prints("\n");
	passes(0);
	sends("DONE\r\n");
	says("a9 OK\r\n");
	assert_true(sent("NOTIFY SET (selected"));
	/* what changed until then was not told */
	ok();
	prints("\n");
	sends("a11 IDLE\r\n");
	/* which puts no poll off */
	assert_int_equal(stage.session->poll_due, poll_due);
	/* and where the server will not have it any more: all, and polls */
	says("+ idling\r\n* NO [NOTIFICATIONOVERFLOW] x\r\n");
	prints("\n");
	passes(MINUTE);
	sends("DONE\r\n");
	says("a11 OK\r\n");
	sends("a12 NOTIFY SET (selected (MessageNew MessageExpunge FlagChange)) "
	      "(personal (MessageNew MessageExpunge FlagChange MailboxName))\r\n");
	says("a12 NO no more\r\n");
	prints("\n");
	sends("a13 IDLE\r\n");
	/* once and for all */
	says("+ idling\r\n* NO [NOTIFICATIONOVERFLOW] x\r\n");
	prints("\n");
	passes(SECOND);
	sends("");
}

/* A server that is always asked too much: the least that can be done, and never a storm. */
static void test_overflow_again_and_again(void **state)
{
	int rounds = 0;

	(void)state;
	open_plain(DOVECOT, "INBOX a");
	for (clock_ms end = stage.now + 10 * MINUTE; stage.now < end; rounds++) {
		says("* OK [NOTIFICATIONOVERFLOW] too many\r\n");
		passes(session_due(stage.session) - stage.now);
		answer();
		assert_true(rounds < 30);
	}
	assert_true(rounds >= 10);
	assert_int_equal(session_status(stage.session), -1);
}

/* One that was never asked for it. */
static void test_overflow_of_nothing(void **state)
{
	(void)state;
	open_plain("IMAP4rev1 IDLE", "INBOX a");
	says("* OK [NOTIFICATIONOVERFLOW] what of?\r\n");
	prints("\n");
	passes(SECOND);
	sends("");
}

/* Dovecot 2.3 is deaf for all but the selected mailbox at times, until it is asked once more. */
static void test_what_noop_tells_sets_notify_again(void **state)
{
	(void)state;
	open_plain(DOVECOT, "INBOX a");
	end_idle(4 * MINUTE);
	assert_true(sent("NOOP"));
	says("* STATUS a (MESSAGES 2 UIDNEXT 3)\r\n");
	prints("a\n");
	ok();
	assert_true(sent("NOTIFY SET (selected"));
	ok();
	/* with a look at what changed in between */
	assert_true(sent("LIST \"\" \"*\" RETURN"));
	answer();
	/* of the selected mailbox something may always come with it */
	end_idle(4 * MINUTE);
	assert_true(sent("NOOP"));
	says("* 3 EXISTS\r\n");
	ok();
	assert_true(sent("IDLE"));
}

static void test_untagged_data_counts_wherever_it_comes(void **state)
{
	(void)state;
	open_plain(DOVECOT, "INBOX a");
	passes(4 * MINUTE);
	sends("DONE\r\n");
	says("* 2 EXISTS\r\n");
	prints("INBOX\n");
	says("a9 OK\r\n* 2 RECENT\r\n");
	prints("INBOX\n");
	sends("a10 NOOP\r\n");
	says("a10 OK\r\n");
	sends("a11 IDLE\r\n");
	says("* 3 EXISTS\r\n");
	prints("INBOX\n");
	says("* STATUS a (MESSAGES 2)\r\n+ idling\r\n* 3 FETCH (FLAGS ())\r\n");
	prints("a\nINBOX\n");
}

/* --- time --- */

static void test_29_minutes(void **state)
{
	clock_ms last, longest = 0;
	int rounds = 0;

	(void)state;
	open_plain(DOVECOT, "INBOX a");
	last = stage.now;
	for (clock_ms end = stage.now + 29 * MINUTE; stage.now < end;) {
		passes(session_due(stage.session) - stage.now);
		longest = clock_later(longest, stage.now - last);
		last = stage.now;
		rounds++;
		assert_int_equal(session_status(stage.session), -1);
		answer();
	}
	assert_true(longest <= 4 * MINUTE);
	assert_in_range(rounds, 7, 20);
	prints("");
}

static void test_a_dead_line_is_noticed(void **state)
{
	clock_ms began;

	(void)state;
	open_plain(DOVECOT, "INBOX a");
	began = stage.now;
	while (session_status(stage.session) == -1)
		passes(session_due(stage.session) - stage.now);
	ends(SESSION_DISCONNECTED, "no answer of the server to DONE for 30 s");
	assert_true(stage.now - began == 4 * MINUTE + 30 * SECOND);
	/* nor does chatter make an answer of none */
	open_plain(DOVECOT, "INBOX a");
	passes(4 * MINUTE);
	for (int i = 0; i < 31; i++) {
		says("* OK Still here\r\n");
		passes(SECOND);
	}
	ends(SESSION_DISCONNECTED, "DONE");
	/* and who is busy has all of the 30 s */
	open_plain(DOVECOT, "INBOX a");
	passes(4 * MINUTE);
	says("* OK Still here\r\n");
	passes(30 * SECOND - 1);
	assert_int_equal(session_status(stage.session), -1);
}

/* Wherever the server falls silent: 20 s, or 30 s behind DONE. */
static void test_each_step_has_a_limit(void **state)
{
	static const struct {
		const char *said, *step;
	} steps[] = {
		{ "", "the greeting" },
		{ "* OK hi\r\n", "CAPABILITY" },
		{ "* CAPABILITY IMAP4rev1\r\na1 OK\r\n", "the login" },
		{ "a2 OK [CAPABILITY " DOVECOT "] in\r\n", "ID" },
		{ "a3 OK\r\n", "ENABLE" },
		{ "a4 OK\r\n", "NAMESPACE" },
		{ "a5 OK\r\n", "LIST" },
		{ "* LIST () \"/\" a\r\na6 OK\r\n", "EXAMINE" },
		{ "a7 OK\r\n", "NOTIFY" },
		{ "a8 OK\r\n", "STATUS" },
		{ "* LIST () \"/\" a\r\na9 OK\r\n", "STATUS" },
		{ "a10 OK\r\n", "IDLE" },
	};
	char *wanted;

	(void)state;
	for (size_t count = 1; count <= sizeof steps / sizeof *steps; count++) {
		stage_open(PLAIN_RC);
		stage_begin();
		for (size_t i = 0; i < count; i++)
			says(steps[i].said);
		passes(20 * SECOND - 1);
		assert_int_equal(session_status(stage.session), -1);
		passes(1);
		wanted = memory_format("no answer of the server to %s for 20 s",
		                       steps[count - 1].step);
		ends(SESSION_DISCONNECTED, wanted);
		free(wanted);
	}
	open_plain(DOVECOT, "INBOX a");
	sleeps(HOUR);
	sends("DONE\r\n");
	says("a9 OK\r\n");
	assert_true(sent("NOOP"));
	passes(20 * SECOND);
	ends(SESSION_DISCONNECTED, "no answer of the server to NOOP for 20 s");
}

static void test_a_night_asleep(void **state)
{
	(void)state;
	open_plain(DOVECOT, "INBOX a");
	sleeps(8 * HOUR);
	sends("DONE\r\n");
	/* the line has lived: all is asked again */
	says("* 5 EXISTS\r\na9 OK\r\n");
	prints("INBOX\n");
	sends("a10 NOOP\r\n");
	says("a10 OK\r\n");
	assert_true(sent("LIST \"\" \"*\" RETURN"));
	says("* LIST () \"/\" INBOX\r\n* LIST () \"/\" a\r\n* STATUS a (MESSAGES 4)\r\n");
	prints("a\n");
	/* or it has not */
	open_plain(DOVECOT, "INBOX a");
	sleeps(8 * HOUR);
	sends("DONE\r\n");
	passes(30 * SECOND);
	ends(SESSION_DISCONNECTED, "DONE");
}

/* --- polls --- */

static void test_poll_with_list_status(void **state)
{
	(void)state;
	open_plain("IMAP4rev1 IDLE LIST-EXTENDED LIST-STATUS", "INBOX a b");
	begin_poll(MINUTE);
	sends("a7 LIST \"\" \"*\" RETURN (STATUS (UIDVALIDITY UIDNEXT MESSAGES UNSEEN))\r\n");
	says("* LIST () \"/\" INBOX\r\n* STATUS INBOX (MESSAGES 9)\r\n* LIST () \"/\" a\r\n"
	     "* STATUS a (MESSAGES 2)\r\n* LIST () \"/\" new\r\na7 OK\r\n");
	/* a has changed, b is no more, new is new and was left out */
	prints("a\nnew\n\n");
	sends("a8 STATUS \"new\" (UIDVALIDITY UIDNEXT MESSAGES UNSEEN)\r\n");
	says("a8 NO [NONEXISTENT] gone again\r\n");
	assert_string_equal(stage.told,
	                    "new: nothing can be told of it, as the server says: gone again\n");
	sends("a9 IDLE\r\n");
	/* a server that does not take it after all */
	says("+\r\n");
	begin_poll(MINUTE);
	assert_true(sent("LIST \"\" \"*\" RETURN"));
	sends("a11 LIST \"\" \"*\" RETURN (STATUS (UIDVALIDITY UIDNEXT MESSAGES UNSEEN))\r\n");
	says("a11 BAD what?\r\n");
	sends("a12 STATUS \"a\" (UIDVALIDITY UIDNEXT MESSAGES UNSEEN)\r\n");
}

static void test_poll_of_what_the_channel_wants_only(void **state)
{
	(void)state;
	stage_open(PATTERNS_RC);
	stage_begin();
	reach("IMAP4rev1 IDLE LIST-EXTENDED LIST-STATUS LITERAL+",
	      "INBOX a junk b* {2}\r\n\303\244");
	begin_poll(MINUTE);
	sends("a6 LIST \"\" \"*\"\r\n");
	says("* LIST () \"/\" INBOX\r\n* LIST () \"/\" a\r\n* LIST () \"/\" junk\r\n"
	     "* LIST () \"/\" b*\r\n* LIST () \"/\" {2}\r\n\303\244\r\na6 OK\r\n");
	sends("a7 LIST \"\" (\"a\" {2+}\r\n\303\244) RETURN "
	      "(STATUS (UIDVALIDITY UIDNEXT MESSAGES UNSEEN))\r\n");
	says("* STATUS a (MESSAGES 2)\r\na7 OK\r\n");
	sends("a8 STATUS \"b*\" (UIDVALIDITY UIDNEXT MESSAGES UNSEEN)\r\n");
	says("* STATUS b* (MESSAGES 1)\r\n* STATUS junk (MESSAGES 99)\r\n* LIST () \"/\" junk\r\n"
	     "a8 OK\r\n");
	sends("a9 STATUS {2+}\r\n\303\244 (UIDVALIDITY UIDNEXT MESSAGES UNSEEN)\r\n");
	says("a9 OK\r\n");
	sends("a10 IDLE\r\n");
	prints("a\n");
}

/* Something of each of the mailboxes m0, m1, ... from first on. */
static void says_of_many(int first, int count, const char *before, const char *behind)
{
	char *line;

	for (int i = first; i < first + count; i++) {
		line = memory_format("%sm%d%s\r\n", before, i, behind);
		says(line);
		free(line);
	}
}

static void are_asked_one_by_one(int first, int count)
{
	char *command;

	for (int i = first; i < first + count; i++) {
		command = memory_format("STATUS \"m%d\" ", i);
		assert_true(sent(command));
		free(command);
		ok();
	}
	assert_true(sent("IDLE"));
}

/* A group of names that is refused: it and those behind it are asked one by one. */
static void test_a_group_that_is_refused(void **state)
{
	char *names = memory_copy("INBOX junk"), *more;

	(void)state;
	for (int i = 0; i < 150; i++) {
		more = memory_format("%s m%d", names, i);
		free(names);
		names = more;
	}
	for (int refused = 0; refused < 2; refused++) {
		stage_open(PATTERNS_RC);
		stage_begin();
		reach("IMAP4rev1 IDLE LIST-EXTENDED LIST-STATUS", names);
		begin_poll(MINUTE);
		assert_true(sent("LIST \"\" \"*\""));
		says_of_many(0, 150, "* LIST () \"/\" ", "");
		says("* LIST () \"/\" junk\r\n");
		ok();
		assert_true(sent("LIST \"\" (\"m0\" \"m1\" "));
		if (refused == 1) {
			says_of_many(0, 100, "* STATUS ", " (MESSAGES 1)");
			ok();
			assert_true(sent("LIST \"\" (\"m100\" \"m101\" "));
		}
		refuse();
		are_asked_one_by_one(refused == 0 ? 0 : 100, refused == 0 ? 150 : 50);
		prints("");
	}
	free(names);
}

static void test_poll_one_by_one(void **state)
{
	bool degraded;
	char *text;

	(void)state;
	open_plain("IMAP4rev1 IDLE CONDSTORE", "INBOX a b");
	text = session_describe(stage.session, &degraded);
	assert_true(degraded);
	assert_string_equal(text, "INBOX by IDLE, 2 others every 5 min");
	free(text);
	end_idle(4 * MINUTE);
	assert_true(sent("IDLE"));
	sends("a5 IDLE\r\n");
	says("+\r\n");
	begin_poll(MINUTE);
	sends("a7 LIST \"\" \"*\"\r\n");
	says("* LIST () \"/\" INBOX\r\n* LIST () \"/\" a\r\n* LIST () \"/\" b\r\na7 OK\r\n");
	sends("a8 STATUS \"a\" (UIDVALIDITY UIDNEXT MESSAGES UNSEEN HIGHESTMODSEQ)\r\n");
	/* without HIGHESTMODSEQ, then */
	says("a8 BAD what?\r\n");
	sends("a9 STATUS \"a\" (UIDVALIDITY UIDNEXT MESSAGES UNSEEN)\r\n");
	says("* STATUS a (UNSEEN 0)\r\na9 OK\r\n");
	sends("a10 STATUS \"b\" (UIDVALIDITY UIDNEXT MESSAGES UNSEEN)\r\n");
	says("a10 BAD User is authenticated but not connected.\r\n");
	ends(SESSION_DISCONNECTED, "User is authenticated but not connected");
	prints("a\n");
}

/* Dovecot's sessions do that once their list is broken. */
static void test_a_list_that_is_stale(void **state)
{
	(void)state;
	open_plain("IMAP4rev1 IDLE LIST-STATUS", "INBOX a");
	begin_poll(MINUTE);
	sends("a7 LIST \"\" \"*\" RETURN (STATUS (UIDVALIDITY UIDNEXT MESSAGES UNSEEN))\r\n");
	says("* LIST () \"/\" INBOX\r\n* LIST () \"/\" a\r\na7 OK\r\n");
	sends("a8 STATUS \"a\" (UIDVALIDITY UIDNEXT MESSAGES UNSEEN)\r\n");
	says("a8 NO it does not exist\r\n");
	prints("\n");
	sends("a9 IDLE\r\n");
	says("+\r\n");
	begin_poll(MINUTE);
	sends("a11 LIST \"\" \"*\" RETURN (STATUS (UIDVALIDITY UIDNEXT MESSAGES UNSEEN))\r\n");
	says("* LIST () \"/\" INBOX\r\n* LIST () \"/\" a\r\na11 OK\r\n");
	sends("a12 STATUS \"a\" (UIDVALIDITY UIDNEXT MESSAGES UNSEEN)\r\n");
	says("a12 NO it does not exist\r\n");
	ends(SESSION_DISCONNECTED, "the server lists a, and does not have it: it does not exist");
}

static void test_a_poll_of_its_own_time(void **state)
{
	(void)state;
	stage_open(PLAIN_RC);
	stage.settings.poll = 10 * SECOND;
	stage_begin();
	reach(DOVECOT, "INBOX a");
	begin_poll(10 * SECOND);
	assert_true(sent("LIST \"\" \"*\" RETURN"));
}

static void test_no_idle_at_all(void **state)
{
	bool degraded;
	char *text;

	(void)state;
	stage_open(PLAIN_RC);
	stage_begin();
	reach(BARE, "INBOX a");
	text = session_describe(stage.session, &degraded);
	assert_true(degraded);
	assert_string_equal(text, "2 mailboxes every 5 min");
	free(text);
	sends("");
	/* its own traffic all the same, and what that tells */
	passes(4 * MINUTE);
	sends("a4 NOOP\r\n");
	says("* 2 EXISTS\r\na4 OK\r\n");
	prints("INBOX\n");
	passes(MINUTE);
	sends("a5 NOOP\r\n");
	says("a5 OK\r\n");
	sends("a6 LIST \"\" \"*\"\r\n");
	passes(20 * SECOND);
	ends(SESSION_DISCONNECTED, "LIST");
}

static void test_idle_that_is_refused_or_ends_by_itself(void **state)
{
	(void)state;
	/* refused the first time: polls; Exchange when it throttles */
	stage_open(PLAIN_RC);
	stage_begin();
	says("* PREAUTH [CAPABILITY IMAP4rev1 IDLE] hi\r\n");
	says("a1 OK\r\na2 OK\r\n");
	assert_false(session_is_ready(stage.session));
	says("a3 BAD no IDLE\r\n");
	assert_true(session_is_ready(stage.session));
	/* later it is the end */
	open_plain(DOVECOT, "INBOX a");
	says("a9 BAD User is authenticated but not connected.\r\n");
	ends(SESSION_DISCONNECTED, "the server refuses IDLE: User is authenticated");
	/* Courier ends it after a minute: again, but not at once */
	open_plain(DOVECOT, "INBOX a");
	says("a9 OK enough\r\n");
	sends("");
	passes(SECOND);
	sends("a10 IDLE\r\n");
	/* but only once */
	says("a10 OK enough\r\na10 OK enough\r\n");
	ends(SESSION_DISCONNECTED, "answers what it was not asked");
}

static void test_what_can_not_go_on(void **state)
{
	(void)state;
	open_plain(DOVECOT, "INBOX a");
	says("a77 OK what\r\n");
	ends(SESSION_DISCONNECTED, "answers what it was not asked");
	open_plain(DOVECOT, "INBOX a");
	says("* LIST (a)\r\n");
	ends(SESSION_DISCONNECTED, "LIST without a name");
	open_plain(DOVECOT, "INBOX a");
	says("* STATUS a\r\n");
	ends(SESSION_DISCONNECTED, "STATUS");
	open_plain(DOVECOT, "INBOX a");
	says("* BYE shutting down\r\n");
	ends(SESSION_DISCONNECTED, "goodbye: shutting down");
	open_plain(DOVECOT, "INBOX a");
	session_lose(stage.session, "the connection is gone");
	ends(SESSION_DISCONNECTED, "the connection is gone");
	stage_open(PLAIN_RC);
	stage_begin();
	says("* PREAUTH [CAPABILITY IMAP4rev1 IDLE] hi\r\n");
	says("a1 OK\r\na2 NO no INBOX for you\r\n");
	ends(SESSION_DISCONNECTED, "the server refuses EXAMINE: no INBOX for you");
}

static void test_alerts_are_told_but_not_without_end(void **state)
{
	(void)state;
	open_plain(DOVECOT, "INBOX a");
	says("* OK [ALERT] quota at 90%\r\n");
	assert_string_equal(stage.told, "the server says: quota at 90%\n");
	for (int i = 0; i < 100; i++)
		says("* NO [ALERT] x\r\n");
	assert_true(strlen(stage.told) < 300);
}

/* --- mailboxes of a store --- */

static void test_namespace_and_path(void **state)
{
	(void)state;
	stage_open(PLAIN_RC);
	stage_begin();
	says("* PREAUTH [CAPABILITY IMAP4rev1 NAMESPACE IDLE] hi\r\n");
	sends("a1 NAMESPACE\r\n");
	says("* NAMESPACE ((\"INBOX.\" \".\")) NIL ((\"shared.\" \".\"))\r\na1 OK\r\n");
	says("* LIST () \".\" INBOX\r\n* LIST () \".\" INBOX.a.b\r\n* LIST () \".\" shared.x\r\n"
	     "a2 OK\r\na3 OK\r\na4 OK\r\n");
	stage.watch.ready = true;
	says("* STATUS INBOX.a.b (MESSAGES 5)\r\n* STATUS shared.x (MESSAGES 5)\r\n");
	prints("a/b\n");
	stage_open("IMAPStore s\nHost h\nPath \"Mail/\"\n");
	stage_begin();
	says("* PREAUTH [CAPABILITY IMAP4rev1] hi\r\n");
	says("* LIST () \"/\" Mail/x\r\n* LIST () \"/\" y\r\n* LIST () \"/\" inbox\r\na1 OK\r\n");
	says("a2 OK\r\n");
	stage.watch.ready = true;
	says("* STATUS Mail/x (MESSAGES 5)\r\n* STATUS y (MESSAGES 5)\r\n* 5 EXISTS\r\n");
	prints("x\nINBOX\n");
}

static void test_subscribed_only(void **state)
{
	(void)state;
	stage_open(PLAIN_RC "SubscribedOnly yes\n");
	stage_begin();
	says("* PREAUTH [CAPABILITY IMAP4rev1 LIST-STATUS IDLE] hi\r\n");
	sends("a1 LSUB \"\" \"*\"\r\n");
	says("* LSUB () \"/\" a\r\na1 OK\r\na2 OK\r\n");
	assert_true(session_has_list(stage.session));
	assert_int_equal(mailboxes_existing(&stage.watch.mailboxes), 2);
}

/* What is switched off in the file is not there. */
static void test_extensions_that_are_disabled(void **state)
{
	bool degraded;
	char *text;

	(void)state;
	stage_open(PLAIN_RC "DisableExtensions NAMESPACE\n");
	stage_begin();
	reach(DOVECOT, "INBOX a");
	assert_null(strstr(stage.shown, "NAMESPACE"));
	assert_non_null(strstr(stage.shown, "NOTIFY"));
	open_plain(DOVECOT, "INBOX a");
	text = session_describe(stage.session, &degraded);
	assert_string_equal(text, "2 mailboxes by NOTIFY, and every 5 min");
	assert_false(degraded);
	free(text);
}

/* IMAP4rev2 has no LSUB, and literals of 4096 bytes that need not be asked for. */
static void test_revision_2(void **state)
{
	char *name = memory_new(4200, 1), *line;

	(void)state;
	stage_open(PLAIN_RC "SubscribedOnly yes\n");
	stage_begin();
	says("* PREAUTH [CAPABILITY IMAP4rev2] hi\r\n");
	ok();
	sends("a2 LIST (SUBSCRIBED) \"\" \"*\"\r\n");
	memset(name, 'x', 4097);
	line = memory_format("* LIST () \"/\" {2}\r\n\303\244\r\n* LIST () \"/\" "
	                     "{4099}\r\n\303\244%s\r\na2 OK\r\na3 OK\r\n",
	                     name);
	says(line);
	free(line);
	free(name);
	sends("a3 EXAMINE \"INBOX\"\r\n"
	      "a4 LIST \"\" ({2+}\r\n\303\244) RETURN (STATUS "
	      "(UIDVALIDITY UIDNEXT MESSAGES UNSEEN)"
	      ")\r\n");
	says("* STATUS {2}\r\n\303\244 (MESSAGES 1)\r\na4 OK\r\n");
	/* the longer one waits */
	sends("a5 LIST \"\" ({4099}\r\n");
}

/* What can't be taken for one mailbox is all of them. */
static void test_names_that_tell_nothing(void **state)
{
	static const char nul_in_name[] = "* LIST () \"/\" ~{3}\r\na\0b\r\n";
	static const char nul_in_status[] = "* STATUS ~{3}\r\na\0b (MESSAGES 1)\r\n";
	char *name = memory_new(4098, 1), *line;

	(void)state;
	open_plain(DOVECOT, "INBOX a&-b a&--b");
	says_bytes(nul_in_name, sizeof nul_in_name - 1);
	prints("\n");
	says_bytes(nul_in_status, sizeof nul_in_status - 1);
	prints("\n");
	/* either of two */
	says("* LIST () \"/\" a&-b\r\n");
	prints("\n");
	says("* LIST (\\NonExistent) \"/\" a&-b\r\n");
	prints("\n");
	assert_int_equal(mailboxes_existing(&stage.watch.mailboxes), 3);
	/* and what is asked for soon */
	assert_true(session_due(stage.session) <= stage.now + 10 * SECOND);
	/* longer than mswatch takes a line */
	memset(name, 'x', 4097);
	line = memory_format("* LIST () \"/\" {4097}\r\n%s\r\n* STATUS {4097}\r\n%s "
	                     "(MESSAGES 1)\r\n",
	                     name, name);
	says(line);
	free(line);
	free(name);
	prints("\n");
}

static void test_a_server_that_can_tell_nothing_of_itself(void **state)
{
	(void)state;
	stage_open(PLAIN_RC);
	stage_begin();
	says("* OK hi\r\na1 BAD what?\r\n");
	ends(SESSION_DISCONNECTED, "the server refuses CAPABILITY: what?");
	/* one that asks for more than PLAIN has */
	stage_open(PLAIN_RC);
	stage_begin();
	says("* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] hi\r\n");
	sends("a1 AUTHENTICATE PLAIN AG1lAHNlY3JldA==\r\n");
	says("+ more\r\n");
	sends("*\r\n");
	says("a1 BAD cancelled\r\n");
	ends(SESSION_REFUSED, "cancelled");
}

static void test_a_further_connection(void **state)
{
	(void)state;
	stage_open(PLAIN_RC);
	mailboxes_add(&stage.watch.mailboxes, "work", memory_copy("work"));
	stage.settings.mailbox = "work";
	stage_begin();
	says("* PREAUTH [CAPABILITY " DOVECOT "] hi\r\n");
	ok();
	ok();
	sends("a3 EXAMINE \"work\"\r\n");
	says("* 1 EXISTS\r\na3 OK\r\n");
	sends("a4 IDLE\r\n");
	says("+\r\n");
	assert_true(session_is_ready(stage.session));
	stage.watch.ready = true;
	says("* 2 EXISTS\r\n* LIST () \"/\" new\r\n* STATUS work (MESSAGES 99)\r\n");
	prints("work\n");
	end_idle(4 * MINUTE);
	sends("a5 IDLE\r\n");
	says("+\r\n");
	begin_poll(MINUTE);
	sends("a7 IDLE\r\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		STAGE_TEST(test_the_whole_way_with_dovecot),
		STAGE_TEST(test_login_without_sasl_ir_waits_for_the_server),
		STAGE_TEST(test_login_command_quotes_or_counts),
		STAGE_TEST(test_a_literal_that_is_refused),
		STAGE_TEST(test_greetings),
		STAGE_TEST(test_a_silent_server_is_given_up),
		STAGE_TEST(test_mechanisms),
		STAGE_TEST(test_no_way_to_log_in),
		STAGE_TEST(test_an_expired_token),
		STAGE_TEST(test_logins_that_are_refused_for_now),
		STAGE_TEST(test_the_selected_mailbox),
		STAGE_TEST(test_status_values_are_compared),
		STAGE_TEST(test_mailboxes_come_and_go),
		STAGE_TEST(test_names_in_both_spellings),
		STAGE_TEST(test_a_spelling_that_changes),
		STAGE_TEST(test_utf8_is_printed_where_it_is_wanted),
		STAGE_TEST(test_overflow_sets_notify_again),
		STAGE_TEST(test_overflow_again_and_again),
		STAGE_TEST(test_overflow_of_nothing),
		STAGE_TEST(test_what_noop_tells_sets_notify_again),
		STAGE_TEST(test_untagged_data_counts_wherever_it_comes),
		STAGE_TEST(test_29_minutes),
		STAGE_TEST(test_a_dead_line_is_noticed),
		STAGE_TEST(test_each_step_has_a_limit),
		STAGE_TEST(test_a_night_asleep),
		STAGE_TEST(test_poll_with_list_status),
		STAGE_TEST(test_poll_of_what_the_channel_wants_only),
		STAGE_TEST(test_a_group_that_is_refused),
		STAGE_TEST(test_poll_one_by_one),
		STAGE_TEST(test_a_list_that_is_stale),
		STAGE_TEST(test_a_poll_of_its_own_time),
		STAGE_TEST(test_no_idle_at_all),
		STAGE_TEST(test_idle_that_is_refused_or_ends_by_itself),
		STAGE_TEST(test_what_can_not_go_on),
		STAGE_TEST(test_alerts_are_told_but_not_without_end),
		STAGE_TEST(test_namespace_and_path),
		STAGE_TEST(test_subscribed_only),
		STAGE_TEST(test_extensions_that_are_disabled),
		STAGE_TEST(test_revision_2),
		STAGE_TEST(test_names_that_tell_nothing),
		STAGE_TEST(test_a_server_that_can_tell_nothing_of_itself),
		STAGE_TEST(test_a_further_connection),
	};

	return cmocka_run_group_tests_name("imap_session", tests, NULL, NULL);
}
