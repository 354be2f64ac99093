/* What is wrong in a configuration, and what would be right. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "memory.h"
#include "mswatch/config/config.h"

#define TIME "a number, perhaps with a fraction, perhaps followed by s, m, h or d"
#define STORE "store NAME { watch PROGRAM ARGS... }"
#define QUOTE "a double quote that is not closed: close it in the same line, " \
	"or write \\\" for the character"
#define BACKSLASH "a backslash at the end of the line: a statement ends with its line; " \
	"write \\\\ for the character"
#define WORD "begin a new line, or put it in double quotes if it is meant as a word"
#define STUCK "{ is a word of its own: put a space on both sides of it"
#define NUMBER "not a whole number from 1 to 1000000"

/* What a configuration needs besides the line under test. */
#define REST "\nsync s\nstore a { watch w }\n"

struct fault {
	const char *text, *errors;
};

static void gather(void *context, const char *message)
{
	char **all = context;
	char *more = memory_format("%s%s\n", *all, message);

	free(*all);
	*all = more;
}

static void check_errors(const char *text, size_t length, const char *expected)
{
	char *errors = memory_copy("");
	struct config *config = config_parse("rc", text, length, gather, &errors);

	assert_string_equal(errors, expected);
	free(errors);
	assert_null(config);
}

/* Each text as a whole; the errors are whole lines. */
static void check_texts(const struct fault *fault, size_t count)
{
	for (; count > 0; count--, fault++)
		check_errors(fault->text, strlen(fault->text), fault->errors);
}

/* Each text as the first line, or lines, of a configuration that is right otherwise. */
static void check_statements(const struct fault *fault, size_t count)
{
	for (; count > 0; count--, fault++) {
		char *text = memory_format("%s" REST, fault->text);
		char *error = memory_format("rc:1: %s\n", fault->errors);

		check_errors(text, strlen(text), error);
		free(text);
		free(error);
	}
}

#define TEXTS(...) do { \
	static const struct fault faults[] = { __VA_ARGS__ }; \
	(void)state; \
	check_texts(faults, sizeof faults / sizeof *faults); \
} while (0)

#define STATEMENTS(...) do { \
	static const struct fault faults[] = { __VA_ARGS__ }; \
	(void)state; \
	check_statements(faults, sizeof faults / sizeof *faults); \
} while (0)

static void test_missing(void **state)
{
	static const char nothing[] = "rc: sync is missing: add sync PROGRAM ARGS...\n"
		"rc: store is missing: add " STORE "\n";

	check_errors(NULL, 0, nothing);
	check_errors("", 0, nothing);
	check_errors("# nothing\n", 10, nothing);
	TEXTS({ "store a { watch w }", "rc: sync is missing: add sync PROGRAM ARGS...\n" },
	      { "sync s", "rc: store is missing: add " STORE "\n" });
}

static void test_times(void **state)
{
	STATEMENTS({ "base_delay abc", "base_delay abc: not a time: " TIME },
		{ "inter_delay -1", "inter_delay -1: a time can't be negative: give 0 or more" },
		{ "max_delay 1w", "max_delay 1w: not a time: " TIME },
		{ "max_delay \"\"", "max_delay \"\": not a time: " TIME },
		{ "poll_period 99999999999999999999999", "poll_period 99999999999999999999999: "
			"a time of more than 10000 days: give a shorter one" },
		{ "inter_delay x INBOX", "inter_delay x: not a time: " TIME },
		{ "base_delay", "base_delay: a time is missing: for example base_delay 90s" },
		{ "inter_delay", "inter_delay: a time is missing: for example inter_delay 90s" },
		{ "base_delay 1 2",
			"base_delay: 2 words, one time is expected: for example base_delay 90s" },
		{ "hook_timeout 0", "hook_timeout 0: a hook needs some time: give more than 0" },
		{ "hook_timeout", "hook_timeout: a time is missing: for example hook_timeout 90s" },
		{ "resume_after soon", "resume_after soon: not a time: " TIME });
}

static void test_settings(void **state)
{
	STATEMENTS(
		{ "mailbox_prefix chan", "mailbox_prefix: PREFIX and SEPARATOR are expected, "
	                                 "two words: for example mailbox_prefix mydomain :" },
		{ "mailbox_prefix a b c", "mailbox_prefix: PREFIX and SEPARATOR are expected, "
	                                  "two words: for example mailbox_prefix mydomain :" },
		{ "ignore", "ignore: a mailbox is missing: for example ignore drafts trash" },
		{ "ignore a \"\"", "ignore: an empty mailbox name: give a name, such as INBOX" },
		{ "inter_delay 5 \"\"",
	          "inter_delay: an empty mailbox name: give a name, such as INBOX" },
		{ "on_success", "on_success: the program is missing: on_success PROGRAM ARGS..." },
		{ "on_failure \"\" x",
	          "on_failure: the program is missing: on_failure PROGRAM ARGS..." },
		{ "unspeakable , ;", "unspeakable: all characters are expected in one word: "
	                             "for example unspeakable \",;\"" },
		{ "unspeakable", "unspeakable: all characters are expected in one word: "
	                         "for example unspeakable \",;\"" },
		{ "unspeakable \xc3\xa4",
	          "unspeakable \xc3\xa4: only ASCII characters can be given" },
		{ "max_pending 0", "max_pending 0: " NUMBER },
		{ "max_pending 1000001", "max_pending 1000001: " NUMBER },
		{ "max_pending 99999999999999999999999",
	          "max_pending 99999999999999999999999: " NUMBER },
		{ "max_pending -5", "max_pending -5: " NUMBER },
		{ "max_pending \"\"", "max_pending \"\": " NUMBER },
		{ "max_pending 1.5", "max_pending 1.5: " NUMBER },
		{ "max_pending",
	          "max_pending: one number is expected: for example max_pending 10000" });
	TEXTS({ "sync\nstore a { watch w }",
	        "rc:1: sync: the program is missing: sync PROGRAM ARGS...\n" },
	      { "sync \"\"\nstore a { watch \"\" }",
	        "rc:1: sync: the program is missing: sync PROGRAM ARGS...\n"
	        "rc:2: watch: the program is missing: watch PROGRAM ARGS...\n" },
	      { "sync s\nstore a {\nwatch w\nremote maybe\n}",
	        "rc:4: remote maybe: write remote or remote no, on a line of its own\n" },
	      { "sync s\nstore a {\nremote no yes\nwatch w }",
	        "rc:3: remote no: write remote or remote no, on a line of its own\n" },
	      { "sync s\nstore a {\nrequired maybe\nwatch w }",
	        "rc:3: required maybe: write required or required no, on a line of its own\n" },
	      { "sync s\nstore a {\nrequired yes no\nwatch w }",
	        "rc:3: required yes: write required or required no, on a line of its own\n" },
	      { "sync s\nstore a {\nheartbeat 1 2\nwatch w }",
	        "rc:3: heartbeat: 2 words, "
	        "one time is expected: for example heartbeat 90s\n" });
}

static void test_set_twice(void **state)
{
	TEXTS({ "base_delay 1" REST "base_delay 1",
			"rc:4: base_delay: set in line 1 already: keep one of the two\n" },
		{ "inter_delay 1\ninter_delay 2" REST,
			"rc:2: inter_delay: set in line 1 already: keep one of the two\n" },
		{ REST "sync t", "rc:4: sync: set in line 2 already: keep one of the two\n" },
		{ "inter_delay 1 x y\ninter_delay 2 z y" REST,
			"rc:2: inter_delay: y has another one in line 1: keep one of the two\n" },
		{ "inter_delay 1 x* y?\ninter_delay 2 z* y?\ninter_delay 3 y\\?" REST,
			"rc:2: inter_delay: y? has another one in line 1: keep one of the two\n" },
		{ "sync s\nstore a {\nwatch w\nwatch v\n}",
			"rc:4: watch: this store has one in line 3 already: "
			"give each watcher a store of its own\n" },
		{ "sync s\nstore a {\nremote\nwatch w\nremote no\n}\nstore b {\nremote\nwatch w\n}",
			"rc:5: remote: set in line 3 already: keep one of the two\n" },
		{ "sync s\nstore a {\nrequired\nwatch w\nrequired no\n}",
			"rc:5: required: set in line 3 already: keep one of the two\n" },
		{ "sync s\nstore a { watch w }\nstore a { watch w }",
			"rc:3: store a: a store of this name is in line 2 already: "
			"give each a name of its own\n" });
}

static void test_channel(void **state)
{
#define EITHER "channel and mailbox_prefix: both say how mailboxes are called for sync: keep " \
	"channel for mbsync, mailbox_prefix for others"
#define ASIDE "side: it says which store of a channel this is: add channel NAME outside of the " \
	"stores, or leave it out"
	STATEMENTS({ "channel",
	             "channel: NAME is expected, or NAME and FILE: for example channel mychannel" },
	           { "channel \"\"",
	             "channel: NAME is expected, or NAME and FILE: for example channel mychannel" },
	           { "channel a b c",
	             "channel: NAME is expected, or NAME and FILE: for example channel mychannel" },
	           { "channel a \"\"", "channel: the FILE is empty: leave it out for ~/.mbsyncrc" },
	           { "channel a:INBOX",
	             "channel a:INBOX: mbsync takes what follows a colon for a mailbox: "
	             "give the name of a channel or group alone" },
	           { "channel -a", "channel -a: mbsync takes it for an option: end sync with --" },
	           { "side near", "side: belongs in a store: " STORE });
	TEXTS({ "channel a\nmailbox_prefix a :\nsync s\nstore a { watch w }",
	        "rc:2: " EITHER "\n" },
	      { "mailbox_prefix a :\nsync s\nstore a { watch w }\nchannel a\n",
	        "rc:4: " EITHER "\n" },
	      { "channel -a\nsync mbsync -- -q\nstore a { watch w }",
	        "rc:1: channel -a: "
	        "mbsync takes it for an option: end sync with --\n" },
	      { "sync s\nstore a {\nwatch w\nside near\n}\n", "rc:4: " ASIDE "\n" },
	      { "channel a\nsync s\nstore a {\nwatch w\nside middle\n}\n",
	        "rc:5: side: near or "
	        "far is expected, or that and a STORE: for example side near\n" },
	      { "channel a\nsync s\nstore a {\nwatch w\nside\n}\n",
	        "rc:5: side: near or "
	        "far is expected, or that and a STORE: for example side near\n" },
	      { "chanel a\nsync s\nstore a {\nwatch w\nsid near\n}\n",
	        "rc:1: unknown keyword "
	        "chanel: did you mean channel?\nrc:5: unknown keyword sid: did you mean side?\n" });
}

static void test_keywords(void **state)
{
	STATEMENTS({ "base_dely 5", "unknown keyword base_dely: did you mean base_delay?" },
		{ "Poll-Period 5", "unknown keyword Poll-Period: did you mean poll_period?" },
		{ "poll 5", "unknown keyword poll: did you mean poll_period?" },
		{ "ignored x", "unknown keyword ignored: did you mean ignore?" },
		{ "account x", "unknown keyword account: "
			"expected a setting such as base_delay, sync or store" },
		{ "x", "unknown keyword x: expected a setting such as base_delay, sync or store" },
		{ "\"base_delay\" 5", "base_delay: a statement begins with a keyword, "
			"without quotes and backslashes" },
		{ "base_delay_of_the_mailboxes 5", "unknown keyword base_delay_of_the_mailboxes: "
			"expected a setting such as base_delay, sync or store" },
		{ "watch w", "watch: belongs in a store: " STORE },
		{ "heartbeat 5", "heartbeat: belongs in a store: " STORE },
		{ "required", "required: belongs in a store: " STORE },
		{ "ignore a watch", "ignore: watch is a keyword: " WORD },
		{ "base_delay 1 inter_delay 2", "base_delay: inter_delay is a keyword: " WORD });
	TEXTS({ "snyc s\nstore a { wacth w }",
	        "rc:1: unknown keyword snyc: did you mean sync?\n"
	        "rc:2: unknown keyword wacth: did you mean watch?\n" },
	      { "sync s\nstor a {\nwatch w\n}\n",
	        "rc:2: unknown keyword stor: did you mean store?\n" },
	      { "sync s\nstore a {\npath x\nwatch w }",
	        "rc:3: unknown keyword path: expected watch, side, remote, required, heartbeat or "
	        "}\n" },
	      { "sync s\nstore a {\nbase_delay 5\nwatch w\n}",
	        "rc:3: base_delay: does not belong "
	        "in a store: close store a of line 2 before it with }\n" },
	      { "sync mbsync store\nstore a { watch w }",
	        "rc:1: sync: store is a keyword: " WORD "\n" },
	      { "sync s\nstore sync { watch w }",
	        "rc:2: store: the name is a keyword: "
	        "choose another one, or put it in double quotes\n" });
}

static void test_braces(void **state)
{
	TEXTS({ REST "}", "rc:4: a stray }: braces enclose what belongs to a store: " STORE "\n" },
	      { REST "{\n",
	        "rc:4: a stray {: braces enclose what belongs to a store: " STORE "\n" },
	      { "sync s }\nstore a { watch w { }",
	        "rc:1: sync: a stray }: put it in double quotes if it is meant as a word\n"
	        "rc:2: watch: a stray {: put it in double quotes if it is meant as a word\n" },
	      { "sync s\nstore a { { watch w }",
	        "rc:2: a stray {: one opens the store, } closes it\n" },
	      { "sync s\nstore a { watch w } base_delay 5",
	        "rc:2: base_delay behind }: begin a new line\n" },
	      { "sync s\nstore a wait w }", "rc:2: store: the name is one word: "
	                                    "store NAME {, or store \"A NAME\" {\n" },
	      { "sync s\nstore a\nwatch w\n}", "rc:2: store a: { is missing: " STORE "\n" },
	      { "sync s\nstore a }",
	        "rc:2: store a: { is missing: " STORE "\n"
	        "rc:2: store a: watch is missing: add watch PROGRAM ARGS...\n" },
	      { "sync s\nstore a", "rc:2: store a: { is missing: " STORE "\n" },
	      { "sync s\nstore a {\nwatch w",
	        "rc:2: store a: } is missing: add it as a word of its own\n" },
	      { "sync s\nstore a { watch w}",
	        "rc:2: store a: } is missing: add it as a word of its own\n" },
	      { "sync s\nstore a { watch w\nstore b { watch w }",
	        "rc:2: store a: } is missing: add it as a word of its own\n" },
	      { "sync s\nstore a{\nwatch w\n}", "rc:2: store: " STUCK "\n" },
	      { "sync s\nstore a {watch w }", "rc:2: store: " STUCK "\n" },
	      { "sync s\nstore a\n{watch w }", "rc:2: store a: " STUCK "\n" });
}

static void test_stores(void **state)
{
	TEXTS({ "sync s\nstore { watch w }", "rc:2: store: the name is missing: " STORE "\n" },
	      { "sync s\nstore", "rc:2: store: the name is missing: " STORE "\n" },
	      { "sync s\nstore \"\" { watch w }", "rc:2: store: the name is empty: " STORE "\n" },
	      { "sync s\nstore a b {\nwatch w\n}",
	        "rc:2: store: the name is one word: store NAME {, or store \"A NAME\" {\n" },
	      { "sync s\nstore a { }",
	        "rc:2: store a: watch is missing: add watch PROGRAM ARGS...\n" },
	      { "sync s\nstore a {\nremote\n}",
	        "rc:2: store a: watch is missing: add watch PROGRAM ARGS...\n" });
}

static void test_blanks_in_names_for_hooks(void **state)
{
#define BLANK ": a blank in the name, and hooks get the names with blanks between them: " \
	"write - in its place\n"
	TEXTS({ "sync s\nstore a { watch w }\nstore \"b c\" { watch v }\non_failure h",
		"rc:3: store b c" BLANK },
	      { "on_success h\nsync s\nstore \"a\t\" { watch w }\nstore b\\ c { watch v }",
		"rc:3: store a\t" BLANK "rc:4: store b c" BLANK });
}

static void test_characters(void **state)
{
	static const char nul[] = "sync s\nsto\0re\nstore a { watch w }\n";

	check_errors(nul, sizeof nul - 1, "rc:2: a NUL byte: a configuration is plain text\n");
	STATEMENTS({ "ignore a\x1b[0m", "a control character (0x1b): leave it out" },
		{ "ignore \"\x7f\"", "a control character (0x7f): leave it out" },
		{ "ignore a\rb", "a control character (0x0d): leave it out" },
		{ "ignore \"a", QUOTE },
		{ "ignore a\"", QUOTE },
		{ "ignore \"a\\\"", QUOTE },
		{ "ignore a \\", BACKSLASH },
		{ "ignore a \\\r", BACKSLASH });
	TEXTS({ "sync \"s\nstore \"a {\nwatch \"w }\n",
		"rc:1: " QUOTE "\nrc:2: " QUOTE "\nrc:3: " QUOTE "\n" });
}

static void test_all_in_order(void **state)
{
	TEXTS({ "base_delay x\n"
		"store a {\n"
		"\twatch w\n"
		"\tmax_delay 5\n"
		"}\n"
		"inter_delay 5 INBOX\n"
		"inter_delay 6 INBOX\n"
		"nonsense\n"
		"store b {\n"
		"ignore \"\"\n",
		"rc:1: base_delay x: not a time: " TIME "\n"
		"rc:4: max_delay: does not belong in a store: "
		"close store a of line 2 before it with }\n"
		"rc:7: inter_delay: INBOX has another one in line 6: keep one of the two\n"
		"rc:8: unknown keyword nonsense: "
		"expected a setting such as base_delay, sync or store\n"
		"rc:9: store b: } is missing: add it as a word of its own\n"
		"rc:10: ignore: does not belong in a store: "
		"close store b of line 9 before it with }\n"
		"rc:10: ignore: an empty mailbox name: give a name, such as INBOX\n"
		"rc: sync is missing: add sync PROGRAM ARGS...\n" });
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_missing),
		cmocka_unit_test(test_times),
		cmocka_unit_test(test_settings),
		cmocka_unit_test(test_set_twice),
		cmocka_unit_test(test_keywords),
		cmocka_unit_test(test_channel),
		cmocka_unit_test(test_braces),
		cmocka_unit_test(test_stores),
		cmocka_unit_test(test_blanks_in_names_for_hooks),
		cmocka_unit_test(test_characters),
		cmocka_unit_test(test_all_in_order),
	};

	return cmocka_run_group_tests_name("configuration errors", tests, NULL, NULL);
}
