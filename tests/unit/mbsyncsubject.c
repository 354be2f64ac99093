/* A group or a channel, and the arguments for what its stores report. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "mbsyncrc_parse.h"
#include "mbsyncsubject.h"
#include "memory.h"

/* Most Gmail users' files look so. */
static const char gmail[] =
	"IMAPStore gmail\nHost h\n\nMaildirStore mail\nPath ~/M/\nInbox ~/M/INBOX\nSubFolders "
        "Verbatim\n\n"
	"Channel gmail-inbox\nFar :gmail:\nNear :mail:\n\n"
	"Channel gmail-sent\nFar \":gmail:[Gmail]/Sent Mail\"\nNear :mail:sent\n\n"
	"Channel gmail-rest\nFar :gmail:\nNear :mail:\nPatterns * ![Gmail]* !INBOX !sent\n\n"
	"Group gmail\nChannel gmail-inbox gmail-sent\nChannel gmail-rest\n\n"
	"Group some gmail-rest:a,b,Spam gmail-sent\n\nGroup gmail-sent gmail-sent\n\nGroup lost "
        "gmail-sent nothing\n\n"
	"IMAPStore work\nHost w\n\nChannel work\nFar :work:\nNear :mail:w/\nPatterns *\n\n"
	"Group all gmail-rest work\n";

static struct mbsyncrc *rc;
static struct mbsyncsubject subject;

static void read_text(enum mbsync_version version, const char *text, const char *name)
{
	const struct mbsyncrc_place place = { .file = "rc", .home = "/h", .version = version };

	mbsyncrc_free(rc);
	rc = mbsyncrc_parse(&place, text, strlen(text), NULL, NULL);
	assert_false(rc->refused);
	assert_true(mbsyncsubject_find(&subject, rc, name));
	assert_string_equal(subject.name, name);
}

static int tear_down(void **state)
{
	(void)state;
	mbsyncrc_free(rc);
	return 0;
}

/* The arguments in one line, * for all; frees them. */
static void are(struct mbsyncarguments *arguments, const char *wanted)
{
	char *text = memory_copy(arguments->all ? "*" : ""), *more;

	for (size_t i = 0; i < arguments->count; i++) {
		more = memory_format("%s<%s=%s>", text, arguments->list[i].text,
		                     arguments->list[i].name);
		free(text);
		text = more;
	}
	assert_string_equal(text, wanted);
	free(text);
	mbsyncarguments_free(arguments);
}

static void becomes(const char *store, const char *reported, const char *wanted)
{
	struct mbsyncarguments arguments = { .all = false };

	mbsyncarguments_add(&arguments, &subject, mbsyncrc_store(rc, store), reported);
	are(&arguments, wanted);
}

static void a_group_of_single_channels(void **state)
{
	(void)state;
	read_text(MBSYNC_1_5, gmail, "gmail");
	becomes("gmail", "INBOX", "<gmail-inbox=INBOX>");
	becomes("mail", "INBOX", "<gmail-inbox=INBOX>");
	becomes("mail", "lists/dev", "<gmail-rest:lists/dev=lists/dev>");
	becomes("gmail", "[Gmail]/All Mail", "");
	becomes("mail", "x,y", "*");
	/* a group has the channel's name */
	becomes("gmail", "[Gmail]/Sent Mail", "*");
	read_text(MBSYNC_1_5, gmail, "gmail-inbox");
	becomes("mail", "INBOX", "<gmail-inbox=INBOX>");
	becomes("mail", "sent", "");
	becomes("work", "INBOX", "");
}

static void members_with_boxes(void **state)
{
	(void)state;
	read_text(MBSYNC_1_5, gmail, "some");
	becomes("gmail", "a", "<gmail-rest:a=a>");
	becomes("gmail", "Spam", "<gmail-rest:Spam=Spam>");
	becomes("gmail", "c", "");
	becomes("gmail", "INBOX", "");
}

static void each_argument_once_for_all_channels(void **state)
{
	struct mbsyncarguments arguments = { .all = false };

	(void)state;
	read_text(MBSYNC_1_5, gmail, "all");
	becomes("mail", "w/a", "<gmail-rest:w/a=w/a><work:a=a>");
	becomes("work", "a", "<work:a=a>");
	mbsyncarguments_add(&arguments, &subject, mbsyncrc_store(rc, "work"), "a");
	mbsyncarguments_add(&arguments, &subject, mbsyncrc_store(rc, "mail"), "w/a");
	are(&arguments, "<work:a=a><gmail-rest:w/a=w/a>");
	/* both sides of a channel may be one store */
	read_text(MBSYNC_1_5,
	          "MaildirStore m\nPath ~/M/\n\nChannel c\nFar :m:a\nNear :m:b\nPatterns *\n", "c");
	becomes("m", "ax", "<c:x=x>");
	becomes("m", "bx", "<c:x=x>");
}

static void inboxes(void **state)
{
	struct mbsyncarguments arguments = { .all = false };

	(void)state;
	read_text(MBSYNC_1_5, gmail, "gmail");
	mbsyncarguments_add_inboxes(&arguments, &subject);
	are(&arguments, "<gmail-inbox=INBOX>");
	read_text(MBSYNC_1_5, gmail, "gmail-rest");
	mbsyncarguments_add_inboxes(&arguments, &subject);
	are(&arguments, "");
	read_text(MBSYNC_1_5, gmail, "all");
	mbsyncarguments_add_inboxes(&arguments, &subject);
	are(&arguments, "<work:INBOX=INBOX>");
}

static void why_it_is_all(void **state)
{
	struct mbsyncarguments arguments = { .all = false };

	(void)state;
	read_text(MBSYNC_1_5, gmail, "gmail");
	mbsyncarguments_add(&arguments, &subject, mbsyncrc_store(rc, "mail"), "x,y");
	assert_non_null(arguments.why);
	mbsyncarguments_free(&arguments);
	/* impossible: left out, and said */
	read_text(MBSYNC_1_5,
	          "IMAPStore f\nHost h\n\nMaildirStore n\nSubFolders Maildir++\n\n"
	          "Channel c\nFar :f:\nNear :n:\nPatterns *\n",
	          "c");
	mbsyncarguments_add(&arguments, &subject, mbsyncrc_store(rc, "f"), "a.b");
	assert_non_null(arguments.why);
	are(&arguments, "");
}

static void which_stores(void **state)
{
	bool several;

	(void)state;
	read_text(MBSYNC_1_5, gmail, "gmail");
	assert_ptr_equal(mbsyncsubject_store(&subject, MBSYNCRC_FAR, &several),
	                 mbsyncrc_store(rc, "gmail"));
	assert_false(several);
	read_text(MBSYNC_1_5, gmail, "all");
	assert_null(mbsyncsubject_store(&subject, MBSYNCRC_FAR, &several));
	assert_true(several);
	assert_ptr_equal(mbsyncsubject_store(&subject, MBSYNCRC_NEAR, &several),
	                 mbsyncrc_store(rc, "mail"));
	assert_false(several);
	assert_true(mbsyncsubject_has(&subject, MBSYNCRC_FAR, mbsyncrc_store(rc, "work")));
	assert_false(mbsyncsubject_has(&subject, MBSYNCRC_NEAR, mbsyncrc_store(rc, "work")));
	read_text(MBSYNC_1_5, gmail, "lost");
	assert_int_equal(mbsyncsubject_count(&subject), 2);
	assert_ptr_equal(mbsyncsubject_store(&subject, MBSYNCRC_FAR, &several),
	                 mbsyncrc_store(rc, "gmail"));
	assert_false(mbsyncsubject_find(&subject, rc, "nobody"));
}

/* --- what is told of a subject --- */

static void count_line(void *context, enum mbsyncrc_problem problem, unsigned line,
                       const char *message)
{
	char **all = context, *more;

	assert_int_equal(problem, MBSYNCRC_ADVICE);
	assert_int_equal(strncmp(message, "rc:", 3), 0);
	more = memory_format("%s %u", *all, line);
	free(*all);
	*all = more;
}

static void tells(enum mbsync_version version, const char *text, const char *name,
                  const char *lines)
{
	char *told = memory_copy("");

	read_text(version, text, name);
	mbsyncsubject_check(&subject, "rc", count_line, &told);
	assert_string_equal(told, lines);
	free(told);
}

static void what_can_not_work_is_told(void **state)
{
	static const char text[] =
		"IMAPStore f\nHost h\n\nMaildirStore n\nPath ~/M/\n\nMaildirStore o\n\n"
		"Channel fine\nFar :f:\nNear :n:\nPatterns *\n\n"
		"Channel pathless\nFar :f:\nNear :o:\nPatterns *\n\n"
		"Channel enough\nFar :f:\nNear :o:\nPatterns INBOX\n\n"
		"Channel percent\nFar :f:\nNear :n:\nPatterns * !%/x\n\n"
		"Channel prefix\nFar :f:p/\nNear :n:\nPatterns *\n\n"
		"Channel single\nFar :f:\nNear :n:\n\n"
		"IMAPStore s\nHost h\nSubscribedOnly yes\n\n"
		"Channel subscribed\nFar :s:\nNear :n:\nPatterns *\n\n"
		"Group single fine single\n\n"
		"Group g fine percent pathless\n";

	(void)state;
	tells(MBSYNC_1_5, text, "fine", "");
	tells(MBSYNC_1_5, text, "pathless", " 7");
	tells(MBSYNC_1_5, text, "enough", "");
	tells(MBSYNC_1_5, text, "percent", " 27");
	tells(MBSYNC_1_5, text, "prefix", " 29");
	tells(MBSYNC_1_4, text, "prefix", "");
	tells(MBSYNC_1_5, text, "single", " 34");
	tells(MBSYNC_1_5, text, "subscribed", " 38");
	tells(MBSYNC_1_5, text, "g", " 27 7");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_group_of_single_channels),
		cmocka_unit_test(members_with_boxes),
		cmocka_unit_test(each_argument_once_for_all_channels),
		cmocka_unit_test(inboxes),
		cmocka_unit_test(why_it_is_all),
		cmocka_unit_test(which_stores),
		cmocka_unit_test(what_can_not_work_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, tear_down);
}
