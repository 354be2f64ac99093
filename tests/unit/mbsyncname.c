/* What mailboxes are called for mbsync, each rule that tests/mbsyncrc_oracle.sh tries by chance. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "mbsyncname.h"
#include "mbsyncrc_parse.h"
#include "memory.h"

/* Two stores, with more lines for each, and a channel. */
static struct mbsyncrc *rc;

static void set_up(enum mbsync_version version, const char *far, const char *near,
                   const char *channel)
{
	const struct mbsyncrc_place place = { .file = "rc", .home = "/h", .version = version };
	char *text = memory_format("%s\n\n%s\n\nChannel c\n%s\n", far, near, channel);

	mbsyncrc_free(rc);
	rc = mbsyncrc_parse(&place, text, strlen(text), NULL, NULL);
	if (rc->refused)
		fail_msg("%s", text);
	free(text);
}

static int tear_down(void **state)
{
	(void)state;
	mbsyncrc_free(rc);
	rc = NULL;
	return 0;
}

/* `name a b`, `excluded`, ... */
static void becomes_with(const struct mbsyncrc_words *boxes, enum mbsyncrc_side side,
                         const char *reported, const char *wanted)
{
	static const char *const kinds[] = { "excluded", "impossible", "channel",
		                             "name",     "other",      "all" };
	struct mbsyncname found =
		mbsyncname_find(mbsyncrc_channel(rc, "c"), boxes, side, rc->version, reported);
	char *text = memory_copy(kinds[found.kind]), *more;

	assert_int_equal(found.why != NULL, found.kind == MBSYNCNAME_IMPOSSIBLE ||
	                                            found.kind == MBSYNCNAME_OTHER ||
	                                            found.kind == MBSYNCNAME_ALL);
	for (size_t i = 0; i < found.count; i++) {
		more = memory_format("%s %s", text, found.name[i]);
		free(text);
		text = more;
	}
	if (strcmp(text, wanted) != 0)
		fail_msg("%s is %s, not %s", reported, text, wanted);
	free(text);
	mbsyncname_free(&found);
}

static void far_is(const char *reported, const char *wanted)
{
	becomes_with(NULL, MBSYNCRC_FAR, reported, wanted);
}

static void near_is(const char *reported, const char *wanted)
{
	becomes_with(NULL, MBSYNCRC_NEAR, reported, wanted);
}

#define IMAP "IMAPStore f\nHost h\n"
#define VERBATIM "MaildirStore n\nPath ~/M/\nSubFolders Verbatim\n"
#define SIDES "Far :f:\nNear :n:\n"

static void patterns_exclude(void **state)
{
	(void)state;
	set_up(MBSYNC_1_5, IMAP, VERBATIM, SIDES "Patterns * !Spam !Archive*\n");
	far_is("lists/dev", "name lists/dev");
	near_is("lists/dev", "name lists/dev");
	far_is("Spam", "excluded");
	near_is("Spam", "excluded");
	far_is("Archive/2020", "excluded");
	far_is("spam", "name spam");
	far_is(" -x: y", "name  -x: y");
	/* no quoting: all of it */
	far_is("a,b", "all");
	near_is("a\nb", "all");
}

static void boxes_go_in_front(void **state)
{
	(void)state;
	set_up(MBSYNC_1_5, IMAP, VERBATIM "Inbox ~/M/INBOX\n",
	       "Far :f:pre/\nNear :n:old-\nPatterns *\n");
	far_is("pre/a", "name a");
	far_is("a", "excluded");
	near_is("old-a/b", "name a/b");
	near_is("a", "excluded");
	far_is("pre/INBOX", "name INBOX");
	far_is("INBOX", "excluded");
	far_is("pre/", "all");
}

static void encodings(void **state)
{
	(void)state;
	set_up(MBSYNC_1_4, IMAP, VERBATIM, SIDES "Patterns * !R&-D\n");
	far_is("Entw&APw-rfe", "name Entw&APw-rfe");
	far_is("Entwürfe", "name Entw&APw-rfe");
	far_is("no&valid", "name no&-valid");
	far_is("R&-D", "excluded");
	far_is("R&D", "excluded");
	far_is("&,3E-", "all"); /* it holds a comma */
	far_is("a\xff", "all");
	near_is("Entwürfe", "name Entwürfe");
	near_is("a\xff", "name a\xff");
	set_up(MBSYNC_1_5, IMAP, VERBATIM, SIDES "Patterns * !R&D\n");
	far_is("Entw&APw-rfe", "name Entwürfe");
	far_is("Entwürfe", "name Entwürfe");
	far_is("no&valid", "name no&valid");
	far_is("R&-D", "excluded");
	far_is("R&D", "excluded");
	far_is("&,3E-", "name ｱ");
	far_is("a\xff", "all");
	near_is("Entw&APw-rfe", "name Entw&APw-rfe");
	near_is("R&-D", "name R&-D");
}

static void a_channel_without_patterns_holds_one(void **state)
{
	(void)state;
	set_up(MBSYNC_1_5, IMAP, VERBATIM, "Far \":f:[Gmail]/Sent Mail\"\nNear :n:sent\n");
	far_is("[Gmail]/Sent Mail", "channel");
	far_is("sent", "excluded");
	near_is("sent", "channel");
	near_is("INBOX", "excluded");
	set_up(MBSYNC_1_5, IMAP "Flatten .\n", VERBATIM "MapInbox x\n", "Far :f:a/b\nNear :n:x\n");
	far_is("a.b", "channel");
	near_is("INBOX", "channel");
	near_is("x", "excluded");
	set_up(MBSYNC_1_4, IMAP, VERBATIM, SIDES);
	far_is("INBOX", "channel");
	near_is("INBOX", "channel");
	near_is("INBOX/x", "excluded");
}

static void flatten(void **state)
{
	(void)state;
	set_up(MBSYNC_1_5, IMAP, "MaildirStore n\nPath ~/M/\nFlatten .\n", SIDES "Patterns *\n");
	near_is("a.b.c", "name a/b/c");
	far_is("a/b/c", "name a/b/c");
	far_is("a.b", "impossible");
	near_is("INBOX.x", "name INBOX/x");
	near_is("a/b", "all");
	set_up(MBSYNC_1_5, IMAP, "MaildirStore n\nPath ~/M/\nFlatten --\n", SIDES "Patterns a/*\n");
	near_is("a---b", "name a/-b");
	near_is("b--a", "excluded");
}

static void map_inbox(void **state)
{
	(void)state;
	set_up(MBSYNC_1_5, IMAP "MapInbox M\n", VERBATIM, SIDES "Patterns *\n");
	far_is("INBOX", "name INBOX M");
	far_is("M", "excluded");
	near_is("M", "name M");
	near_is("INBOX", "name INBOX");
	set_up(MBSYNC_1_5, IMAP "MapInbox M\n", VERBATIM, SIDES "Patterns * !INBOX\n");
	far_is("INBOX", "name M");
	set_up(MBSYNC_1_5, IMAP "MapInbox M\n", VERBATIM, SIDES "Patterns * !M\n");
	far_is("INBOX", "name INBOX");
	set_up(MBSYNC_1_5, IMAP "MapInbox INBOX\n", VERBATIM, SIDES "Patterns *\n");
	far_is("INBOX", "name INBOX");
}

/* --- when INBOX belongs to the channel --- */

/* Two Maildirs, which list nothing unasked. */
static void inbox_is(const char *near, const char *far, const char *channel, const char *inbox,
                     const char *below)
{
	for (int version = MBSYNC_1_4; version <= MBSYNC_1_5; version++) {
		set_up((enum mbsync_version)version, far, near, channel);
		near_is("INBOX", inbox);
		near_is("INBOX/x", below);
	}
}

static void inbox(void **state)
{
	static const char far[] = "MaildirStore f\nPath ~/F/\nSubFolders Legacy\n";

	(void)state;
	inbox_is(VERBATIM, far, SIDES "Patterns *\n", "excluded", "excluded");
	inbox_is(VERBATIM, far, SIDES "Patterns * INBOX\n", "name INBOX", "name INBOX/x");
	inbox_is(VERBATIM, far, SIDES "Patterns INBOX/*\n", "excluded", "name INBOX/x");
	inbox_is(VERBATIM, far, SIDES "Patterns INBOX*\n", "name INBOX", "name INBOX/x");
	inbox_is(VERBATIM, far, SIDES "Patterns INBOX%\n", "name INBOX", "excluded");
	inbox_is(VERBATIM, far, SIDES "Patterns IN*\n", "excluded", "excluded");
	inbox_is(VERBATIM, far, SIDES "Patterns * !INBOX\n", "excluded", "excluded");
	inbox_is(VERBATIM "Inbox ~/M/INBOX\n", far, SIDES "Patterns *\n", "name INBOX",
	         "name INBOX/x");
	inbox_is(VERBATIM "Inbox ~/M/a/b\n", far, SIDES "Patterns *\n", "name INBOX",
	         "name INBOX/x");
	inbox_is(VERBATIM "Inbox ~/M/INBOX/\n", far, SIDES "Patterns *\n", "excluded", "excluded");
	inbox_is("MaildirStore n\nSubFolders Maildir++\n", far, SIDES "Patterns *\n", "name INBOX",
	         "name INBOX/x");
	/* the box counts */
	inbox_is(VERBATIM, far, "Far :f:\nNear :n:INBOX/\nPatterns *\n", "excluded", "name x");
	/* the other side has an INBOX for certain, and perhaps what is below */
	inbox_is(VERBATIM, "IMAPStore f\nHost h\n", SIDES "Patterns *\n", "name INBOX",
	         "other INBOX/x");
	inbox_is(VERBATIM, "IMAPStore f\nHost h\nPath INBOX.\n", SIDES "Patterns *\n", "name INBOX",
	         "other INBOX/x");
	inbox_is(VERBATIM, "IMAPStore f\nHost h\nPath x/\n", SIDES "Patterns *\n", "excluded",
	         "excluded");
	inbox_is(VERBATIM, "MaildirStore f\nSubFolders Maildir++\n", SIDES "Patterns *\n",
	         "name INBOX", "other INBOX/x");
	inbox_is(VERBATIM, "MaildirStore f\nPath ~/F/\nSubFolders Verbatim\nInbox ~/F/in\n",
	         SIDES "Patterns *\n", "other INBOX", "other INBOX/x");
}

static void only_the_other_side_knows(void **state)
{
	(void)state;
	set_up(MBSYNC_1_5, IMAP "SubscribedOnly yes\n", VERBATIM, SIDES "Patterns *\n");
	far_is("a", "other a");
	near_is("a", "name a");
	near_is("INBOX", "other INBOX");
	/* 1.4 does not find what begins with a Path */
	set_up(MBSYNC_1_4, IMAP, "MaildirStore n\nPath ~/m-\n", SIDES "Patterns *\n");
	near_is("a", "other a");
	far_is("a", "name a");
	set_up(MBSYNC_1_5, IMAP, "MaildirStore n\nPath ~/m-\n", SIDES "Patterns *\n");
	near_is("a", "name a");
}

/* --- what fails each time --- */

static void what_the_other_side_can_not_hold(void **state)
{
	(void)state;
	set_up(MBSYNC_1_5, IMAP, "MaildirStore n\nSubFolders Maildir++\n", SIDES "Patterns *\n");
	far_is("a.b", "impossible");
	far_is("a/b", "name a/b");
	set_up(MBSYNC_1_5, IMAP, "MaildirStore n\nSubFolders Maildir++\nFlatten .\n",
	       SIDES "Patterns *\n");
	far_is("a/b", "impossible");
	set_up(MBSYNC_1_5, IMAP, "MaildirStore n\nPath ~/M/\n", SIDES "Patterns *\n");
	far_is("a/b", "impossible");
	far_is("a", "name a");
	near_is("inbox", "impossible");
	set_up(MBSYNC_1_5, IMAP "PathDelimiter .\n", VERBATIM, SIDES "Patterns *\n");
	near_is("a.b", "impossible");
	near_is("a/b", "name a/b");
	set_up(MBSYNC_1_5, IMAP "Path x.\n", "MaildirStore n\n", SIDES "Patterns * INBOX*\n");
	far_is("a", "impossible");
	far_is("INBOX", "name INBOX");
}

static void named_boxes_stand_for_the_patterns(void **state)
{
	char spam[] = "Spam", empty[] = "", a[] = "a", *words[] = { spam, empty, a };
	const struct mbsyncrc_words boxes = { .word = words, .count = 3 };

	(void)state;
	set_up(MBSYNC_1_5, IMAP, VERBATIM, SIDES "Patterns x !Spam\n");
	becomes_with(&boxes, MBSYNCRC_FAR, "Spam", "name Spam");
	becomes_with(&boxes, MBSYNCRC_FAR, "x", "excluded");
	becomes_with(&boxes, MBSYNCRC_NEAR, "INBOX", "name INBOX");
	set_up(MBSYNC_1_5, IMAP, VERBATIM, "Far :f:a\nNear :n:b\n");
	becomes_with(&boxes, MBSYNCRC_FAR, "a", "impossible");
}

/* --- a server's names --- */

static void own_is(const char *lines, const char *space, char delimiter, const char *name,
                   const char *own)
{
	char *text = memory_format("IMAPStore f\nHost h\n%s\n", lines), *found;

	set_up(MBSYNC_1_5, text, VERBATIM, SIDES);
	found = mbsyncname_of_server(mbsyncrc_store(rc, "f"), space, delimiter, name);
	if (found == NULL || own == NULL) {
		if (found != own)
			fail_msg("%s is %s, not %s", name, found != NULL ? found : "none",
			         own != NULL ? own : "none");
	} else {
		assert_string_equal(found, own);
	}
	free(found);
	free(text);
}

static void servers_names(void **state)
{
	(void)state;
	own_is("", "", '/', "a/b", "a/b");
	own_is("", "", '.', "a.b", "a/b");
	own_is("", "", '.', "a/b", NULL);
	own_is("PathDelimiter .", "", '/', "a/b", NULL);
	own_is("", "", '/', "inbox", "INBOX");
	own_is("", "", '.', "Inbox.x", "INBOX/x");
	own_is("", "", '.', "inboxes", "inboxes");
	own_is("", "INBOX.", '.', "INBOX.a.b", "a/b");
	own_is("", "INBOX.", '.', "Inbox", "INBOX");
	own_is("", "INBOX.", '.', "INBOX.INBOX.x", NULL);
	own_is("", "INBOX.", '.', "other.x", NULL);
	own_is("UseNamespace no", "INBOX.", '.', "INBOX.a", "INBOX/a");
	own_is("Path \"\"", "INBOX.", '.', "INBOX.a", "INBOX/a");
	own_is("Path lists/", "x/", '/', "lists/dev", "dev");
	own_is("Path lists/", "", '/', "list", NULL);
	own_is("Path lists/", "", '/', "INBOX", "INBOX");
	own_is("Path li", "", '/', "lists/dev", "sts/dev");
	own_is("Path lists", "", '/', "lists/dev", NULL);
	own_is("Path inbox.", "", '.', "INBOX.a", "a");
	own_is("", "", '/', "a.lock", NULL);
	own_is("", "", '/', ".lock", ".lock");
	own_is("", "", '/', "a//b", NULL);
	own_is("", "", '/', "a/", NULL);
	own_is("", "", '/', "R&-D", "R&-D");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(patterns_exclude),
		cmocka_unit_test(boxes_go_in_front),
		cmocka_unit_test(encodings),
		cmocka_unit_test(a_channel_without_patterns_holds_one),
		cmocka_unit_test(flatten),
		cmocka_unit_test(map_inbox),
		cmocka_unit_test(inbox),
		cmocka_unit_test(only_the_other_side_knows),
		cmocka_unit_test(what_the_other_side_can_not_hold),
		cmocka_unit_test(named_boxes_stand_for_the_patterns),
		cmocka_unit_test(servers_names),
	};

	return cmocka_run_group_tests(tests, NULL, tear_down);
}
