/* What a configuration means, and that config_format() means the same. */
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
#include "mswatch/config/setting.h"
#include "mswatch/config/value.h"

/* The least that a configuration needs. */
#define LEAST "sync s\nstore a { watch w }\n"

static void gather(void *context, const char *message)
{
	char **all = context;
	char *more = memory_format("%s%s\n", *all, message);

	free(*all);
	*all = more;
}

static struct config *read_right(const char *text)
{
	char *errors = memory_copy("");
	struct config *config = config_parse("rc", text, strlen(text), gather, &errors);

	assert_string_equal(errors, "");
	free(errors);
	assert_non_null(config);
	return config;
}

static void check_command(char *const *command, const char *expected)
{
	char *joined = memory_copy(""), *more;

	assert_non_null(command);
	for (; *command != NULL; command++) {
		more = memory_format("%s<%s>", joined, *command);
		free(joined);
		joined = more;
	}
	assert_string_equal(joined, expected);
	free(joined);
}

static void check_same_words(char *const *one, char *const *other)
{
	assert_int_equal(one == NULL, other == NULL);
	for (; one != NULL && *one != NULL; one++, other++) {
		assert_non_null(*other);
		assert_string_equal(*one, *other);
	}
	assert_true(other == NULL || *other == NULL);
}

static void check_same_text(const char *one, const char *other)
{
	assert_int_equal(one == NULL, other == NULL);
	if (one != NULL && other != NULL)
		assert_string_equal(one, other);
}

static void check_same_mailboxes(const struct config *one, const struct config *other)
{
	assert_int_equal(one->delay_count, other->delay_count);
	for (size_t i = 0; i < one->delay_count; i++) {
		assert_string_equal(one->delays[i].mailbox, other->delays[i].mailbox);
		assert_int_equal(one->delays[i].delay, other->delays[i].delay);
	}
	assert_int_equal(one->ignored_count, other->ignored_count);
	check_same_words(one->ignored, other->ignored);
}

static void check_same_wildcards(const struct config *one, const struct config *other)
{
	assert_int_equal(one->wild_delay_count, other->wild_delay_count);
	for (size_t i = 0; i < one->wild_delay_count; i++) {
		assert_string_equal(one->wild_delays[i].mailbox, other->wild_delays[i].mailbox);
		assert_int_equal(one->wild_delays[i].delay, other->wild_delays[i].delay);
	}
	assert_int_equal(one->wild_ignored_count, other->wild_ignored_count);
	check_same_words(one->wild_ignored, other->wild_ignored);
}

static void check_same_stores(const struct config *one, const struct config *other)
{
	assert_int_equal(one->store_count, other->store_count);
	for (size_t i = 0; i < one->store_count; i++) {
		assert_string_equal(one->stores[i].name, other->stores[i].name);
		check_same_words(one->stores[i].watch, other->stores[i].watch);
		assert_int_equal(one->stores[i].remote, other->stores[i].remote);
		assert_int_equal(one->stores[i].heartbeat, other->stores[i].heartbeat);
		assert_int_equal(one->stores[i].required, other->stores[i].required);
	}
}

static void check_same(const struct config *one, const struct config *other)
{
	assert_int_equal(one->base_delay, other->base_delay);
	assert_int_equal(one->inter_delay, other->inter_delay);
	assert_int_equal(one->max_delay, other->max_delay);
	assert_int_equal(one->poll_period, other->poll_period);
	assert_int_equal(one->resume_after, other->resume_after);
	assert_int_equal(one->hook_timeout, other->hook_timeout);
	assert_int_equal(one->max_pending, other->max_pending);
	check_same_words(one->sync, other->sync);
	check_same_words(one->on_success, other->on_success);
	check_same_words(one->on_failure, other->on_failure);
	check_same_text(one->prefix, other->prefix);
	check_same_text(one->separator, other->separator);
	assert_string_equal(one->unspeakable, other->unspeakable);
	check_same_mailboxes(one, other);
	check_same_wildcards(one, other);
	check_same_stores(one, other);
}

/* What config_format() writes means the same, and is written the same again. */
static void check_round_trip(const struct config *config)
{
	char *text = config_format(config);
	struct config *again = read_right(text);
	char *text_again = config_format(again);

	check_same(config, again);
	assert_string_equal(text, text_again);
	config_free(again);
	free(text);
	free(text_again);
}

static void test_defaults(void **state)
{
	struct config *config = read_right(LEAST);

	(void)state;
	assert_int_equal(config->base_delay, 10000);
	assert_int_equal(config->inter_delay, 60000);
	assert_int_equal(config->max_delay, 600000);
	assert_int_equal(config->poll_period, 86400000);
	assert_int_equal(config->resume_after, 60000);
	assert_int_equal(config->hook_timeout, 60000);
	assert_int_equal(config->max_pending, 10000);
	assert_int_equal(config->delay_count, 0);
	assert_int_equal(config->ignored_count, 0);
	assert_null(config->prefix);
	assert_null(config->separator);
	assert_null(config->on_success);
	assert_null(config->on_failure);
	assert_string_equal(config->unspeakable, "");
	assert_int_equal(config->store_count, 1);
	assert_int_equal(config->stores[0].heartbeat, 0);
	assert_int_equal(config->stores[0].remote, CONFIG_REMOTE_GUESS);
	assert_false(config->stores[0].required);
	assert_int_equal(config->stores[0].line, 2);
	assert_int_equal(config_inter_delay(config, "INBOX"), 60000);
	assert_false(config_ignores(config, "INBOX"));
	check_round_trip(config);
	config_free(config);
}

static void test_first_versions_sample(void **state)
{
	struct config *config = read_right(
		"# a comment\n"
		"sync socketwatch mbsync\n"
		"mailbox_prefix mydomain :\n"
		"\n"
		"store local\n"
		"{\n"
		"\twatch watch_maildirs\n"
		"}\n"
		"store mydomain {\n"
		"    watch ssh -o BatchMode=yes mail.mydomain.com inputkill watch_maildirs\n"
		"}\n");

	(void)state;
	check_command(config->sync, "<socketwatch><mbsync>");
	assert_string_equal(config->prefix, "mydomain");
	assert_string_equal(config->separator, ":");
	assert_int_equal(config->store_count, 2);
	assert_string_equal(config->stores[0].name, "local");
	check_command(config->stores[0].watch, "<watch_maildirs>");
	assert_false(config_is_remote(&config->stores[0]));
	assert_string_equal(config->stores[1].name, "mydomain");
	check_command(config->stores[1].watch,
	              "<ssh><-o><BatchMode=yes><mail.mydomain.com><inputkill><watch_maildirs>");
	assert_true(config_is_remote(&config->stores[1]));
	assert_int_equal(config->stores[1].line, 9);
	check_round_trip(config);
	config_free(config);
}

/* The man page's source; the caller frees. */
static char *read_man_page(void)
{
	const char *top = getenv("top_srcdir");
	char *path = memory_format("%s/man/mswatchrc.5", top != NULL ? top : ".");
	char *text = memory_new(200000, 1);
	FILE *file = fopen(path, "re");

	assert_non_null(file);
	assert_in_range(fread(text, 1, 199999, file), 1, 199998);
	fclose(file);
	free(path);
	return text;
}

static void test_the_man_pages_sample(void **state)
{
	char *page = read_man_page(), *sample = strstr(page, "\nbase_delay 1\n"), *end;
	struct config *config;

	(void)state;
	assert_non_null(sample);
	end = strstr(sample, "\n.Ed\n");
	assert_non_null(end);
	end[1] = '\0';
	config = read_right(sample);
	assert_int_equal(config->base_delay, 1000);
	assert_int_equal(config->inter_delay, 10000);
	check_command(config->sync, "<socketwatch><mbsync>");
	assert_string_equal(config->channel, "work");
	assert_int_equal(config->store_count, 2);
	assert_false(config_is_remote(&config->stores[0]));
	assert_true(config_is_remote(&config->stores[1]));
	assert_int_equal(config->stores[1].heartbeat, 300000);
	check_round_trip(config);
	config_free(config);
	free(page);
}

static void test_the_man_page_has_every_keyword(void **state)
{
	char *page = read_man_page();

	(void)state;
	for (const struct setting *row = settings; row->name != NULL; row++) {
		char *entry = memory_format("\n.It Ic %s ", row->name);

		if (strstr(page, entry) == NULL)
			fail_msg("mswatchrc.5 lacks %s", entry);
		free(entry);
	}
	free(page);
}

static void test_times(void **state)
{
	struct config *config = read_right(
		LEAST
		"base_delay 0\ninter_delay 1.5\nmax_delay 5m\npoll_period 2h\n"
		"resume_after 1d\nhook_timeout 90s\n"
		"inter_delay 1h INBOX lists/dev\ninter_delay 0 \"a b\"\ninter_delay 3600 INBOX\n");

	(void)state;
	assert_int_equal(config->base_delay, 0);
	assert_int_equal(config->inter_delay, 1500);
	assert_int_equal(config->max_delay, 300000);
	assert_int_equal(config->poll_period, 7200000);
	assert_int_equal(config->resume_after, 86400000);
	assert_int_equal(config->hook_timeout, 90000);
	assert_int_equal(config->delay_count, 3);
	assert_int_equal(config_inter_delay(config, "INBOX"), 3600000);
	assert_int_equal(config_inter_delay(config, "lists/dev"), 3600000);
	assert_int_equal(config_inter_delay(config, "a b"), 0);
	assert_int_equal(config_inter_delay(config, ""), 1500);
	assert_int_equal(config_inter_delay(config, "other"), 1500);
	check_round_trip(config);
	config_free(config);
}

static void test_base_delay_may_exceed_the_others(void **state)
{
	struct config *config = read_right(LEAST "base_delay 20\ninter_delay 10\nmax_delay 3\n");

	(void)state;
	assert_int_equal(config->base_delay, 20000);
	assert_int_equal(config->inter_delay, 10000);
	assert_int_equal(config->max_delay, 3000);
	config_free(config);
}

static void test_mailboxes_and_programs(void **state)
{
	struct config *config = read_right(
		"ignore drafts trash drafts\nignore \"sent mail\" trash\n"
		"sync prog -x \"\" 'y\n"
		"mailbox_prefix \"my domain\" \"\"\n"
		"unspeakable \",#\"\n"
		"max_pending 1000000\n"
		"on_success notmuch new\n"
		"on_failure notify-send \"mail: failed\"\n"
		"store a { watch w }\n");

	(void)state;
	assert_int_equal(config->ignored_count, 3);
	assert_true(config_ignores(config, "drafts"));
	assert_true(config_ignores(config, "trash"));
	assert_true(config_ignores(config, "sent mail"));
	assert_false(config_ignores(config, "sent"));
	assert_false(config_ignores(config, ""));
	check_command(config->sync, "<prog><-x><><'y>");
	assert_string_equal(config->prefix, "my domain");
	assert_string_equal(config->separator, "");
	assert_string_equal(config->unspeakable, ",#");
	assert_int_equal(config->max_pending, 1000000);
	check_command(config->on_success, "<notmuch><new>");
	check_command(config->on_failure, "<notify-send><mail: failed>");
	check_round_trip(config);
	config_free(config);
}

static void check_delay(const struct config *config, const char *mailbox, int delay)
{
	assert_int_equal(config_inter_delay(config, mailbox), delay);
}

static void test_wildcards_in_inter_delay(void **state)
{
	struct config *config = read_right(
		LEAST "inter_delay 1\ninter_delay 2 lists/*\ninter_delay 3 lists/dev [Gmail]/* l*\n"
		      "inter_delay 4 ?? \"Sent *\"\ninter_delay 5 *\ninter_delay 2 lists/*\n");

	(void)state;
	check_delay(config, "lists/a/b", 2000); /* the first, and / is a character */
	check_delay(config, "lists/", 2000);
	check_delay(config, "lists/dev", 3000); /* a name goes before all of them */
	check_delay(config, "list", 3000);
	check_delay(config, "[Gmail]/All Mail", 3000);
	check_delay(config, "G/x", 5000);       /* brackets are characters */
	check_delay(config, "Sent 2026", 4000);
	check_delay(config, "\xc3\xa4x", 4000); /* ? is a character, or else a byte */
	check_delay(config, "\xe4x", 4000);
	check_delay(config, "abc", 5000);
	check_delay(config, "", 1000);          /* all mailboxes are none */
	check_round_trip(config);
	config_free(config);
}

/* What the first version took for names: they still are. */
static void test_names_with_wildcards(void **state)
{
	struct config *config =
		read_right(LEAST "inter_delay 1\ninter_delay 2 a*\ninter_delay 3 a*b \"a?\"\n"
		                 "inter_delay 4 c\\* \"c \\?\" d\\\\*\n");

	(void)state;
	check_delay(config, "a*b", 3000);
	check_delay(config, "a?", 3000);
	check_delay(config, "axb", 2000);
	check_delay(config, "c*", 4000);        /* a backslash takes their meaning */
	check_delay(config, "cx", 1000);
	check_delay(config, "c ?", 4000);
	check_delay(config, "c x", 1000);
	check_delay(config, "d\\x", 4000);
	check_delay(config, "dx", 1000);
	check_round_trip(config);
	config_free(config);
}

static void test_wildcards_in_ignore(void **state)
{
	struct config *config = read_right(
		LEAST "ignore Trash [Gmail]/* *.old \"a b\"* x\\*y ??\nignore *.old * \n");
	char *text;

	(void)state;
	assert_true(config_ignores(config, "whatever"));
	assert_false(config_ignores(config, ""));
	config_free(config);
	config = read_right(LEAST "ignore Trash [Gmail]/* *.old \"a b\"* x\\*y\nignore *.old\n");
	assert_true(config_ignores(config, "Trash"));
	assert_true(config_ignores(config, "[Gmail]/a/b"));
	assert_true(config_ignores(config, "x.old.old"));
	assert_false(config_ignores(config, "x.old2"));
	assert_true(config_ignores(config, "a b"));
	assert_true(config_ignores(config, "x*y"));
	assert_false(config_ignores(config, "xzy"));
	check_round_trip(config);
	text = config_format(config);
	assert_non_null(strstr(text, "\nignore Trash \"x\\*y\" *.old [Gmail]/* \"a b*\"\n"));
	free(text);
	config_free(config);
}

static void test_wildcards_are_shown_in_their_order(void **state)
{
	struct config *config = read_right(LEAST "inter_delay 2 z* a?\ninter_delay 3 b \"m #\"*\n"
	                                         "inter_delay 4 \\?\n");
	char *text = config_format(config);

	(void)state;
	assert_non_null(strstr(text, "inter_delay 60\ninter_delay 4 \"\\?\"\ninter_delay 3 b\n"
	                             "inter_delay 2 z*\ninter_delay 2 a?\n"
	                             "inter_delay 3 \"m #*\"\nmax_delay"));
	check_round_trip(config);
	free(text);
	config_free(config);
}

/* Names come from other hosts: no pattern makes them expensive. */
static void test_wildcards_are_fast(void **state)
{
	char name[4096], text[1100] = "";
	struct config *config;

	(void)state;
	for (int i = 0; i < 250; i++)
		strcat(text, "*a?*");
	memset(name, 'a', sizeof name - 1);
	name[sizeof name - 1] = '\0';
	strcat(text, "b");
	config = config_new();
	config->wild_ignored = (char *[]){ text, NULL };
	config->wild_ignored_count = 1;
	for (int i = 0; i < 20; i++)
		assert_false(config_ignores(config, name));
	config->wild_ignored = NULL;
	config_free(config);
}

static void test_stores(void **state)
{
	struct config *config = read_right(
		"sync s\n"
		"store a {\n\twatch /usr/bin/ssh host w\n\theartbeat 30\n\tremote no\n}\n"
		"store b {\n\tremote\n\trequired no\n\twatch w\n}\n"
		"store c { remote yes\n\trequired\n\twatch w }\n"
		"store d { watch sshd }\n"
		"store e { watch /opt/ssh }\n");

	(void)state;
	assert_int_equal(config->store_count, 5);
	assert_int_equal(config->stores[0].heartbeat, 30000);
	assert_int_equal(config->stores[1].heartbeat, 0);
	assert_false(config_is_remote(&config->stores[0]));
	assert_true(config_is_remote(&config->stores[1]));
	assert_true(config_is_remote(&config->stores[2]));
	assert_false(config_is_remote(&config->stores[3]));
	assert_true(config_is_remote(&config->stores[4]));
	assert_false(config->stores[0].required);
	assert_false(config->stores[1].required);
	assert_true(config->stores[2].required);
	check_round_trip(config);
	config_free(config);
}

static void check_watch(const char *store, const char *name, const char *command)
{
	char *text = memory_format("sync s\n%s\n", store);
	struct config *config = read_right(text);

	assert_int_equal(config->store_count, 1);
	assert_string_equal(config->stores[0].name, name);
	check_command(config->stores[0].watch, command);
	check_round_trip(config);
	config_free(config);
	free(text);
}

static void test_blocks(void **state)
{
	(void)state;
	check_watch("store a { watch w x }", "a", "<w><x>");
	check_watch("store a {\nwatch w x\n}", "a", "<w><x>");
	check_watch("store a\n\n# here\n{ watch w x\n\n}", "a", "<w><x>");
	check_watch("store a\n{\nwatch w x }", "a", "<w><x>");
	check_watch("store a { # here\nwatch w # x }\n}", "a", "<w>");
	check_watch("store \"a b\" { watch w }", "a b", "<w>");
	check_watch("store \"{\" { watch w \"}\" \\{ }", "{", "<w><}><{>");
	check_watch("store \"watch\" { watch w \"sync\" sto\\re }", "watch", "<w><sync><store>");
	check_watch("store a { watch find . {} x} }", "a", "<find><.><{}><x}>");
	check_watch("store a { watch ssh remote heartbeat 5 }", "a", "<ssh><remote><heartbeat><5>");
	check_watch("store a { watch ssh required }", "a", "<ssh><required>");
	check_watch("store a { required yes\nwatch w }", "a", "<w>");
	check_watch("store a { heartbeat 5\nremote no\nwatch w }", "a", "<w>");
}

static void test_words(void **state)
{
	(void)state;
	check_watch("store a { watch\tw  \t x\t}", "a", "<w><x>");
	check_watch("store a {\nwatch w x#y z\n}", "a", "<w><x>");
	check_watch("store a {\nwatch w x\\#y \"#z\" # a\n}", "a", "<w><x#y><#z>");
	check_watch("store a { watch w a\\ b \"c  d\" e\" \"f }", "a", "<w><a b><c  d><e f>");
	check_watch("store a { watch w \\\" \"a\\\"b\" \\\\ \"\\\\\" }", "a",
	            "<w><\"><a\"b><\\><\\>");
	check_watch("store a { watch w it's 'a b' }", "a", "<w><it's><'a><b'>");
	check_watch("store a { watch w \"a\tb\" \"\" x\"\" }", "a", "<w><a\tb><><x>");
	check_watch("store a { watch w \xc3\xa4 \xff }", "a", "<w><\xc3\xa4><\xff>");
	check_watch("# \x01\x7f any byte\nstore a { watch w }", "a", "<w>");
}

static void test_line_ends(void **state)
{
	struct config *crlf = read_right("sync s x\r\n\r\nstore a\r\n{\r\nwatch w y\r\n}\r\n");
	struct config *open = read_right("store a { watch w y }\nsync s x");
	struct config *open_cr = read_right("store a { watch w y }\r\nsync s x\r");
	struct config *mark = read_right("\xef\xbb\xbfsync s x\nstore a { watch w y }");

	(void)state;
	check_same(crlf, open);
	check_same(crlf, open_cr);
	check_same(crlf, mark);
	config_free(crlf);
	config_free(open);
	config_free(open_cr);
	config_free(mark);
}

static void test_channel(void **state)
{
	struct config *config = read_right(
		"sync mbsync -q --\nchannel \"-my chan\" \"/a b\"\n"
		"store a { watch w }\nstore b {\nside near\nwatch w\n}\n"
		"store c {\nwatch w\nside far \"x y\"\n}\n");
	char *text = config_format(config);

	(void)state;
	assert_string_equal(config->channel, "-my chan");
	assert_string_equal(config->channel_file, "/a b");
	assert_int_equal(config->channel_line, 2);
	assert_string_equal(config_all(config), "-my chan");
	assert_int_equal(config->stores[0].side, CONFIG_SIDE_GUESS);
	assert_int_equal(config->stores[1].side, CONFIG_SIDE_NEAR);
	assert_null(config->stores[1].side_store);
	assert_int_equal(config->stores[1].side_line, 5);
	assert_int_equal(config->stores[2].side, CONFIG_SIDE_FAR);
	assert_string_equal(config->stores[2].side_store, "x y");
	assert_non_null(strstr(text, "\nchannel \"-my chan\" \"/a b\"\n"));
	assert_non_null(strstr(text, "\n\tside near\n"));
	assert_non_null(strstr(text, "\n\tside far \"x y\"\n"));
	check_round_trip(config);
	free(text);
	config_free(config);
	config = read_right("channel work\nsync s\nstore channel { watch side }\n");
	assert_null(config->channel_file);
	config_free(config);
}

static void test_format(void **state)
{
	struct config *config = read_right("sync p \"a b\" \\\"\\\\ }x \"sync\" \"#\" 'c d' *\n"
	                                   "inter_delay 0.25 INBOX\nignore x \"y z\"\n"
	                                   "store \"x y\" { watch ssh host }\nstore b {\nwatch "
	                                   "w\nremote\nrequired\nheartbeat 1m\n}\n");
	char *text = config_format(config);

	(void)state;
	assert_string_equal(text,
		"base_delay 10\n"
		"inter_delay 60\n"
		"inter_delay 0.25 INBOX\n"
		"max_delay 600\n"
		"poll_period 86400\n"
		"resume_after 60\n"
		"max_pending 10000\n"
		"ignore x \"y z\"\n"
		"# no channel\n"
		"# no mailbox_prefix\n"
		"unspeakable \"\"\n"
		"sync p \"a b\" \"\\\"\\\\\" \"}x\" \"sync\" \"#\" \"'c\" \"d'\" \"*\"\n"
		"# no on_success\n"
		"# no on_failure\n"
		"hook_timeout 60\n"
		"store \"x y\" {\n"
		"\twatch ssh host\n"
		"\t# no side\n"
		"\t# remote, by its command\n"
		"\trequired no\n"
		"\theartbeat 0\n"
		"}\n"
		"store b {\n"
		"\twatch w\n"
		"\t# no side\n"
		"\tremote\n"
		"\trequired\n"
		"\theartbeat 60\n"
		"}\n");
	check_round_trip(config);
	free(text);
	config_free(config);
}

/* A generator of our own: the same numbers with every libc (Marsaglia 2003). */
static uint32_t next_number(uint32_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 17;
	*seed ^= *seed << 5;
	return *seed;
}

static void count(void *context, const char *message)
{
	size_t *errors = context;

	assert_true(strncmp(message, "rc:", 3) == 0);
	++*errors;
}

static const char *const pieces[] = {
	"base_delay",
	"inter_delay",
	"max_delay",
	"poll_period",
	"resume_after",
	"max_pending",
	"ignore",
	"sync",
	"mailbox_prefix",
	"unspeakable",
	"on_success",
	"on_failure",
	"hook_timeout",
	"store",
	"watch",
	"remote",
	"required",
	"heartbeat",
	"no",
	"{",
	"}",
	" ",
	" ",
	" ",
	"\n",
	"\n",
	"\n",
	"\t",
	"\r\n",
	"\"",
	"\\",
	"#",
	"'",
	"1",
	"0.5",
	"9h",
	"-1",
	"INBOX",
	"a",
	"b",
	"\x01",
	"\xff",
	"ssh",
	"store a { watch w }\n",
	"store b {\nwatch w }\n",
	"sync s\n",
	"\nsync s",
	"99999999999999999999",
	"\nignore x y",
	"\ninter_delay 1 x",
};

/* Pieces of the grammar, now and then a random byte. */
static size_t make_text(uint32_t *seed, char *text, size_t room)
{
	size_t length = 0, wanted = next_number(seed) % (room - 32);

	while (length < wanted) {
		uint32_t number = next_number(seed);
		const char *piece = pieces[(number >> 8) % (sizeof pieces / sizeof *pieces)];

		if (number % 64 == 0)
			text[length++] = (char)(number >> 8);
		else
			length += (size_t)snprintf(text + length, room - length, "%s%s", piece,
			                           (number & 128) != 0 ? " " : "");
	}
	return length;
}

static void test_random_text_is_told_or_understood(void **state)
{
	uint32_t seed = 20240229;
	unsigned right = 0;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		char text[512], *exact;
		size_t length = make_text(&seed, text, i % 8 == 0 ? sizeof text : 96), errors = 0;
		struct config *config;

		exact = memory_new(length,
		                   1); /* no byte behind it: a sanitizer sees each overrun */
		memcpy(exact, text, length);
		config = config_parse("rc", exact, length, count, &errors);
		free(exact);
		assert_int_equal(config == NULL, errors > 0);
		if (config != NULL) {
			right++;
			check_round_trip(config);
			config_free(config);
		}
	}
	assert_true(right > 20);
}

/* A copy of the text that lasts as long as the configuration. */
static char *keep(struct config *config, const char *text)
{
	char *copy = memory_copy(text);
	const struct word word = { .text = copy };
	const struct config_statement *kept = statement_new(config, settings, 0, &word, 1);

	free(copy);
	return kept->words.list[0].text;
}

/* A word of random bytes as it may stand in quotes. */
static char *random_word(uint32_t *seed, struct config *config)
{
	char word[32] = "";
	size_t length = next_number(seed) % 12;

	for (size_t i = 0; i < length; i++) {
		unsigned char c = (unsigned char)(next_number(seed) >> 9);

		word[i] = (char)(c < ' ' || c == 0x7f ? "\t \"\\#{}'"[c % 8] : c);
	}
	if (length == 0)
		snprintf(word, sizeof word, "%s", pieces[next_number(seed) % 20]);
	return keep(config, word);
}

static char **random_words(uint32_t *seed, struct config *config)
{
	size_t count = 1 + next_number(seed) % 3;
	char **words = memory_new(count + 1, sizeof *words);

	for (size_t i = 0; i < count; i++)
		words[i] = random_word(seed, config);
	if (words[0][0] == '\0') /* a program has a name */
		words[0] = keep(config, "}");
	return words;
}

/* A name that no other store or mailbox has, in the order that is kept. */
static char *random_name(uint32_t *seed, struct config *config, int number)
{
	char name[64];

	snprintf(name, sizeof name, "%d%s", number, random_word(seed, config));
	return keep(config, name);
}

static void add_random_mailboxes(uint32_t *seed, struct config *config)
{
	config->delay_count = config->ignored_count = 2;
	config->delays = memory_new(2, sizeof *config->delays);
	config->ignored = memory_new(3, sizeof *config->ignored);
	for (int i = 0; i < 2; i++) {
		config->delays[i].delay = next_number(seed) % 100000;
		config->delays[i].mailbox = random_name(seed, config, i);
		config->ignored[i] = random_name(seed, config, i);
	}
}

static void add_random_stores(uint32_t *seed, struct config *config)
{
	config->store_count = 2;
	config->stores = memory_new(2, sizeof *config->stores);
	for (int i = 0; i < 2; i++) {
		config->stores[i].name = random_name(seed, config, i);
		config->stores[i].heartbeat = next_number(seed) % 5000;
		config->stores[i].required = next_number(seed) % 2;
		config->stores[i].remote = (enum config_remote)(next_number(seed) % 3);
		config->stores[i].watch = random_words(seed, config);
	}
}

static bool has_blank_in_names(const struct config *config)
{
	return strpbrk(config->stores[0].name, " \t") != NULL ||
	       strpbrk(config->stores[1].name, " \t") != NULL;
}

static void add_random_hooks(uint32_t *seed, struct config *config, int number)
{
	config->on_success = number % 2 == 0 ? random_words(seed, config) : NULL;
	config->on_failure = number % 3 == 0 ? random_words(seed, config) : NULL;
}

static void test_random_words_round_trip(void **state)
{
	uint32_t seed = 7;

	(void)state;
	for (int i = 0; i < 2000; i++) {
		struct config *config = config_new();

		config->sync = random_words(&seed, config);
		config->prefix = random_word(&seed, config);
		config->separator = random_word(&seed, config);
		config->unspeakable = keep(config, "\t \\\"#'{");
		config->base_delay = next_number(&seed);
		add_random_mailboxes(&seed, config);
		add_random_stores(&seed, config);
		if (!has_blank_in_names(config))
			add_random_hooks(&seed, config, i);
		check_round_trip(config);
		config_free(config);
	}
}

/* Each byte that a word can hold, alone, at the start and at the end of one. */
static void test_every_byte_round_trips(void **state)
{
	(void)state;
	for (int byte = 1; byte < 256; byte++) {
		struct config *config;
		char *text;

		if ((byte < ' ' && byte != '\t') || byte == 0x7f)
			continue;
		text = memory_format(
			"sync s \"\\%c\" \"\\%cx\" \"x\\%c\"\nstore \"\\%c\" { watch w }\n", byte,
			byte, byte, byte);
		config = read_right(text);
		assert_int_equal((unsigned char)config->sync[1][0], byte);
		assert_int_equal((unsigned char)config->stores[0].name[0], byte);
		check_round_trip(config);
		config_free(config);
		free(text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_defaults),
		cmocka_unit_test(test_first_versions_sample),
		cmocka_unit_test(test_the_man_pages_sample),
		cmocka_unit_test(test_the_man_page_has_every_keyword),
		cmocka_unit_test(test_times),
		cmocka_unit_test(test_base_delay_may_exceed_the_others),
		cmocka_unit_test(test_mailboxes_and_programs),
		cmocka_unit_test(test_wildcards_in_inter_delay),
		cmocka_unit_test(test_names_with_wildcards),
		cmocka_unit_test(test_wildcards_in_ignore),
		cmocka_unit_test(test_wildcards_are_shown_in_their_order),
		cmocka_unit_test(test_wildcards_are_fast),
		cmocka_unit_test(test_stores),
		cmocka_unit_test(test_blocks),
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_line_ends),
		cmocka_unit_test(test_channel),
		cmocka_unit_test(test_format),
		cmocka_unit_test(test_random_text_is_told_or_understood),
		cmocka_unit_test(test_random_words_round_trip),
		cmocka_unit_test(test_every_byte_round_trips),
	};

	return cmocka_run_group_tests_name("configuration", tests, NULL, NULL);
}
