/* A store of mbsync's file becomes a base, an INBOX and a layout. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "../../watch_maildirs/mapping.h"
#include "../../watch_maildirs/options.h"
#include "mbsyncrc_parse.h"
#include "memory.h"

static void ignore(void *context, enum mbsyncrc_problem kind, unsigned line, const char *message)
{
	(void)context;
	(void)kind;
	(void)line;
	(void)message;
}

static const char *no_home(void *context, const char *user)
{
	(void)context;
	(void)user;
	return NULL;
}

/* What the lines of a store called m are, in a home /h. */
static struct options options_of(const char *lines)
{
	const struct mbsyncrc_place place = {
		.file = "rc", .home = "/h", .home_of = no_home, .version = MBSYNC_1_5,
	};
	char *text = memory_format("MaildirStore m\n%s\n", lines);
	struct mbsyncrc *rc = mbsyncrc_parse(&place, text, strlen(text), ignore, NULL);
	struct options options = { .store = "m" };

	mapping_apply(mbsyncrc_store(rc, "m"), &options);
	mbsyncrc_free(rc);
	free(text);
	return options;
}

static void is(const char *got, const char *wanted)
{
	if (wanted == NULL) {
		assert_null(got);
		return;
	}
	assert_non_null(got);
	assert_string_equal(got, wanted);
}

/* below: INBOX's path below the base; outside: else its own. */
static void check(const char *lines, enum layout_style style, const char *base, const char *prefix,
                  const char *below, const char *outside)
{
	struct options options = options_of(lines);

	assert_int_equal(options.layout.style, style);
	assert_int_equal(options.layout.separator, '/');
	is(options.base, base);
	is(options.layout.prefix, prefix);
	is(options.layout.inbox, below);
	is(options.inbox, outside);
	assert_true(options.layout.is_strict);
	options_end(&options);
}

static void styles(void **state)
{
	(void)state;
	check("SubFolders Verbatim\nPath ~/M/", LAYOUT_VERBATIM, "/h/M", NULL, NULL, "/h/Maildir");
	check("SubFolders Legacy\nPath ~/M/", LAYOUT_LEGACY, "/h/M", NULL, NULL, "/h/Maildir");
	check("Path ~/M/", LAYOUT_FLAT, "/h/M", NULL, NULL, "/h/Maildir");
	check("SubFolders Maildir++", LAYOUT_MAILDIRPP, "/h/Maildir", NULL, "", NULL);
	check("SubFolders Maildir++\nInbox ~/M/", LAYOUT_MAILDIRPP, "/h/M", NULL, "", NULL);
}

static void a_path_may_be_a_prefix(void **state)
{
	(void)state;
	check("Path ~/M/m-", LAYOUT_FLAT, "/h/M", "m-", NULL, "/h/Maildir");
	check("Path ~/M/m-\nInbox ~/M/m-in", LAYOUT_FLAT, "/h/M", "m-", "m-in", NULL);
	check("Path ~/M/m-\nInbox ~/M/in", LAYOUT_FLAT, "/h/M", "m-", NULL, "/h/M/in");
	check("Path ~/M", LAYOUT_FLAT, "/h", "M", "Maildir", NULL);
	check("Path /M-", LAYOUT_FLAT, "/", "M-", NULL, "/h/Maildir");
	check("Path /", LAYOUT_FLAT, "/", NULL, "h/Maildir", NULL);
	check("Path ~/M//\nInbox ~/M//in", LAYOUT_FLAT, "/h/M", NULL, "in", NULL);
}

static void inbox_is_nested_where_the_spelling_says_so(void **state)
{
	(void)state;
	check("SubFolders Verbatim\nPath ~/M/\nInbox ~/M/in", LAYOUT_VERBATIM, "/h/M", NULL, "in",
	      NULL);
	check("SubFolders Verbatim\nPath ~/M/\nInbox ~/M/a/in", LAYOUT_VERBATIM, "/h/M", NULL,
	      "a/in", NULL);
	check("SubFolders Verbatim\nPath ~/M/\nInbox ~/M/in/", LAYOUT_VERBATIM, "/h/M", NULL, NULL,
	      "/h/M/in");
	check("SubFolders Verbatim\nPath ~/M/\nInbox ~/M/./in", LAYOUT_VERBATIM, "/h/M", NULL, NULL,
	      "/h/M/./in");
	check("SubFolders Legacy\nPath ~/M/\nInbox ~/M/.a/in", LAYOUT_LEGACY, "/h/M", NULL, NULL,
	      "/h/M/.a/in");
	check("SubFolders Verbatim\nPath ~/M/\nInbox ~/M", LAYOUT_VERBATIM, "/h/M", NULL, NULL,
	      "/h/M");
}

static void without_path_there_is_inbox_only(void **state)
{
	struct options options = options_of("SubFolders Verbatim\nInbox ~/In");
	char name[LAYOUT_NAME_MAX];

	(void)state;
	is(options.base, "/h/In");
	is(options.inbox, NULL);
	assert_true(options.layout.is_inbox);
	assert_int_equal(layout_name(&options.layout, LAYOUT_BASE, "x", name, sizeof name),
	                 LAYOUT_MAILBOX);
	is(name, "INBOX/x");
	options_end(&options);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(styles),
		cmocka_unit_test(a_path_may_be_a_prefix),
		cmocka_unit_test(inbox_is_nested_where_the_spelling_says_so),
		cmocka_unit_test(without_path_there_is_inbox_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
