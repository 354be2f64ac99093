/*
 * What servers do, each in its own way, and what has made other programs deaf or
 * harmful.  What of that is held elsewhere:
 *
 *   a mute line that is dropped, dead for half an hour    test_29_minutes and
 *                                   test_a_dead_line_is_noticed of imap_session
 *   a hang after a sleep            test_a_night_asleep
 *   news before +, behind DONE      test_untagged_data_counts_wherever_it_comes
 *   too many connections            test_logins_that_are_refused_for_now
 *   a token that has expired        test_an_expired_token; exit status: imap_watch.sh
 *   a bare +, [ in atoms, a mailbox called 200    samples of imap_reader
 *   wrong modified UTF-7            test_names_in_both_spellings
 *   a STATUS that is stale          test_status_values_are_compared
 *   a LIST-STATUS that is not whole test_the_whole_way_with_dovecot
 *   no IDLE at all                  test_no_idle_at_all
 */
#include "imap_stage.h"

#define STATUS_ALL "(UIDVALIDITY UIDNEXT MESSAGES UNSEEN)"
#define STATUS_MODSEQ "(UIDVALIDITY UIDNEXT MESSAGES UNSEEN HIGHESTMODSEQ)"
#define ID "ID (\"name\" \"watch_imap\" \"version\" \"" PACKAGE_VERSION "\")\r\n"

/* What the server says, and what it is sent then. */
static void play(const char *said, const char *sent)
{
	says(said);
	sends(sent);
}

static void is_described(const char *wanted, bool degraded)
{
	bool is_degraded;
	char *text = session_describe(stage.session, &is_degraded);

	assert_string_equal(text, wanted);
	assert_true(is_degraded == degraded);
	free(text);
}

static void begin(const char *rc)
{
	stage_open(rc);
	stage_begin();
}

static void become_ready(void)
{
	assert_true(session_is_ready(stage.session));
	stage.watch.ready = true;
}

/* --- servers --- */

static void test_cyrus(void **state)
{
	(void)state;
	begin(PLAIN_RC);
	play("* OK [CAPABILITY IMAP4rev1 LITERAL+ ID ENABLE AUTH=PLAIN SASL-IR] host Cyrus IMAP "
	     "3.6.1-Debian server ready\r\n",
	     "a1 AUTHENTICATE PLAIN AG1lAHNlY3JldA==\r\n");
	play("a1 OK [CAPABILITY IMAP4rev1 LITERAL+ ID ENABLE NAMESPACE CONDSTORE LIST-EXTENDED "
	     "LIST-STATUS IDLE] User logged in SESSIONID=<x>\r\n",
	     "a2 " ID);
	play("* ID (\"name\" \"Cyrus IMAPD\")\r\na2 OK Completed\r\n", "a3 ENABLE CONDSTORE\r\n");
	play("* ENABLED CONDSTORE\r\na3 OK Completed\r\n", "a4 NAMESPACE\r\n");
	play("* NAMESPACE ((\"\" \"/\")) ((\"Other Users/\" \"/\")) ((\"Shared Folders/\" "
	     "\"/\"))\r\na4 OK Completed\r\n",
	     "a5 LIST \"\" \"*\"\r\n");
	play("* LIST (\\HasNoChildren) \"/\" INBOX\r\n* LIST (\\HasNoChildren) \"/\" work\r\n"
	     "a5 OK Completed (0.000 secs 2 calls)\r\n",
	     "a6 EXAMINE \"INBOX\"\r\n");
	play("* 0 EXISTS\r\n* 0 RECENT\r\n* FLAGS (\\Answered)\r\n* OK [PERMANENTFLAGS ()] Ok\r\n"
	     "* OK [UIDVALIDITY 9] Ok\r\n* OK [UIDNEXT 1] Ok\r\n* OK [HIGHESTMODSEQ 1] Ok\r\n"
	     "* OK [URLMECH INTERNAL] Ok\r\n* OK [ANNOTATIONS 65536] Ok\r\na6 OK [READ-ONLY] "
	     "Completed\r\n",
	     "a7 LIST \"\" \"*\" RETURN (STATUS " STATUS_MODSEQ ")\r\n");
	play("* LIST (\\HasNoChildren) \"/\" INBOX\r\n* STATUS INBOX (MESSAGES 0 UIDNEXT 1)\r\n"
	     "* LIST (\\HasNoChildren) \"/\" work\r\n"
	     "* STATUS work (MESSAGES 0 UIDNEXT 1 UIDVALIDITY 8 UNSEEN 0 HIGHESTMODSEQ 2)\r\n"
	     "a7 OK Completed\r\n",
	     "a8 IDLE\r\n");
	says("+ idling\r\n");
	become_ready();
	is_described("INBOX by IDLE, 1 other every 1 min", true);
	/* it is mute without idled: what INBOX has to tell comes with the poll at the latest */
	begin_poll(MINUTE);
	play("", "a10 LIST \"\" \"*\" RETURN (STATUS " STATUS_MODSEQ ")\r\n");
	says("* LIST () \"/\" INBOX\r\n* LIST () \"/\" work\r\n* STATUS work (HIGHESTMODSEQ 3)\r\n"
	     "* 1 EXISTS\r\na10 OK Completed\r\n");
	prints("work\nINBOX\n");
}

static void test_courier(void **state)
{
	(void)state;
	begin(PLAIN_RC);
	/* the alert comes first, or the greeting */
	play("* OK [ALERT] Filesystem notification initialization error -- contact your mail "
	     "administrator (check for configuration errors with the FAM/Gamin library)\r\n",
	     "a1 CAPABILITY\r\n");
	play("* OK [CAPABILITY IMAP4rev1 UIDPLUS CHILDREN NAMESPACE IDLE] Courier-IMAP ready.\r\n",
	     "");
	play("* CAPABILITY IMAP4rev1 UIDPLUS CHILDREN NAMESPACE IDLE\r\na1 OK CAPABILITY "
	     "completed\r\n",
	     "a2 LOGIN \"me\" \"secret\"\r\n");
	play("a2 OK LOGIN Ok.\r\n", "a3 CAPABILITY\r\n");
	play("* CAPABILITY IMAP4rev1 UIDPLUS CHILDREN NAMESPACE IDLE\r\na3 OK CAPABILITY "
	     "completed\r\n",
	     "a4 NAMESPACE\r\n");
	play("* NAMESPACE ((\"INBOX.\" \".\")) NIL ((\"#shared.\" \".\")(\"shared.\" \".\"))\r\n"
	     "a4 OK NAMESPACE completed.\r\n",
	     "a5 LIST \"\" \"*\"\r\n");
	play("* LIST (\\Marked \\HasChildren) \".\" \"INBOX\"\r\n"
	     "* LIST (\\HasNoChildren) \".\" \"INBOX.Sent Mail\"\r\na5 OK LIST completed\r\n",
	     "a6 EXAMINE \"INBOX\"\r\n");
	play("* FLAGS (\\Draft)\r\n* OK [PERMANENTFLAGS ()] No permanent flags permitted\r\n"
	     "* 2 EXISTS\r\n* 1 RECENT\r\n* OK [UIDVALIDITY 5] Ok\r\na6 OK [READ-ONLY] Ok\r\n",
	     "a7 STATUS \"INBOX.Sent Mail\" " STATUS_ALL "\r\n");
	play("* STATUS \"INBOX.Sent Mail\" (MESSAGES 0 UIDNEXT 1 UIDVALIDITY 6 UNSEEN 0)\r\n"
	     "a7 OK STATUS Completed.\r\n",
	     "a8 IDLE\r\n");
	says("+ entering ENHANCED idle mode\r\n");
	become_ready();
	is_described("INBOX by IDLE, 1 other every 5 min", true);
	says("* 3 EXISTS\r\n* 2 RECENT\r\n");
	prints("INBOX\n");
	/* it ends each IDLE after a minute; what it tells between two of them counts */
	passes(MINUTE);
	play("a8 OK IDLE completed\r\n", "");
	passes(SECOND);
	play("* 4 EXISTS\r\n", "a9 IDLE\r\n");
	prints("INBOX\n");
	play("+\r\n", "");
}

static void test_gmail(void **state)
{
	(void)state;
	begin(PLAIN_RC);
	play("* OK Gimap ready for requests from 192.0.2.1 x1\r\n", "a1 CAPABILITY\r\n");
	play("* CAPABILITY IMAP4rev1 UNSELECT IDLE NAMESPACE QUOTA ID XLIST CHILDREN X-GM-EXT-1 "
	     "XYZZY SASL-IR AUTH=XOAUTH2 AUTH=PLAIN AUTH=PLAIN-CLIENTTOKEN AUTH=OAUTHBEARER\r\n"
	     "a1 OK Thats all she wrote! x1\r\n",
	     "a2 AUTHENTICATE PLAIN AG1lAHNlY3JldA==\r\n");
	/* what it can do comes by itself: it is not asked again */
	play("* CAPABILITY IMAP4rev1 UNSELECT IDLE NAMESPACE QUOTA ID XLIST CHILDREN X-GM-EXT-1 "
	     "UIDPLUS COMPRESS=DEFLATE ENABLE MOVE CONDSTORE ESEARCH UTF8=ACCEPT LIST-EXTENDED "
	     "LIST-STATUS LITERAL- SPECIAL-USE APPENDLIMIT=35651584\r\n"
	     "a2 OK me@example.org authenticated (Success)\r\n",
	     "a3 " ID);
	play("* ID (\"name\" \"GImap\")\r\na3 OK Success\r\n", "a4 ENABLE CONDSTORE\r\n");
	play("a4 BAD Unknown command\r\n", "a5 NAMESPACE\r\n");
	play("* NAMESPACE ((\"\" \"/\")) NIL NIL\r\na5 OK Success\r\n", "a6 LIST \"\" \"*\"\r\n");
	play("* LIST (\\HasNoChildren) \"/\" \"INBOX\"\r\n"
	     "* LIST (\\HasChildren \\Noselect) \"/\" \"[Gmail]\"\r\n"
	     "* LIST (\\All \\HasNoChildren) \"/\" \"[Gmail]/All Mail\"\r\na6 OK Success\r\n",
	     "a7 EXAMINE \"INBOX\"\r\n");
	/* unselected it would be mute: no IDLE before this */
	play("* 7 EXISTS\r\n* 0 RECENT\r\n* OK [UIDVALIDITY 1] UIDs valid.\r\n"
	     "a7 OK [READ-ONLY] INBOX selected. (Success)\r\n",
	     "a8 LIST \"\" \"*\" RETURN (STATUS " STATUS_ALL ")\r\n");
	says("* LIST (\\HasNoChildren) \"/\" \"INBOX\"\r\n* STATUS \"INBOX\" (MESSAGES 7)\r\n"
	     "* LIST (\\HasChildren \\Noselect) \"/\" \"[Gmail]\"\r\n"
	     "* LIST (\\All \\HasNoChildren) \"/\" \"[Gmail]/All Mail\"\r\n"
	     "* STATUS \"[Gmail]/All Mail\" (MESSAGES 9 UIDNEXT 3 UIDVALIDITY 4 UNSEEN 5)\r\n");
	play("a8 OK Success\r\n", "a9 IDLE\r\n");
	says("+ idling\r\n");
	become_ready();
	is_described("INBOX by IDLE, 1 other every 1 min", true);
	says("* STATUS \"[Gmail]/All Mail\" (MESSAGES 9 UNSEEN 4)\r\n");
	prints("[Gmail]/All Mail\n");
}

static void test_office_365(void **state)
{
	static const char rc[] = "IMAPStore s\nHost h\nUser me\nPass token-1\nTLSType IMAPS\n"
				 "AuthMechs XOAUTH2\n";

	(void)state;
	begin(rc);
	play("* OK The Microsoft Exchange IMAP4 service is ready. [QQ==]\r\n", "a1 CAPABILITY\r\n");
	play("* CAPABILITY IMAP4 IMAP4rev1 AUTH=PLAIN AUTH=XOAUTH2 SASL-IR UIDPLUS ID UNSELECT "
	     "CHILDREN IDLE NAMESPACE LITERAL+\r\na1 OK CAPABILITY completed.\r\n",
	     "a2 AUTHENTICATE XOAUTH2 dXNlcj1tZQFhdXRoPUJlYXJlciB0b2tlbi0xAQE=\r\n");
	play("a2 OK AUTHENTICATE completed.\r\n", "a3 CAPABILITY\r\n");
	play("* CAPABILITY IMAP4 IMAP4rev1 AUTH=PLAIN AUTH=XOAUTH2 SASL-IR UIDPLUS MOVE ID "
	     "UNSELECT CLIENTACCESSRULES CLIENTNETWORKPRESENCELOCATION BACKENDAUTHENTICATE "
	     "CHILDREN IDLE NAMESPACE LITERAL+\r\na3 OK CAPABILITY completed.\r\n",
	     "a4 " ID);
	play("* ID (\"name\" \"Microsoft.Exchange.Imap4.Imap4Server\")\r\na4 OK ID completed\r\n",
	     "a5 NAMESPACE\r\n");
	play("* NAMESPACE ((\"\" \"/\")) NIL NIL\r\na5 OK NAMESPACE completed.\r\n",
	     "a6 LIST \"\" \"*\"\r\n");
	play("* LIST (\\HasNoChildren) \"/\" Archive\r\n* LIST (\\Marked \\HasNoChildren) \"/\" "
	     "INBOX\r\na6 OK LIST completed.\r\n",
	     "a7 EXAMINE \"INBOX\"\r\n");
	play("* 2 EXISTS\r\n* 0 RECENT\r\n* OK [UIDVALIDITY 14] UIDVALIDITY value\r\n"
	     "a7 OK [READ-ONLY] EXAMINE completed.\r\n",
	     "a8 STATUS \"Archive\" " STATUS_ALL "\r\n");
	play("* STATUS Archive (MESSAGES 0 UIDNEXT 1 UIDVALIDITY 3 UNSEEN 0) \r\n"
	     "a8 OK STATUS completed.\r\n",
	     "a9 IDLE\r\n");
	says("+ IDLE accepted, awaiting DONE command.\r\n");
	become_ready();
	/* throttled */
	passes(4 * MINUTE);
	play("", "DONE\r\n");
	says("a9 BAD User is authenticated but not connected.\r\n");
	ends(SESSION_DISCONNECTED, "refuses DONE: User is authenticated but not connected.");
}

/* Where each command may be the one that meets the throttle. */
static void test_throttled_at_any_step(void **state)
{
	static const char greeting[] = "* PREAUTH [CAPABILITY IMAP4rev1 IDLE] hi\r\n";
	static const char *const before[] = { "", "a1 OK\r\n" };
	static const char *const step[] = { "LIST", "EXAMINE" };

	(void)state;
	for (unsigned i = 0; i < sizeof step / sizeof *step; i++) {
		char *line = memory_format("a%u BAD User is authenticated but not connected.\r\n",
		                           i + 1);

		begin(PLAIN_RC);
		says(greeting);
		says(before[i]);
		says(line);
		ends(SESSION_DISCONNECTED, step[i]);
		free(line);
	}
	open_plain("IMAP4rev1 IDLE", "INBOX a");
	end_idle(4 * MINUTE);
	play("", "a5 IDLE\r\n");
	says("+\r\n");
	end_idle(MINUTE);
	play("", "a6 NOOP\r\n");
	says("a6 NO [UNAVAILABLE] busy\r\n");
	ends(SESSION_DISCONNECTED, "refuses NOOP: busy");
}

static void test_icloud(void **state)
{
	(void)state;
	begin(PLAIN_RC);
	/* next to nothing is offered before the login */
	play("* OK [CAPABILITY XAPPLEPUSHSERVICE IMAP4 IMAP4rev1 SASL-IR AUTH=ATOKEN AUTH=PTOKEN "
	     "AUTH=PLAIN] (x) imap.example.org\r\n",
	     "a1 AUTHENTICATE PLAIN AG1lAHNlY3JldA==\r\n");
	play("a1 OK [CAPABILITY XAPPLEPUSHSERVICE IMAP4 IMAP4rev1 ACL QUOTA LITERAL+ NAMESPACE "
	     "UIDPLUS CHILDREN BINARY UNSELECT SORT CATENATE URLAUTH LANGUAGE ESEARCH ESORT "
	     "THREAD=ORDEREDSUBJECT CONTEXT=SORT WITHIN SASL-IR SEARCHRES XSENDER X-NETSCAPE "
	     "XSERVERINFO X-SUN-SORT ANNOTATE-EXPERIMENT-1 X-UNAUTHENTICATE IDLE XAPPLELITERAL "
	     "CONDSTORE ENABLE LIST-STATUS] User me logged in\r\n",
	     "a2 ENABLE CONDSTORE\r\n");
	play("a2 OK\r\n", "a3 NAMESPACE\r\n");
	play("* NAMESPACE ((\"\" \"/\")) NIL NIL\r\na3 OK\r\n", "a4 LIST \"\" \"*\"\r\n");
	play("* LIST (\\HasNoChildren) \"/\" \"INBOX\"\r\n* LIST (\\Noinferiors) \"/\" "
	     "\"Notes\"\r\na4 OK\r\n",
	     "a5 EXAMINE \"INBOX\"\r\n");
	play("* 0 EXISTS\r\na5 OK [READ-ONLY]\r\n",
	     "a6 LIST \"\" \"*\" RETURN (STATUS " STATUS_MODSEQ ")\r\n");
	says("* LIST () \"/\" INBOX\r\n* LIST () \"/\" Notes\r\n* STATUS Notes (MESSAGES 1)\r\n");
	play("a6 OK\r\n", "a7 IDLE\r\n");
}

static void test_yahoo(void **state)
{
	(void)state;
	begin(PLAIN_RC);
	play("* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN AUTH=XOAUTH2 AUTH=OAUTHBEARER ID MOVE "
	     "NAMESPACE XYMHIGHESTMODSEQ UIDPLUS LITERAL+ CHILDREN UNSELECT X-MSG-EXT OBJECTID] "
	     "IMAP4rev1 Hello\r\n",
	     "a1 AUTHENTICATE PLAIN AG1lAHNlY3JldA==\r\n");
	play("a1 OK [CAPABILITY IMAP4rev1 ID NAMESPACE UIDPLUS LITERAL+] AUTHENTICATE "
	     "completed\r\n",
	     "a2 " ID);
	play("* ID (\"vendor\" \"Yahoo\")\r\na2 OK ID completed\r\n", "a3 NAMESPACE\r\n");
	play("* NAMESPACE ((\"\" \"/\")) NIL NIL\r\na3 OK NAMESPACE completed\r\n",
	     "a4 LIST \"\" \"*\"\r\n");
	play("* LIST (\\HasNoChildren) \"/\" \"Inbox\"\r\n* LIST (\\Junk \\HasNoChildren) \"/\" "
	     "\"Bulk\"\r\na4 OK LIST completed\r\n",
	     "a5 EXAMINE \"INBOX\"\r\n");
	play("* 1 EXISTS\r\na5 OK [READ-ONLY] EXAMINE completed; now in selected state\r\n",
	     "a6 STATUS \"Bulk\" " STATUS_ALL "\r\n");
	play("* STATUS \"Bulk\" (MESSAGES 0 UIDNEXT 1 UIDVALIDITY 1 UNSEEN 0)\r\n"
	     "a6 OK STATUS completed\r\n",
	     "");
	become_ready();
	is_described("2 mailboxes every 5 min", true);
	/* it cuts what is silent for 300 s */
	passes(4 * MINUTE);
	play("", "a7 NOOP\r\n");
}

static void test_proton_bridge(void **state)
{
	static const char rc[] = "IMAPStore s\nHost 127.0.0.1\nPort 1143\nUser me\nPass secret\n"
				 "TLSType STARTTLS\n";

	(void)state;
	stage_open(rc);
	/* who did STARTTLS has taken the greeting */
	stage.settings.has_greeting = false;
	stage_begin();
	sends("a1 CAPABILITY\r\n");
	play("* CAPABILITY ID IDLE IMAP4rev1 MOVE STARTTLS UIDPLUS UNSELECT AUTH=PLAIN\r\n"
	     "a1 OK CAPABILITY\r\n",
	     "a2 AUTHENTICATE PLAIN\r\n");
	play("+ \r\n", "AG1lAHNlY3JldA==\r\n");
	play("a2 OK [CAPABILITY ID IDLE IMAP4rev1 MOVE UIDPLUS UNSELECT] Logged in\r\n", "a3 " ID);
	play("* ID (\"name\" \"gluon\")\r\na3 OK ID\r\n", "a4 LIST \"\" \"*\"\r\n");
	play("* LIST (\\Unmarked) \"/\" \"INBOX\"\r\n* LIST (\\Noselect) \"/\" \"Labels\"\r\n"
	     "* LIST (\\All \\Unmarked) \"/\" \"All Mail\"\r\na4 OK LIST\r\n",
	     "a5 EXAMINE \"INBOX\"\r\n");
	play("* FLAGS (\\Seen)\r\n* 1 EXISTS\r\n* 0 RECENT\r\n* OK [UIDVALIDITY 3] x\r\n"
	     "a5 OK [READ-ONLY] EXAMINE\r\n",
	     "a6 STATUS \"All Mail\" " STATUS_ALL "\r\n");
	play("* STATUS \"All Mail\" (MESSAGES 1 UIDNEXT 2 UIDVALIDITY 3 UNSEEN 0)\r\n"
	     "a6 OK STATUS\r\n",
	     "a7 IDLE\r\n");
	says("+ Ready\r\n");
	become_ready();
	/* a flag may be told in an odd order, with an EXISTS that is no news */
	says("* 1 EXISTS\r\n");
	prints("");
	says("* 1 FETCH (FLAGS (\\Seen) UID 1)\r\n");
	prints("INBOX\n");
}

/* --- what made others deaf --- */

/* What comes while something else is asked, by the poll above all, is no less news. */
static void test_news_between_answers(void **state)
{
	(void)state;
	open_plain("IMAP4rev1 IDLE LIST-STATUS", "INBOX a");
	begin_poll(MINUTE);
	assert_true(sent("LIST"));
	says("* LIST () \"/\" INBOX\r\n* 2 EXISTS\r\n* LIST () \"/\" a\r\n"
	     "* STATUS a (MESSAGES 1)\r\n");
	prints("INBOX\n");
	says("* 1 FETCH (FLAGS (\\Seen))\r\n");
	ok();
	prints("INBOX\n");
	play("* 1 EXPUNGE\r\n+ idling\r\n", "a8 IDLE\r\n");
	prints("INBOX\n");
	end_idle(MINUTE);
	assert_true(sent("NOOP"));
	says("* VANISHED 5\r\n");
	prints("INBOX\n");
}

/* One login, whatever happens in a day: each more may lock the account. */
static void test_a_day_is_one_login(void **state)
{
	(void)state;
	open_plain(DOVECOT, "INBOX a");
	for (clock_ms end = stage.now + 24 * HOUR; stage.now < end;) {
		passes(session_due(stage.session) - stage.now);
		assert_int_equal(session_status(stage.session), -1);
		answer();
	}
	assert_null(strstr(stage.shown, "LOGIN"));
	assert_ptr_equal(strstr(stage.shown, "AUTHENTICATE"), stage.shown + strlen("a1 "));
	assert_null(strstr(strstr(stage.shown, "AUTHENTICATE") + 1, "AUTHENTICATE"));
	/* nor is a mailbox ever opened for writing */
	assert_null(strstr(stage.shown, "SELECT"));
	prints("");
	/* until its token ends */
	says("* BYE Session expired, please login again.\r\n");
	ends(SESSION_DISCONNECTED, "Session expired");
}

/* A goodbye is the end, wherever it comes: what follows it is not waited for. */
static void test_goodbye_at_any_step(void **state)
{
	static const char *const said[] = {
		"",
		"* OK hi\r\n",
		"* CAPABILITY IMAP4rev1 IDLE\r\na1 OK\r\n",
		"a2 OK [CAPABILITY IMAP4rev1 IDLE ID] in\r\n",
		"a3 OK\r\n",
		"a4 OK\r\n",
		"a5 OK\r\n",
		"+\r\n",
	};

	(void)state;
	for (size_t steps = 1; steps <= sizeof said / sizeof *said; steps++) {
		begin(PLAIN_RC);
		for (size_t i = 0; i < steps; i++)
			says(said[i]);
		assert_int_equal(session_status(stage.session), -1);
		says("* BYE [UNAVAILABLE] going down\r\n");
		ends(SESSION_DISCONNECTED, "the server says goodbye: going down");
	}
}

static void test_an_alert_at_the_login(void **state)
{
	(void)state;
	begin(PLAIN_RC);
	says("* OK [CAPABILITY IMAP4rev1] hi\r\n");
	says("* NO [ALERT] Your password \033[2Jsecret expires soon\r\n");
	sends("a1 LOGIN \"me\" \"secret\"\r\n");
	/* in a tagged answer, and behind it */
	says("a1 OK [ALERT] in\r\n* OK [ALERT] quota at 99 %\r\n");
	sends("a2 CAPABILITY\r\n");
	assert_string_equal(stage.told, "the server says: Your password \033[2J*** expires soon\n"
	                                "the server says: in\nthe server says: quota at 99 %\n");
	assert_int_equal(session_status(stage.session), -1);
}

/* A mailbox that comes unasked and is known, or that nobody wants, is no news. */
static void test_lists_that_nobody_asked_for(void **state)
{
	(void)state;
	begin(PATTERNS_RC);
	reach("IMAP4rev1 IDLE", "INBOX a junk");
	says("* LIST () \"/\" a\r\n* LIST (\\HasChildren) \"/\" INBOX\r\n* LIST () \"/\" junk\r\n"
	     "* STATUS junk (MESSAGES 9)\r\n* LSUB () \"/\" a\r\n");
	prints("");
	/* nor is it asked for what junk holds */
	end_idle(4 * MINUTE);
	play("+\r\n", "a5 IDLE\r\n");
	begin_poll(MINUTE);
	says("* LIST () \"/\" INBOX\r\n* LIST () \"/\" a\r\n* LIST () \"/\" junk\r\n");
	ok();
	assert_true(sent("STATUS \"a\""));
	ok();
	assert_true(sent("IDLE"));
}

static void test_bounds(void **state)
{
	char *name;

	(void)state;
	open_plain("IMAP4rev1 IDLE LIST-STATUS", "INBOX");
	begin_poll(MINUTE);
	assert_true(sent("LIST"));
	for (int i = 1; i < MAILBOXES_MOST; i++) {
		name = memory_format("m%d", i);
		assert_int_equal(mailboxes_add(&stage.watch.mailboxes, name, NULL), i);
		free(name);
	}
	says("* LIST () \"/\" m1\r\n");
	assert_int_equal(session_status(stage.session), -1);
	says("* LIST () \"/\" more\r\n");
	ends(SESSION_DISCONNECTED,
	     "more than 100000 mailboxes: leave some out with Patterns, or with -x");
}

/* A name with a newline in it is a part of one line, whoever is told of it. */
static void test_names_make_no_lines_of_their_own(void **state)
{
	(void)state;
	stage_open(PLAIN_RC);
	stage_begin();
	says("* PREAUTH [CAPABILITY IMAP4rev1 LITERAL+] hi\r\n");
	says("* LIST () \"/\" {12}\r\na\ndegraded:x\r\na1 OK\r\na2 OK\r\n");
	says("a3 NO no\r\n");
	assert_string_equal(stage.told,
	                    "a degraded:x: nothing can be told of it, as the server says: no\n");
	assert_non_null(strstr(stage.shown, "a3 STATUS \"a degraded:x\" (UIDVALIDITY"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		STAGE_TEST(test_cyrus),
		STAGE_TEST(test_courier),
		STAGE_TEST(test_gmail),
		STAGE_TEST(test_office_365),
		STAGE_TEST(test_throttled_at_any_step),
		STAGE_TEST(test_icloud),
		STAGE_TEST(test_yahoo),
		STAGE_TEST(test_proton_bridge),
		STAGE_TEST(test_news_between_answers),
		STAGE_TEST(test_a_day_is_one_login),
		STAGE_TEST(test_goodbye_at_any_step),
		STAGE_TEST(test_an_alert_at_the_login),
		STAGE_TEST(test_lists_that_nobody_asked_for),
		STAGE_TEST(test_bounds),
		STAGE_TEST(test_names_make_no_lines_of_their_own),
	};

	return cmocka_run_group_tests_name("imap_servers", tests, NULL, NULL);
}
