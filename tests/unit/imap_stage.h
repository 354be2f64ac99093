/* A session with a server that is played, and a clock that is made up. */
#ifndef TESTS_UNIT_IMAP_STAGE_H
#define TESTS_UNIT_IMAP_STAGE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "../../watch_imap/mailboxes.h"
#include "../../watch_imap/options.h"
#include "../../watch_imap/reader.h"
#include "../../watch_imap/session.h"
#include "mbsyncrc_parse.h"
#include "memory.h"

#define SECOND ((clock_ms)1000)
#define MINUTE (60 * SECOND)
#define HOUR (60 * MINUTE)

/* An account as most have it, and one whose channel leaves something out. */
#define PLAIN_RC "IMAPStore s\nHost h\nUser me\nPass secret\nTLSType IMAPS\nAuthMechs PLAIN LOGIN\n"
#define PATTERNS_RC \
	PLAIN_RC "\nMaildirStore l\nPath ~/m/\nSubFolders Verbatim\n\n" \
		 "Channel c\nFar :s:\nNear :l:\nPatterns * !junk\n"

/* What servers can do after the login. */
#define DOVECOT \
	"IMAP4rev1 SASL-IR LITERAL+ ID ENABLE IDLE NAMESPACE CONDSTORE LIST-EXTENDED LIST-STATUS " \
	"NOTIFY"
#define BARE "IMAP4rev1"

struct stage {
	struct mbsyncrc *rc;
	struct watch watch;
	struct report report;
	struct secret secret;
	struct session_settings settings;
	struct session *session;
	struct reader reader;
	clock_ms now;
	char *told, *shown;
};

extern struct stage stage;

/* A session of the store s of rc; the settings may be changed before stage_begin(). */
void stage_open(const char *rc);
void stage_begin(void);
int stage_close(void **state);

/* A test as it is, and with each byte of the server's coming by itself. */
int stage_cut(void **state);
int stage_end(void **state);
#define STAGE_TEST(name) \
	cmocka_unit_test_teardown(name, stage_end), \
	{ \
#name ", cut at every byte", name, stage_cut, stage_end, NULL \
	}

/* The server says this. */
void says(const char *text);
void says_bytes(const char *text, size_t length);

/* The session has sent this since it was asked last, and nothing else; "": nothing. */
void sends(const char *text);

/* It prints this. */
void prints(const char *text);

/* So much time passes, in milliseconds: the session wakes whenever it wants to. */
void passes(clock_ms span);

/* The same, all at once: it was asleep. */
void sleeps(clock_ms span);

/* It has ended with this status, and these words among others. */
void ends(int status, const char *words);

/* From the login on, with these capabilities, to an IDLE or a wait; mailboxes are
 * INBOX and, behind it, others of a space-separated list; the ready line is printed. */
void reach(const char *capabilities, const char *mailboxes);

/* Answers what was sent last with OK, or with BAD. */
void ok(void);
void refuse(void);

/* The session of PLAIN_RC, from its greeting to reach()'s end. */
void open_plain(const char *capabilities, const char *mailboxes);

/* Behind that time IDLE ends; and a poll begins, whose first command is sent. */
void end_idle(clock_ms span);
void begin_poll(clock_ms span);

/* Answers all that is asked, where there are INBOX and a: nothing has changed. */
void answer(void);

/* Whether what was sent last, which sends() has not asked for yet, begins so behind its tag. */
bool sent(const char *command);

#endif
