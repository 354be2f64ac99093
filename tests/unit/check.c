/* What mswatch -t warns of, and of what it does not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "memory.h"
#include "mswatch/config/config.h"

/* What a configuration needs besides the line under test, which is the first. */
#define REST "\nstore last { watch last }\n"

static void gather(void *context, const char *message)
{
	char **all = context;
	char *more = memory_format("%s%s\n", *all, message);

	free(*all);
	*all = more;
}

/* Programs whose name begins with "no-" are not there. */
static const char *find(void *context, const char *program, char buffer[EXECUTABLE_ROOM])
{
	(void)context;
	if (strncmp(program, "no-", 3) != 0 && strncmp(program, "/no-", 4) != 0)
		return NULL;
	snprintf(buffer, EXECUTABLE_ROOM, "%.80s: nowhere", program);
	return buffer;
}

/* The warnings about a text that is right; the caller frees. */
static char *warnings_of(const char *text)
{
	char *errors = memory_copy(""), *warnings = memory_copy("");
	struct config *config = config_parse("rc", text, strlen(text), gather, &errors);

	assert_string_equal(errors, "");
	free(errors);
	config_check(config, "rc", find, gather, &warnings);
	config_free(config);
	return warnings;
}

/* How many lines begin like this. */
static size_t count_lines(const char *text, const char *start)
{
	size_t count = 0;

	for (; *text != '\0'; text = strchr(text, '\n') + 1)
		count += strncmp(text, start, strlen(start)) == 0;
	return count;
}

/* Whether the statement has exactly these warnings: what comes behind "rc:1: ", up to a hint. */
static void check_line(const char *statement, const char *const expected[], size_t count)
{
	bool has_sync = strncmp(statement, "sync", 4) == 0;
	char *text = memory_format("%s%s%s", statement, REST, has_sync ? "" : "sync last\n");
	char *warnings = warnings_of(text);

	if (count_lines(warnings, "") != count)
		fail_msg("%s: %zu warnings are expected:\n%s", statement, count, warnings);
	for (size_t i = 0; i < count; i++) {
		char *start = memory_format("rc:1: %s: ", expected[i]);

		if (count_lines(warnings, start) != 1)
			fail_msg("%s: no warning of %s:\n%s", statement, expected[i], warnings);
		free(start);
	}
	free(warnings);
	free(text);
}

#define WARNS(statement, ...) do { \
	static const char *const expected[] = { __VA_ARGS__ }; \
	check_line(statement, expected, sizeof expected / sizeof *expected); \
} while (0)
#define FINE(statement) check_line(statement, NULL, 0)

static void test_words_that_only_a_shell_expands(void **state)
{
	(void)state;
	WARNS("sync ~/bin/sync", "sync: ~/bin/sync");
	WARNS("sync s ~ $HOME/x", "sync: ~", "sync: $HOME/x");
	WARNS("sync s \"~/x\" \"$HOME/x y\" \\~", "sync: ~/x", "sync: $HOME/x y", "sync: ~");
	WARNS("sync s `id` $(id) \"$@\"", "sync: `id`", "sync: $(id)", "sync: $@");
	WARNS("sync s --file=$HOME/x A=${B} --file=~/x", "sync: --file=$HOME/x", "sync: A=${B}");
	WARNS("on_success ~me/hook", "on_success: ~me/hook");
	WARNS("on_failure h $1", "on_failure: $1");
	WARNS("store a { watch w -m ~/Mail }", "watch: ~/Mail");
	WARNS("store ~a { watch w }", "store: ~a");
	WARNS("mailbox_prefix $channel :", "mailbox_prefix: $channel");
	FINE("sync s a~ a$b x=$ --price=$, \"a $HOME\" /a~b/c");
}

static void test_single_quotes(void **state)
{
	(void)state;
	WARNS("sync s 'a b' 'c'", "sync: 'a", "sync: 'c'");
	WARNS("sync s --name='a b'", "sync: --name='a");
	WARNS("store 'a' { watch w }", "store: 'a'");
	WARNS("mailbox_prefix 'a' ':'", "mailbox_prefix: 'a'", "mailbox_prefix: ':'");
	WARNS("unspeakable ','", "unspeakable: ','");
	FINE("sync s it's a' \"'quoted'\" \\'x");
	FINE("unspeakable '");
	FINE("unspeakable \"',\"");
}

static void test_operators(void **state)
{
	(void)state;
	WARNS("sync s | t", "sync: |");
	WARNS("sync s >log 2>/dev/null <in &", "sync: >log", "sync: 2>/dev/null", "sync: <in",
	      "sync: &");
	WARNS("sync s * a* *b ** c; && t&", "sync: *", "sync: a*", "sync: *b", "sync: **",
	      "sync: c;", "sync: &&", "sync: t&");
	WARNS("sync s>", "sync: s>");
	WARNS("on_success h || true", "on_success: ||");
	FINE("sync s a|b a*b a&b a>b 2 12 \"*\" \"a > b\" \"<b>\" \\| \\>x a\"*\" a\\&");
	WARNS("sync s \"a b\"* >\"x y\"", "sync: a b*", "sync: >x y");
	FINE("mailbox_prefix work >");
	FINE("unspeakable |<>&*~$");
}

static void test_settings_of_mailboxes_are_right(void **state)
{
	(void)state;
	FINE("ignore ~ $x 'y x* > | & <z>");
	FINE("inter_delay 5 ~ $x 'y * > | & <z>");
	FINE("inter_delay 5");
}

static void test_behind_a_shells_option_c(void **state)
{
	(void)state;
	FINE("sync sh -c \"exec 's' ~/x >log | t &\" ~ $x 'y' * &");
	FINE("sync /bin/bash -euc \"~/x $1\" * ~");
	FINE("sync bash --norc -o pipefail -c ~/x ~");
	FINE("sync socketwatch -t 60 sh -c ~/x");
	FINE("sync env A=b nice -n 5 timeout -k 5 60 zsh -lc ~/x");
	FINE("sync own-wrapper -x sh -c ~/x >");
	FINE("sync own-wrapper bash --norc -c ~/x >");
	FINE("sync busybox sh -c ~/x >");
	FINE("sync flock -w 5 /lock -c ~/x");
	FINE("sync sh -c ''~/'x y'' z'");
	WARNS("sync sh -c 'exec ~/x'", "sync: 'exec");
	WARNS("sync sh ~/script >", "sync: ~/script", "sync: >");
	WARNS("sync sh -e ~/script -c", "sync: ~/script");
	WARNS("sync s sh ~/x", "sync: ~/x");
	WARNS("sync env - A=b own ~/x", "sync: ~/x");
	WARNS("sync env -i A=b own ~/x", "sync: ~/x");
}

static void test_behind_sshs_host(void **state)
{
	(void)state;
	FINE("store a { watch ssh host ~/bin/watch -x '*' $HOME | x }");
	FINE("store a { watch ssh -4vp 22 -o BatchMode=yes -i ~/.ssh/key host ~/w }");
	FINE("store a { watch ssh -p22 -oBatchMode=yes -l me -J jump -F /x -- host ~/w }");
	FINE("store a { watch /usr/bin/ssh -TS none host ~/w }");
	FINE("store a { watch ssh -o ControlPath=${XDG_RUNTIME_DIR}/x host ~/w }");
	FINE("store a { watch timeout -s TERM 1d ssh -p 22 host ~/w }");
	FINE("store a { watch inputkill --timeout 60 env -i A=b ssh host ~/w *\nheartbeat 20 }");
	FINE("store a { watch sshpass -f /x ssh host ~/w * }");
	FINE("store a { watch own-wrapper ssh -p 22 host ~/w * }");
	WARNS("store a { watch ssh -F ~/config host ~/w }", "watch: ~/config");
	WARNS("store a { watch ssh -E >log host ~/w }", "watch: >log");
	WARNS("store a { watch ssh -p 22 $HOST ~/w }", "watch: $HOST");
	WARNS("store a { watch ssh -o 'A b' host ~/w }", "watch: 'A");
	WARNS("store a { watch sshd host ~/w }", "watch: ~/w");
}

/* ssh(1)'s options with an argument, and those without: the host is found behind both. */
static void test_every_option_of_ssh(void **state)
{
	static const char valued[] = "BbcDEeFIiJLlmOoPpQRSWw", others[] = "46AaCfGgKkMNnqsTtVvXxYy";

	(void)state;
	for (const char *letter = valued; *letter != '\0'; letter++) {
		char *line = memory_format("store a { watch ssh -%c x $host ~/w }", *letter);

		WARNS(line, "watch: $host");
		free(line);
		line = memory_format("store a { watch ssh -v%cx $host ~/w }", *letter);
		WARNS(line, "watch: $host");
		free(line);
	}
	for (const char *letter = others; *letter != '\0'; letter++) {
		char *line = memory_format("store a { watch ssh -%c host ~/w }", *letter);

		FINE(line);
		free(line);
	}
}

static void test_patterns(void **state)
{
	(void)state;
	FINE("store a { watch watch_maildirs -x * -x lists/* -x*a --exclude=*b --exclude c* -s / "
	     "}");
	FINE("store a { watch /opt/watch_maildirs -ex *a* -aex* -m /x }");
	FINE("store a { watch inputkill -t 60 watch_maildirs -x *\nheartbeat 20 }");
	WARNS("store a { watch watch_maildirs -x * -m ~/Mail * }", "watch: ~/Mail", "watch: *");
	WARNS("store a { watch watch_maildirs -x '*' }", "watch: '*'");
	WARNS("store a { watch other -x * }", "watch: *");
}

static void test_programs_that_are_not_there(void **state)
{
	(void)state;
	WARNS("sync no-sync", "sync: no-sync");
	WARNS("sync socketwatch -t 60 no-sync no-argument", "sync: no-sync");
	WARNS("sync no-socketwatch no-sync", "sync: no-socketwatch");
	WARNS("sync nice -n 5 timeout --kill-after 5 60 no-sync", "sync: no-sync");
	WARNS("sync env A=b no-sync", "sync: no-sync");
	WARNS("on_success no-hook", "on_success: no-hook");
	WARNS("on_failure /no-hook", "on_failure: /no-hook");
	WARNS("store a { watch inputkill no-watcher -x }", "watch: no-watcher");
	WARNS("store a { watch no-ssh host }", "watch: no-ssh");
	FINE("sync sh -c no-sync");
	FINE("sync sh no-script");
	FINE("sync env PATH=/x no-sync");
	FINE("sync env -i no-sync");
	FINE("sync sudo -u me no-sync");
	FINE("sync socketwatch");
	FINE("store a { watch ssh host no-watcher }");
}

static void test_what_mbsync_is_given_at_each_run(void **state)
{
	(void)state;
	FINE("sync mbsync -q\nchannel work");
	FINE("sync socketwatch -t 60 mbsync -qc /f --\nchannel work");
	FINE("sync mbsync --config /f -Da\nchannel work");
	FINE("sync mbsync -q\nmailbox_prefix work :");
	WARNS("sync mbsync -q", "sync: mbsync knows mailboxes by their channels");
	WARNS("sync mbsync -q work\nchannel work", "sync: work");
	WARNS("sync socketwatch mbsync -qa\nchannel work", "sync: -qa");
	WARNS("sync mbsync --all\nchannel work", "sync: --all");
}

static void test_how_a_watcher_elsewhere_ends(void **state)
{
	(void)state;
	WARNS("store a { watch ssh h watch_mboxes -s . }", "watch: watch_mboxes may outlive its connection");
	WARNS("store a { watch env A=b ssh h \"~/w/watch_maildirs -s /\" }",
	      "watch: watch_maildirs may outlive its connection");
	FINE("store a { watch ssh h ~/w/inputkill ~/w/watch_mboxes }");
	FINE("store a { watch ssh h \"inputkill watch_maildirs -s /\" }");
	FINE("store a { watch inputkill watch_mboxes }");
	WARNS("store a { watch ssh h inputkill -t 4s watch_mboxes }", "watch: inputkill -t 4s");
	WARNS("store a { watch inputkill --timeout=4 watch_mboxes\nheartbeat 4 }",
	      "watch: inputkill -t 4");
	FINE("store a { watch ssh h inputkill -t 4s watch_mboxes -t 1\nheartbeat 1 }");
}

static void check_all(const char *text, const char *expected)
{
	char *warnings = warnings_of(text);

	assert_string_equal(warnings, expected);
	free(warnings);
}

static void test_lines_and_order(void **state)
{
	(void)state;
	check_all(
		"# one\nstore a {\n\n\theartbeat 5\n\twatch no-w ~\n}\nsync s ~\non_success no-h\n",
		"rc:5: watch: no-w: nowhere: install it, or write its whole path\n"
		"rc:5: watch: ~: ~ stands for itself, there is no shell: write the whole path\n"
		"rc:7: sync: ~: ~ stands for itself, there is no shell: write the whole path\n"
		"rc:8: on_success: no-h: nowhere: install it, or write its whole path\n");
}

static void test_one_command_in_two_stores(void **state)
{
	(void)state;
	check_all("sync s\nstore a { watch w x }\nstore b\n{\nremote\nwatch \"w\" x\n}\n",
	          "rc:6: watch: stores a and b have the same command, see line 2: "
	          "each store needs a watcher of its own mailstore\n");
	check_all(
		"sync s\nstore a { watch w x }\nstore b { watch w }\nstore c { watch w \"x \" }\n",
		"");
	check_all("sync w x\nstore a { watch w x }\n", "");
}

static void test_wildcards_that_ignore_inbox(void **state)
{
	(void)state;
	check_all("sync s\nstore a { watch w }\n"
	          "ignore x* I* \"*\" ????\nignore [Gmail]/* INBOX \\*\n",
	          "rc:3: ignore: I*: INBOX is one of these: new mail there is not acted on\n"
	          "rc:3: ignore: *: INBOX is one of these: new mail there is not acted on\n");
}

static void test_who_can_write(void **state)
{
	(void)state;
	assert_false(config_is_open_to_others(0600, 1000, 1000));
	assert_false(config_is_open_to_others(0755, 1000, 1000));
	assert_false(config_is_open_to_others(0644, 0, 1000));
	assert_true(config_is_open_to_others(0620, 1000, 1000));
	assert_true(config_is_open_to_others(0602, 1000, 1000));
	assert_true(config_is_open_to_others(0600, 1001, 1000));
	assert_true(config_is_open_to_others(0600, 1001, 0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words_that_only_a_shell_expands),
		cmocka_unit_test(test_single_quotes),
		cmocka_unit_test(test_operators),
		cmocka_unit_test(test_settings_of_mailboxes_are_right),
		cmocka_unit_test(test_behind_a_shells_option_c),
		cmocka_unit_test(test_behind_sshs_host),
		cmocka_unit_test(test_every_option_of_ssh),
		cmocka_unit_test(test_patterns),
		cmocka_unit_test(test_programs_that_are_not_there),
		cmocka_unit_test(test_what_mbsync_is_given_at_each_run),
		cmocka_unit_test(test_how_a_watcher_elsewhere_ends),
		cmocka_unit_test(test_lines_and_order),
		cmocka_unit_test(test_one_command_in_two_stores),
		cmocka_unit_test(test_wildcards_that_ignore_inbox),
		cmocka_unit_test(test_who_can_write),
	};

	return cmocka_run_group_tests_name("warnings", tests, NULL, NULL);
}
