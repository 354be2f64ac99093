/* The gate: what is synced for a report. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "mbsyncrc_parse.h"

#include "../../mswatch/gate.h"

#define DEFAULT 1000
#define RARE 3600000

static char comma[] = ",", rare[] = "rare", junk[] = "a,Junk", drafts[] = "-drafts";
static struct config_delay delays[] = { { .mailbox = rare, .delay = RARE } };
static char *ignored[] = { drafts, junk };

static struct config config_with(char *prefix, char *separator)
{
	return (struct config){ .prefix = prefix, .separator = separator, .unspeakable = comma,
		                .inter_delay = DEFAULT, .delays = delays, .delay_count = 1,
		                .ignored = ignored, .ignored_count = 2 };
}

/* What was passed, each as NAME/INTER_DELAY and a space. */
static char passed[200];

static void pass(void *context, const char *name, clock_ms inter_delay)
{
	size_t used = strlen(passed);

	assert_ptr_equal(context, passed);
	snprintf(passed + used, sizeof passed - used, "%s/%d ", name, (int)inter_delay);
}

/* Whether the mailbox was refused; what came of it must be this. */
static bool is_refused(const struct config *config, const char *mailbox, const char *wanted)
{
	const struct gate gate = { .config = config };
	struct gate_answer answer;

	passed[0] = '\0';
	answer = gate_ask(&gate, NULL, mailbox, pass, passed);
	assert_string_equal(passed, wanted);
	assert_int_equal(answer.why != NULL, answer.verdict == GATE_WIDENED);
	return answer.why != NULL;
}

static void what_sync_cannot_take_is_refused(void **state)
{
	const struct config bare = config_with(NULL, NULL);
	const struct config prefixed = config_with((char[]){ "chan" }, (char[]){ ":" });
	const struct config empty = config_with((char[]){ "" }, (char[]){ "" });

	(void)state;
	assert_false(is_refused(&bare, "INBOX", "INBOX/1000 "));
	assert_false(is_refused(&bare, "x-y", "x-y/1000 "));
	assert_false(is_refused(&bare, "", "/1000 "));
	assert_true(is_refused(&bare, "-rf", "/1000 "));
	assert_true(is_refused(&bare, "a,b", "/1000 "));
	assert_false(is_refused(&prefixed, "-rf", "-rf/1000 "));
	assert_true(is_refused(&empty, "-rf", "/1000 "));
	assert_false(is_refused(&empty, "rf", "rf/1000 "));
	assert_true(is_refused(&prefixed, "a,b", "/1000 "));
}

static void mailboxes_have_their_own_inter_delay(void **state)
{
	const struct config bare = config_with(NULL, NULL);

	(void)state;
	assert_false(is_refused(&bare, "rare", "rare/3600000 "));
}

/* What could not be given to the syncer, too: nobody is to be told of it. */
static void ignored_mailboxes_are_not_passed(void **state)
{
	const struct config bare = config_with(NULL, NULL);

	(void)state;
	assert_false(is_refused(&bare, "a,Junk", ""));
	assert_false(is_refused(&bare, "-drafts", ""));
}

/* --- with the setting channel --- */

static const char file[] =
	"IMAPStore server\nHost h\n\nIMAPStore other\nHost o\nSubscribedOnly yes\n\n"
	"MaildirStore local\nPath ~/M/\nInbox ~/M/INBOX\nSubFolders Verbatim\n\n"
	"MaildirStore flat\nPath ~/F/\nInbox ~/F/INBOX\nFlatten .\n\n"
	"Channel work\nFar :server:\nNear :local:\nPatterns * !Spam\n\n"
	"Channel sent\nFar \":server:[Gmail]/Sent Mail\"\nNear :local:sent\n\n"
	"Channel rest\nFar :server:\nNear :local:\nPatterns * ![Gmail]* !INBOX !sent\n\n"
	"Channel lists\nFar :server:lists/\nNear :flat:\nPatterns *\n\n"
	"Channel subscribed\nFar :other:\nNear :local:\nPatterns *\n\n"
	"Channel -dash\nFar :server:\nNear :local:\nPatterns *\n\n"
	"Group gmail sent rest\n\nGroup two work lists\n\nGroup dashes work -dash\n\n"
	"Group mixed work subscribed\n";

static struct mbsyncrc *rc;
static struct mbsyncsubject subject;
static char mbsync[] = "mbsync", last[] = "--", channel[20];
static char *sync_words[] = { mbsync, NULL, NULL };

static void refuse_file(void *context, enum mbsyncrc_problem problem, unsigned line,
                        const char *message)
{
	(void)context;
	(void)line;
	if (problem != MBSYNCRC_ADVICE)
		fail_msg("%s", message);
}

static int set_up(void **state)
{
	const struct mbsyncrc_place place = { .file = "f", .home = "/h", .version = MBSYNC_1_5 };

	(void)state;
	rc = mbsyncrc_parse(&place, file, strlen(file), refuse_file, NULL);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	mbsyncrc_free(rc);
	return 0;
}

/* Settings for a channel of the file, which subject becomes. */
static struct config config_for(const char *name)
{
	struct config config = config_with(NULL, NULL);

	snprintf(channel, sizeof channel, "%s", name);
	assert_true(mbsyncsubject_find(&subject, rc, name));
	config.channel = channel;
	config.sync = sync_words;
	return config;
}

/* What the store reports is passed on so, and that is said of it. */
static void becomes_for(const struct gate *gate, const char *store, const char *mailbox,
                        const char *wanted, enum gate_verdict verdict)
{
	struct gate_answer answer;

	passed[0] = '\0';
	answer = gate_ask(gate, mbsyncrc_store(rc, store), mailbox, pass, passed);
	assert_string_equal(passed, wanted);
	assert_int_equal(answer.verdict, verdict);
	assert_int_equal(answer.why != NULL, verdict == GATE_WIDENED || verdict == GATE_DROPPED);
}

static void becomes(const struct config *config, const char *store, const char *mailbox,
                    const char *wanted, enum gate_verdict verdict)
{
	const struct mbsyncrc_store *stores[] = { mbsyncrc_store(rc, store) };
	struct config alone = *config;
	struct gate gate;

	alone.store_count = 1;
	gate_open(&gate, &alone, &subject, stores, false);
	becomes_for(&gate, store, mailbox, wanted, verdict);
	gate_close(&gate);
}

static void names_become_arguments_for_mbsync(void **state)
{
	const struct config config = config_for("work");

	(void)state;
	becomes(&config, "server", "lists/dev", "work:lists/dev/1000 ", GATE_PASSED);
	becomes(&config, "local", "lists/dev", "work:lists/dev/1000 ", GATE_PASSED);
	becomes(&config, "local", "-rf", "work:-rf/1000 ", GATE_PASSED);
	becomes(&config, "local", "", "/1000 ", GATE_PASSED);
	becomes(&config, "server", "Entw&APw-rfe", "work:Entw\xc3\xbcrfe/1000 ", GATE_PASSED);
	becomes(&config, "local", "Spam", "", GATE_EXCLUDED);
	becomes(&config, "flat", "x", "", GATE_EXCLUDED);
}

static void a_group_s_mailbox_becomes_those_of_its_channels(void **state)
{
	struct config config = config_for("gmail");

	(void)state;
	becomes(&config, "server", "[Gmail]/Sent Mail", "sent/1000 ", GATE_PASSED);
	becomes(&config, "local", "sent", "sent/1000 ", GATE_PASSED);
	becomes(&config, "local", "lists/dev", "rest:lists/dev/1000 ", GATE_PASSED);
	becomes(&config, "server", "[Gmail]/All Mail", "", GATE_EXCLUDED);
	config = config_for("two");
	becomes(&config, "server", "lists/a", "work:lists/a/1000 lists:a/1000 ", GATE_PASSED);
}

static void what_mbsync_can_not_be_given_is_all(void **state)
{
	struct config config = config_for("work");

	(void)state;
	becomes(&config, "local", "a,b", "/1000 ", GATE_WIDENED);
	/* what other channels are sure of is named, too */
	config = config_for("mixed");
	becomes(&config, "other", "a", "/1000 ", GATE_WIDENED);
	becomes(&config, "local", "a", "work:a/1000 subscribed:a/1000 ", GATE_PASSED);
	config = config_for("two");
	becomes(&config, "server", "lists/a,b", "/1000 ", GATE_WIDENED);
}

static void what_mbsync_can_not_ever_sync_is_dropped(void **state)
{
	struct config config = config_for("lists");

	(void)state;
	becomes(&config, "server", "lists/a.b", "", GATE_DROPPED);
	config = config_for("two");
	becomes(&config, "server", "lists/a.b", "work:lists/a.b/1000 ", GATE_DROPPED);
}

/* Not before: the mailbox's name, and not the channel's, is what may not hold them. */
static void unspeakable_is_judged_after_mapping(void **state)
{
	struct config config = config_for("work");

	(void)state;
	config.unspeakable = (char[]){ ":o-" };
	becomes(&config, "local", "a", "work:a/1000 ", GATE_PASSED);
	becomes(&config, "local", "o", "/1000 ", GATE_WIDENED);
	config = config_for("gmail");
	config.unspeakable = (char[]){ "[s" };
	becomes(&config, "server", "[Gmail]/Sent Mail", "sent/1000 ", GATE_PASSED);
}

static void a_channel_is_no_option(void **state)
{
	const struct config config = config_for("dashes");

	(void)state;
	becomes(&config, "local", "a", "work:a/1000 /1000 ", GATE_WIDENED);
	sync_words[1] = last;
	becomes(&config, "local", "a", "work:a/1000 -dash:a/1000 ", GATE_PASSED);
	sync_words[1] = NULL;
}

static void ignore_takes_names_of_the_store_and_of_mbsync(void **state)
{
	static char reported[] = "[Gmail]/Sent Mail", own[] = "sent", flat[] = "x";
	struct config config = config_for("gmail");

	(void)state;
	config.ignored = (char *[]){ reported };
	config.ignored_count = 1;
	becomes(&config, "server", reported, "", GATE_IGNORED);
	becomes(&config, "local", own, "sent/1000 ", GATE_PASSED);
	config.ignored = (char *[]){ own };
	becomes(&config, "server", reported, "", GATE_IGNORED);
	becomes(&config, "local", own, "", GATE_IGNORED);
	/* the channel that has it by another name has it */
	config = config_for("two");
	config.ignored = (char *[]){ flat };
	config.ignored_count = 1;
	becomes(&config, "server", "lists/x", "work:lists/x/1000 ", GATE_PASSED);
}

/* Whichever side reports it, as a mailbox has one delay. */
static void inter_delay_takes_names_of_the_stores_and_of_mbsync(void **state)
{
	static char reported[] = "[Gmail]/Sent Mail", own[] = "sent";
	struct config_delay delay = { .mailbox = reported, .delay = RARE };
	struct config config = config_for("gmail");
	const struct mbsyncrc_store *stores[] = { mbsyncrc_store(rc, "local"),
		                                  mbsyncrc_store(rc, "server") };
	struct gate gate;

	(void)state;
	config.store_count = 2;
	config.delays = &delay;
	gate_open(&gate, &config, &subject, stores, false);
	becomes_for(&gate, "server", reported, "sent/3600000 ", GATE_PASSED);
	becomes_for(&gate, "local", own, "sent/3600000 ", GATE_PASSED);
	becomes_for(&gate, "local", "a", "rest:a/1000 ", GATE_PASSED);
	gate_close(&gate);
	delay.mailbox = own;
	becomes(&config, "server", reported, "sent/3600000 ", GATE_PASSED);
	becomes(&config, "local", own, "sent/3600000 ", GATE_PASSED);
}

/* Both sides' names have one, and they are one mailbox. */
static void of_two_delays_the_shorter_counts(void **state)
{
	static char reported[] = "[Gmail]/Sent Mail";
	const clock_ms spans[][2] = { { RARE, 5 }, { 5, RARE } };
	struct config config = config_for("gmail");
	const struct mbsyncrc_store *stores[] = { mbsyncrc_store(rc, "server") };

	(void)state;
	config.store_count = 1;
	for (size_t i = 0; i < 2; i++) {
		struct config_delay delay[] = {
			{ .mailbox = reported, .delay = spans[i][0] },
			{ .mailbox = reported, .delay = spans[i][1] },
		};
		struct gate gate;

		config.delays = delay;
		config.delay_count = 2;
		gate_open(&gate, &config, &subject, stores, false);
		assert_int_equal(gate_delay(&gate, "sent"), 5);
		gate_close(&gate);
	}
}

/* Of either name the first that matches; a name goes before them, whatever reports it. */
static void wildcards_take_names_of_the_store_and_of_mbsync(void **state)
{
	static char gmail[] = "[Gmail]/*", sent[] = "s?nt", own[] = "sent";
	struct config_delay wild[] = { { .mailbox = gmail, .delay = RARE },
		                       { .mailbox = sent, .delay = 5 } };
	struct config_delay named = { .mailbox = own, .delay = 7 };
	struct config config = config_for("gmail");
	const struct gate gate = { .config = &config, .subject = &subject };

	(void)state;
	config.wild_delays = wild;
	config.wild_delay_count = 2;
	becomes(&config, "server", "[Gmail]/Sent Mail", "sent/3600000 ", GATE_PASSED);
	becomes(&config, "local", "sent", "sent/5 ", GATE_PASSED);
	assert_int_equal(gate_delay(&gate, "sent"), 5);
	assert_int_equal(gate_delay(&gate, "rest:sent"), 5);
	assert_int_equal(gate_delay(&gate, "rest:a"), DEFAULT);
	assert_int_equal(gate_delay(&gate, ""), DEFAULT);
	config.delays = &named;
	becomes(&config, "server", "[Gmail]/Sent Mail", "sent/7 ", GATE_PASSED);
	config.wild_ignored = (char *[]){ gmail };
	config.wild_ignored_count = 1;
	becomes(&config, "server", "[Gmail]/Sent Mail", "", GATE_IGNORED);
	becomes(&config, "local", "sent", "sent/7 ", GATE_PASSED);
	becomes(&config, "local", "", "/1000 ", GATE_PASSED);
	config.wild_ignored = (char *[]){ sent };
	becomes(&config, "server", "[Gmail]/Sent Mail", "", GATE_IGNORED);
}

static void names_that_versions_call_differently_are_all_where_it_is_unknown(void **state)
{
	const struct config config = config_for("work");
	const struct mbsyncrc_store *stores[] = { mbsyncrc_store(rc, "local") };
	struct gate gate;

	(void)state;
	gate_open(&gate, &config, &subject, stores, true);
	becomes_for(&gate, "local", "R&D", "/1000 ", GATE_WIDENED);
	becomes_for(&gate, "server", "R&-D", "/1000 ", GATE_WIDENED);
	becomes_for(&gate, "local", "Entw\xc3\xbcrfe", "/1000 ", GATE_WIDENED);
	becomes_for(&gate, "server", "lists/dev", "work:lists/dev/1000 ", GATE_PASSED);
	becomes_for(&gate, "server", "Spam", "", GATE_EXCLUDED);
	gate_close(&gate);
}

static void inboxes_are(const struct config *config, const char *wanted)
{
	const struct gate gate = { .config = config,
		                   .subject = config->channel != NULL ? &subject : NULL };

	passed[0] = '\0';
	gate_ask_inboxes(&gate, pass, passed);
	assert_string_equal(passed, wanted);
}

static void inboxes_go_first(void **state)
{
	static char inbox[] = "INBOX";
	struct config config = config_with(NULL, NULL);

	(void)state;
	inboxes_are(&config, "INBOX/1000 ");
	config = config_for("work");
	inboxes_are(&config, "work:INBOX/1000 ");
	config = config_for("mixed");
	inboxes_are(&config, "work:INBOX/1000 subscribed:INBOX/1000 ");
	config.ignored = (char *[]){ inbox };
	config.ignored_count = 1;
	inboxes_are(&config, "");
	config = config_for("gmail");
	inboxes_are(&config, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_sync_cannot_take_is_refused),
		cmocka_unit_test(mailboxes_have_their_own_inter_delay),
		cmocka_unit_test(ignored_mailboxes_are_not_passed),
		cmocka_unit_test(names_become_arguments_for_mbsync),
		cmocka_unit_test(a_group_s_mailbox_becomes_those_of_its_channels),
		cmocka_unit_test(what_mbsync_can_not_be_given_is_all),
		cmocka_unit_test(what_mbsync_can_not_ever_sync_is_dropped),
		cmocka_unit_test(unspeakable_is_judged_after_mapping),
		cmocka_unit_test(a_channel_is_no_option),
		cmocka_unit_test(ignore_takes_names_of_the_store_and_of_mbsync),
		cmocka_unit_test(inter_delay_takes_names_of_the_stores_and_of_mbsync),
		cmocka_unit_test(of_two_delays_the_shorter_counts),
		cmocka_unit_test(wildcards_take_names_of_the_store_and_of_mbsync),
		cmocka_unit_test(names_that_versions_call_differently_are_all_where_it_is_unknown),
		cmocka_unit_test(inboxes_go_first),
	};

	return cmocka_run_group_tests_name("gate", tests, set_up, tear_down);
}
