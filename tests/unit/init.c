/* The configuration that mswatch --init makes of mbsync's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "mbsyncrc_parse.h"
#include "memory.h"
#include "mswatch/config/config.h"
#include "mswatch/init_plan.h"
#include "mswatch/init_text.h"

#define SSH "ssh -S none -o BatchMode=yes -o ConnectTimeout=30 -o ServerAliveInterval=30 " \
	"-o ServerAliveCountMax=3 "

#define SERVER "IMAPStore server\nHost mail.example.org\nUser me\nPass x\n\n"
#define LOCAL "MaildirStore local\nPath ~/Mail/\nSubFolders Verbatim\n\n"
#define WORK "Channel work\nFar :server:\nNear :local:\nPatterns *\n\n"

static void expect_no_problem(void *context, enum mbsyncrc_problem problem, unsigned line,
                              const char *message)
{
	(void)context;
	(void)line;
	if (problem != MBSYNCRC_ADVICE)
		fail_msg("%s", message);
}

/* What is printed, or "refused: " and why; the caller frees. */
static char *outcome(const char *text, struct init_request request)
{
	const struct mbsyncrc_place place = { .file = "rc", .home = "/home/me",
		                              .version = MBSYNC_1_4 };
	struct mbsyncrc *rc = mbsyncrc_parse(&place, text, strlen(text), expect_no_problem, NULL);
	struct init_plan plan;
	char *result, *fault;

	request.file = "rc";
	fault = init_plan_make(&plan, rc, &request);
	result = fault != NULL ? memory_format("refused: %s", fault) : init_text(&plan);
	free(fault);
	init_plan_free(&plan);
	mbsyncrc_free(rc);
	return result;
}

static void fail_on(void *context, const char *message)
{
	fail_msg("%s\n%s", message, (const char *)context);
}

/* The words with blanks between. */
static char *join(char *const *words)
{
	char *all = memory_copy("");

	for (; *words != NULL; words++) {
		char *more = memory_format("%s%s%s", all, *all != '\0' ? " " : "", *words);

		free(all);
		all = more;
	}
	return all;
}

/* The settings that count: what is synced, and a line "NAME: WATCHER" for each store. */
static char *settings_of(char *text)
{
	struct config *config = config_parse("out", text, strlen(text), fail_on, text);
	char *all = join(config->sync), *more, *watch;

	for (size_t i = 0; i < config->store_count; i++) {
		watch = join(config->stores[i].watch);
		more = memory_format("%s\n%s: %s", all, config->stores[i].name, watch);
		free(watch);
		free(all);
		all = more;
	}
	config_free(config);
	return all;
}

static void assert_settings(const char *text, struct init_request request, const char *expected)
{
	char *result = outcome(text, request), *settings;

	if (strncmp(result, "refused: ", 9) == 0)
		fail_msg("%s", result);
	settings = settings_of(result);
	assert_string_equal(settings, expected);
	free(settings);
	free(result);
}

/* Whether the outcome holds the part. */
static void assert_part(const char *text, struct init_request request, const char *part, bool there)
{
	char *result = outcome(text, request);

	if ((strstr(result, part) != NULL) != there)
		fail_msg("%s: %s\n%s", there ? "missing" : "not to be there", part, result);
	free(result);
}
#define HAS(text, part, ...) \
	assert_part(text, (struct init_request){ .socketwatch = true, __VA_ARGS__ }, part, true)
#define LACKS(text, part, ...) \
	assert_part(text, (struct init_request){ .socketwatch = true, __VA_ARGS__ }, part, false)
#define SETS(text, expected, ...) \
	assert_settings(text, (struct init_request){ .socketwatch = true, __VA_ARGS__ }, \
	                "socketwatch -t 60 mbsync -q" expected)

static void test_server_over_ssh(void **state)
{
	(void)state;
	SETS(SERVER LOCAL WORK,
	     "\nlocal: watch_maildirs -S local -e"
	     "\nserver: " SSH "me@mail.example.org inputkill watch_maildirs -s /",
	     .name = "work", .host = "me@mail.example.org");
	HAS(SERVER LOCAL WORK, "\nchannel work\n", .name = "work", .host = "h");
	HAS(SERVER LOCAL WORK, "#   ssh -o BatchMode=yes me@h true\n", .name = "work",
	    .host = "me@h");
}

static void test_ssh_is_preferred_where_a_host_is_given(void **state)
{
	(void)state;
	LACKS(SERVER LOCAL WORK, "watch watch_imap", .name = "work", .host = "h",
	      .watch_imap = true);
}

static void test_server_over_imap(void **state)
{
	(void)state;
	SETS(SERVER LOCAL WORK,
	     "\nlocal: watch_maildirs -S local -e"
	     "\nserver: watch_imap server",
	     .name = "work", .watch_imap = true);
	LACKS(SERVER LOCAL WORK, "ssh -o", .name = "work", .watch_imap = true);
}

static void test_without_either_both_ways_are_named(void **state)
{
	(void)state;
	HAS(SERVER LOCAL WORK, "refused: store server: two ways to watch a server: over ssh",
	    .name = "work");
	HAS(SERVER LOCAL WORK,
	    "`mswatch --init work HOST`; or by watch_imap, which is not installed", .name = "work");
}

static void test_a_far_maildir_and_a_near_server(void **state)
{
	(void)state;
	SETS(SERVER LOCAL "Channel back\nFar :local:\nNear :server:\nPatterns *\n",
	     "\nserver: watch_imap server"
	     "\nlocal: watch_maildirs -S local -e",
	     .name = "back", .watch_imap = true);
}

static void test_local_to_local(void **state)
{
	static const char both[] = LOCAL "MaildirStore disk\nPath /disk/\n\n"
		"Channel copy\nFar :disk:\nNear :local:\nPatterns *\n";

	(void)state;
	SETS(both,
	     "\nlocal: watch_maildirs -S local -e"
	     "\ndisk: watch_maildirs -S disk -e",
	     .name = "copy");
	HAS(both, "refused: copy: all of its stores are Maildirs here: leave h out", .name = "copy",
	    .host = "h");
}

static void test_unknown_names(void **state)
{
	(void)state;
	HAS(SERVER LOCAL WORK "Group all work\n",
	    "refused: wrok: rc has no Channel or Group of that name; there are: Channel work; "
	    "Group all", .name = "wrok", .host = "h");
	HAS(SERVER LOCAL, "refused: work: rc has no Channel or Group of that name; there is none",
	    .name = "work", .host = "h");
	/* mbsync minds the case */
	HAS(SERVER LOCAL WORK, "refused: Work: ", .name = "Work", .host = "h");
	HAS(SERVER LOCAL WORK, "refused: : ", .name = "", .host = "h");
}

#define SECOND "IMAPStore second\nHost imap.example.net\nUser me\nPass x\n\n" \
	"MaildirStore more\nPath ~/more/\n\n" \
	"Channel home\nFar :second:\nNear :more:\nPatterns *\n\n"

static void test_group_of_two_accounts(void **state)
{
	static const char two[] = SERVER LOCAL WORK SECOND "Group all work home\n";

	(void)state;
	SETS(two,
	     "\nlocal: watch_maildirs -S local -e"
	     "\nserver: watch_imap server"
	     "\nmore: watch_maildirs -S more -e"
	     "\nsecond: watch_imap second",
	     .name = "all", .watch_imap = true);
	/* a host is the server of the account that names it */
	SETS(two,
	     "\nlocal: watch_maildirs -S local -e"
	     "\nserver: watch_imap server"
	     "\nmore: watch_maildirs -S more -e"
	     "\nsecond: " SSH "ssh://me@IMAP.example.net:22 inputkill watch_maildirs -s /",
	     .name = "all", .watch_imap = true, .host = "ssh://me@IMAP.example.net:22");
	HAS(two, "refused: store server: is one of several servers", .name = "all", .host = "h");
	HAS(two, "mbsync's Group all,", .name = "all", .watch_imap = true);
	/* and one of the two channels is the affair of its own stores */
	SETS(two,
	     "\nmore: watch_maildirs -S more -e"
	     "\nsecond: watch_imap second",
	     .name = "home", .watch_imap = true);
}

static void test_groups_that_mbsync_can_not_sync(void **state)
{
	(void)state;
	HAS(SERVER LOCAL WORK "Group all work gone:a,b\n",
	    "refused: Group all: there is no Channel gone:a,b, so each sync of it fails",
	    .name = "all", .host = "h");
	HAS(SERVER LOCAL WORK "Group none\n", "refused: Group none: has no channels",
	    .name = "none", .host = "h");
	/* a group goes before a channel of its name */
	HAS(SERVER LOCAL WORK "Group work\n", "refused: Group work: has no channels",
	    .name = "work", .host = "h");
}

static void test_names_that_mbsync_can_not_be_given(void **state)
{
	(void)state;
	HAS(SERVER LOCAL "Channel a:b\nFar :server:\nNear :local:\n",
	    "refused: a:b: mbsync takes what follows a colon for a mailbox", .name = "a:b",
	    .host = "h");
}

static void test_names_that_look_like_options(void **state)
{
	static const char dashes[] = "IMAPStore -s\nHost h\n\n" LOCAL
		"Channel -a\nFar :-s:\nNear :local:\n\nGroup all -a\n";

	(void)state;
	SETS(dashes, " --\nlocal: watch_maildirs -S local -e\n-s: watch_imap -- -s", .name = "-a",
	     .watch_imap = true);
	SETS(dashes, " --\nlocal: watch_maildirs -S local -e\n-s: watch_imap -- -s", .name = "all",
	     .watch_imap = true);
}

/* What one channel stores is news for another that holds the same mailbox. */
static void assert_news(const char *channels, bool shared)
{
	char *text = memory_format("%s%sGroup all one two\n", SERVER LOCAL, channels);

	assert_part(text, (struct init_request){ .name = "all", .host = "h" },
	            shared ? "-S local\n" : "-S local -e\n", true);
	free(text);
}
#define CHANNEL(name, box, patterns) "Channel " name "\nFar :server:" name "\nNear :local:" box \
	"\n" patterns "\n"

static void test_shared_mailboxes(void **state)
{
	(void)state;
	assert_news(CHANNEL("one", "", "") CHANNEL("two", "sent", ""), false);
	assert_news(CHANNEL("one", "sent", "") CHANNEL("two", "sent", ""), true);
	assert_news(CHANNEL("one", "", "") CHANNEL("two", "INBOX", ""), true);
	assert_news(CHANNEL("one", "", "Patterns *\n") CHANNEL("two", "sent", ""), true);
	assert_news(CHANNEL("one", "", "Patterns * !sent\n") CHANNEL("two", "sent", ""), false);
	assert_news(CHANNEL("one", "sent", "") CHANNEL("two", "", "Patterns s*\n"), true);
	assert_news(CHANNEL("one", "a/", "Patterns *\n") CHANNEL("two", "b/", "Patterns *\n"),
	            false);
	assert_news(CHANNEL("one", "a/", "Patterns *\n") CHANNEL("two", "a/b/", "Patterns *\n"),
	            true);
	assert_news(CHANNEL("one", "a/", "Patterns *\n") CHANNEL("two", "", "Patterns *\n"), true);
	/* one channel, both of whose sides are the store */
	HAS(LOCAL "Channel in\nFar :local:\nNear :local:sent\n", "-S local -e\n", .name = "in");
	HAS(LOCAL "Channel in\nFar :local:a\nNear :local:a\n", "-S local\n", .name = "in");
}

static void test_hosts(void **state)
{
	static const char *const wrong[] = { "", "-oProxyCommand=x", "a b", "a;b", "$(a)", "a\nb",
		                             "a'b", "~", "a#" };
	static const char *const right[] = { "h", "me@h", "me+a@h.example.org", "::1", "10.0.0.1",
		                             "ssh://me@[::1]:22", "h%eth0" };

	(void)state;
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		HAS(SERVER LOCAL WORK, ": not a host: ", .name = "work", .host = wrong[i]);
	for (size_t i = 0; i < sizeof right / sizeof *right; i++)
		LACKS(SERVER LOCAL WORK, "refused", .name = "work", .host = right[i]);
}

static void test_account_that_is_elsewhere(void **state)
{
	/* the account is on mail.example.org */
	static const char *const elsewhere[] = { "shell.example.net", "me@example.com",
		                                 "ssh://me@mail.example.com:22" };
	static const char *const plausible[] = { "alias", "me@mail", "mail.example.org",
		                                 "shell.EXAMPLE.org", "example.org", "10.0.0.1",
		                                 "fe80::1.2", "ssh://a@b.example.org:22" };

	(void)state;
	for (size_t i = 0; i < sizeof elsewhere / sizeof *elsewhere; i++)
		HAS(SERVER LOCAL WORK, "ATTENTION: this store's account is on mail.example.org;",
		    .name = "work", .host = elsewhere[i]);
	for (size_t i = 0; i < sizeof plausible / sizeof *plausible; i++)
		LACKS(SERVER LOCAL WORK, "ATTENTION", .name = "work", .host = plausible[i]);
	/* a Tunnel has no host */
	LACKS("IMAPStore server\nTunnel x\n\n" LOCAL WORK, "ATTENTION", .name = "work",
	      .host = "a.example.net");
}

static void test_path_on_the_server(void **state)
{
	static const char inbox[] = "IMAPStore server\nHost h\nPath inbox.\n\n" LOCAL WORK,
		other[] = "IMAPStore server\nHost h\nPath lists/\n\n" LOCAL WORK,
		none[] = "IMAPStore server\nHost h\nUseNamespace no\n\n" LOCAL WORK;

	(void)state;
	HAS(inbox, "# The store has Path inbox.:", .name = "work", .host = "h");
	HAS(none, "# The store uses no namespace:", .name = "work", .host = "h");
	LACKS(SERVER LOCAL WORK, "# The store ", .name = "work", .host = "h");
	/* the server's own names begin with it: one can't be told from another */
	HAS(other, "refused: rc:3: Path lists/: ", .name = "work", .host = "h", .watch_imap = true);
	SETS(other, "\nlocal: watch_maildirs -S local -e\nserver: watch_imap server",
	     .name = "work", .watch_imap = true);
}

static void test_another_file(void **state)
{
	(void)state;
	SETS(SERVER LOCAL WORK,
	     " -c /a b/rc"
	     "\nlocal: watch_maildirs -c /a b/rc -S local -e"
	     "\nserver: watch_imap -c /a b/rc server",
	     .name = "work", .watch_imap = true, .told_file = "/a b/rc");
	HAS(SERVER LOCAL WORK, "\nchannel work \"/a b/rc\"\n", .name = "work", .host = "h",
	    .told_file = "/a b/rc");
}

static void test_words_that_need_quotes(void **state)
{
	static const char *const names[] = { "a b", "a\"b", "a\\b", "#a", "a#b", "{", "}", "store",
		                             "sync", "gr\xc3\xbc\xc3\x9f", "'a'", "$HOME", "~",
		                             "a\tb", "*" };

	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		char *quoted = memory_copy(""), *text, *expected;

		for (const char *c = names[i]; *c != '\0'; c++) {
			bool escape = strchr("\\\"\t ", *c) != NULL;
			char *more = memory_format("%s%s%c", quoted, escape ? "\\" : "", *c);

			free(quoted);
			quoted = more;
		}
		if (strchr(names[i], '\t') != NULL || names[i][0] == '#') {
			free(quoted);
			quoted = memory_format("\"%s\"", names[i]);
		}
		text = memory_format(SERVER
		                     "MaildirStore %s\nPath ~/Mail/\n\nChannel %s\nFar :server:\n"
		                     "Near :%s:\n",
		                     quoted, quoted, quoted);
		expected = memory_format("mbsync -q -c %s"
		                         "\n%s: watch_maildirs -c %s -S %s -e"
		                         "\nserver: watch_imap -c %s server",
		                         names[i], names[i], names[i], names[i], names[i]);
		assert_settings(text, (struct init_request){ .name = names[i], .watch_imap = true,
		                                             .told_file = names[i] }, expected);
		free(expected);
		free(text);
		free(quoted);
	}
}

static void test_words_that_can_not_be_written(void **state)
{
	(void)state;
	HAS(SERVER "MaildirStore a\x01" "b\nPath ~/Mail/\n\nChannel work\nFar :server:\n"
	    "Near :a\x01" "b:\n", "refused: store a\x01" "b: a name with a control character",
	    .name = "work", .host = "h");
	HAS(SERVER LOCAL "Channel a\x1b\nFar :server:\nNear :local:\n",
	    "refused: a channel's name with a control character", .name = "a\x1b", .host = "h");
	HAS(SERVER LOCAL WORK, "refused: /a\nb: a name with a control character", .name = "work",
	    .host = "h", .told_file = "/a\nb");
}

static void test_no_socketwatch(void **state)
{
	(void)state;
	assert_settings(SERVER LOCAL WORK,
	                (struct init_request){ .name = "work", .watch_imap = true },
	                "mbsync -q"
	                "\nlocal: watch_maildirs -S local -e"
	                "\nserver: watch_imap server");
}

/* Nothing of it but the watcher's line is wider than a page. */
static void test_it_can_be_read(void **state)
{
	char *text = outcome(SERVER LOCAL WORK,
	                     (struct init_request){ .name = "work", .host = "mail.example.org" });
	char *rest = text, *line;

	(void)state;
	while ((line = strsep(&rest, "\n")) != NULL) {
		if (strncmp(line, "\twatch ", 7) != 0 && strlen(line) > 92)
			fail_msg("too long: %s", line);
	}
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_server_over_ssh),
		cmocka_unit_test(test_ssh_is_preferred_where_a_host_is_given),
		cmocka_unit_test(test_server_over_imap),
		cmocka_unit_test(test_without_either_both_ways_are_named),
		cmocka_unit_test(test_a_far_maildir_and_a_near_server),
		cmocka_unit_test(test_local_to_local),
		cmocka_unit_test(test_unknown_names),
		cmocka_unit_test(test_group_of_two_accounts),
		cmocka_unit_test(test_groups_that_mbsync_can_not_sync),
		cmocka_unit_test(test_names_that_mbsync_can_not_be_given),
		cmocka_unit_test(test_names_that_look_like_options),
		cmocka_unit_test(test_shared_mailboxes),
		cmocka_unit_test(test_hosts),
		cmocka_unit_test(test_account_that_is_elsewhere),
		cmocka_unit_test(test_path_on_the_server),
		cmocka_unit_test(test_another_file),
		cmocka_unit_test(test_words_that_need_quotes),
		cmocka_unit_test(test_words_that_can_not_be_written),
		cmocka_unit_test(test_no_socketwatch),
		cmocka_unit_test(test_it_can_be_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
