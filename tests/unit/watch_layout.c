#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "../../watch_maildirs/layout.h"

#include <string.h>

/* A mailbox's path and its name; NULL for none, "" for one without a name, "/"
 * for a directory that is walked, "//" for a second INBOX. */
struct expectation {
	const char *path, *name;
};

static const char *told(const struct layout *layout, enum layout_root root, const char *path)
{
	static char name[LAYOUT_NAME_MAX];

	switch (layout_name(layout, root, path, name, sizeof name)) {
	case LAYOUT_MAILBOX: return name;
	case LAYOUT_NAMELESS: return "";
	case LAYOUT_WALKED: return "/";
	case LAYOUT_DOUBLE: return "//";
	case LAYOUT_NONE: return NULL;
	}
	return "?";
}

static void check(const struct layout *layout, enum layout_root root,
                  const struct expectation *expected)
{
	const char *name;

	for (; expected->path != NULL; expected++) {
		name = told(layout, root, expected->path);
		if (name == expected->name)
			continue;
		if (name == NULL || expected->name == NULL || strcmp(name, expected->name) != 0)
			fail_msg("'%s' is '%s', not '%s'", expected->path,
			         name != NULL ? name : "none",
			         expected->name != NULL ? expected->name : "none");
	}
}

static void maildirpp_with_dots(void **state)
{
	static const struct layout layout = { .style = LAYOUT_MAILDIRPP,
		                              .separator = '.',
		                              .inbox = "" };
	static const struct expectation expected[] = {
		{ "", "INBOX" }, { ".foo", "foo" }, { ".a.b", "a.b" }, { "..dots", ".dots" },
		{ ".x y", "x y" }, { ".INBOX.sub", "INBOX.sub" }, { ".INBOX", "" },
		{ ".inbox", "inbox" }, { ".a\nb", "" }, { "plain", NULL }, { ".", NULL },
		{ ".a/.b", NULL }, { ".-dash", "-dash" }, { ".&AOk-", "&AOk-" },
		{ ".\xc3\xa9", "\xc3\xa9" }, { NULL, NULL },
	};

	(void)state;
	check(&layout, LAYOUT_BASE, expected);
	assert_true(layout_is_walked(&layout, LAYOUT_BASE, ""));
	assert_false(layout_is_walked(&layout, LAYOUT_BASE, ".a"));
}

static void maildirpp_with_slashes(void **state)
{
	static const struct layout layout = { .style = LAYOUT_MAILDIRPP,
		                              .separator = '/',
		                              .inbox = "" };
	static const struct expectation expected[] = {
		{ "", "INBOX" }, { ".foo", "foo" }, { ".a.b.c", "a/b/c" }, { "..sub", "INBOX/sub" },
		{ ".INBOX.sub", "INBOX/sub" }, { ".INBOX.a.b", "INBOX/a/b" }, { ".INBOX", "" },
		{ ".a..b", "a//b" }, { NULL, NULL },
	};

	(void)state;
	check(&layout, LAYOUT_BASE, expected);
}

static void maildirpp_with_another_separator(void **state)
{
	static const struct layout layout = { .style = LAYOUT_MAILDIRPP,
		                              .separator = '~',
		                              .inbox = "" };
	static const struct expectation expected[] = {
		{ ".a.b", "a~b" }, { ".a~b", "" }, { "..b", "INBOX~b" }, { ".INBOX.b", "INBOX~b" },
		{ NULL, NULL },
	};

	(void)state;
	check(&layout, LAYOUT_BASE, expected);
}

static void maildirpp_with_an_inbox_of_its_own(void **state)
{
	static const struct layout inside = { .style = LAYOUT_MAILDIRPP,
		                              .separator = '.',
		                              .inbox = "in/box" };
	static const struct layout outside = { .style = LAYOUT_MAILDIRPP,
		                               .separator = '.',
		                               .inbox = NULL };
	static const struct expectation expected[] = {
		{ "", "/" }, { "in", "/" }, { "in/box", "INBOX" }, { "in/.x", NULL }, { ".a", "a" },
		{ NULL, NULL },
	};
	static const struct expectation in_base[] = { { "", "/" }, { ".a", "a" }, { NULL, NULL } };
	static const struct expectation in_inbox[] = { { "", "INBOX" }, { ".a", NULL },
	                                               { NULL, NULL } };

	(void)state;
	check(&inside, LAYOUT_BASE, expected);
	check(&outside, LAYOUT_BASE, in_base);
	check(&outside, LAYOUT_INBOX, in_inbox);
	assert_true(layout_is_walked(&inside, LAYOUT_BASE, "in"));
	assert_false(layout_is_walked(&outside, LAYOUT_INBOX, ""));
}

static void verbatim(void **state)
{
	static const struct layout layout = { .style = LAYOUT_VERBATIM,
		                              .separator = '/',
		                              .inbox = "" };
	static const struct expectation expected[] = {
		{ "", "INBOX" }, { "top", "top" }, { "top/sub", "top/sub" },
		{ ".hidden", ".hidden" }, { "top/.x", "top/.x" }, { "a.b", "a.b" },
		{ "INBOX", "//" }, { "INBOX/x", NULL }, { "top/INBOX", "top/INBOX" },
		{ "inbox", "inbox" }, { "cur", NULL }, { "new", NULL }, { "top/tmp", NULL },
		{ "top/cur/x", NULL }, { "a\nb", "" }, { NULL, NULL },
	};

	(void)state;
	check(&layout, LAYOUT_BASE, expected);
	assert_true(layout_is_walked(&layout, LAYOUT_BASE, "top/sub"));
}

static void verbatim_with_an_inbox_of_its_own(void **state)
{
	static const struct layout inside = { .style = LAYOUT_VERBATIM,
		                              .separator = '/',
		                              .inbox = "Inbox" };
	static const struct layout same = { .style = LAYOUT_VERBATIM,
		                            .separator = '/',
		                            .inbox = "INBOX" };
	static const struct layout outside = { .style = LAYOUT_VERBATIM,
		                               .separator = '/',
		                               .inbox = NULL };
	static const struct expectation expected[] = {
		{ "", "/" }, { "Inbox", "INBOX" }, { "Inbox/sub", "INBOX/sub" },
		{ "Inbox/.dot", "INBOX/.dot" }, { "INBOX", "//" }, { "Inboxes", "Inboxes" },
		{ NULL, NULL },
	};
	static const struct expectation expected_same[] = {
		{ "INBOX", "INBOX" }, { "INBOX/sub", "INBOX/sub" }, { NULL, NULL },
	};
	static const struct expectation expected_outside[] = {
		{ "", "INBOX" }, { "sub", "INBOX/sub" }, { NULL, NULL },
	};

	(void)state;
	check(&inside, LAYOUT_BASE, expected);
	check(&same, LAYOUT_BASE, expected_same);
	check(&outside, LAYOUT_INBOX, expected_outside);
}

static void legacy(void **state)
{
	static const struct layout layout = { .style = LAYOUT_LEGACY,
		                              .separator = '/',
		                              .inbox = "Inbox" };
	static const struct expectation expected[] = {
		{ "", "/" }, { "top", "top" }, { "top/.sub", "top/sub" },
		{ "top/.sub/.deep", "top/sub/deep" }, { ".hidden", NULL }, { "top/plain", NULL },
		{ "top/..x", "top/.x" }, { "a.b", "a.b" }, { "Inbox", "INBOX" },
		{ "Inbox/.sub", "INBOX/sub" }, { "Inbox/sub", NULL }, { "INBOX", "//" },
		{ "top/.INBOX", "top/INBOX" }, { "top/.", NULL }, { NULL, NULL },
	};

	(void)state;
	check(&layout, LAYOUT_BASE, expected);
}

static void a_mailbox_may_lie_above_inbox(void **state)
{
	static const struct layout verbatim = { .style = LAYOUT_VERBATIM, .separator = '/',
		                                .inbox = "a/b/In" };
	static const struct layout second = { .style = LAYOUT_VERBATIM, .separator = '/',
		                              .inbox = "INBOX/In" };
	static const struct layout legacy = { .style = LAYOUT_LEGACY, .separator = '/',
		                              .inbox = "a/.b/In" };
	static const struct expectation expected[] = {
		{ "a", "a" }, { "a/b", "a/b" }, { "a/b/In", "INBOX" }, { "a/b/In/x", "INBOX/x" },
		{ "a/b/c", "a/b/c" }, { NULL, NULL },
	};
	static const struct expectation expected_second[] = {
		{ "INBOX", "/" }, { "INBOX/In", "INBOX" }, { "INBOX/x", NULL }, { NULL, NULL },
	};
	static const struct expectation expected_legacy[] = {
		{ "a", "a" }, { "a/.b", "a/b" }, { "a/.b/In", "INBOX" }, { "new", NULL },
		{ NULL, NULL },
	};

	(void)state;
	check(&verbatim, LAYOUT_BASE, expected);
	check(&second, LAYOUT_BASE, expected_second);
	check(&legacy, LAYOUT_BASE, expected_legacy);
}

static void flat(void **state)
{
	static const struct layout layout = { .style = LAYOUT_FLAT, .separator = '/',
		                              .inbox = "deep/In" };
	static const struct expectation expected[] = {
		{ "", "/" }, { "top", "top" }, { "top/sub", NULL }, { ".hidden", ".hidden" },
		{ "INBOX.x", "INBOX.x" }, { "cur", NULL }, { "INBOX", "//" }, { "deep", "deep" },
		{ "deep/In", "INBOX" }, { "deep/In/x", NULL }, { NULL, NULL },
	};

	(void)state;
	check(&layout, LAYOUT_BASE, expected);
	assert_true(layout_is_walked(&layout, LAYOUT_BASE, ""));
	assert_true(layout_is_walked(&layout, LAYOUT_BASE, "deep"));
	assert_false(layout_is_walked(&layout, LAYOUT_BASE, "top"));
	assert_false(layout_is_walked(&layout, LAYOUT_INBOX, ""));
}

static void names_may_begin_with_a_prefix(void **state)
{
	static const struct layout verbatim = { .style = LAYOUT_VERBATIM, .separator = '/',
		                                .inbox = "m-in", .prefix = "m-" };
	static const struct layout legacy = { .style = LAYOUT_LEGACY, .separator = '/',
		                              .prefix = "." };
	static const struct expectation expected[] = {
		{ "m-work", "work" },    { "m-work/m-x", "work/m-x" },
		{ "work", NULL },        { "m-", NULL },
		{ "m", NULL },           { "m-in", "INBOX" },
		{ "m-in/x", "INBOX/x" }, { "m-INBOX", "//" },
		{ "m-cur", "cur" },      { "m-.x", ".x" },
		{ "work/m-x", NULL },    { NULL, NULL },
	};
	static const struct expectation expected_new[] = { { "new", NULL }, { "nett", "ett" },
	                                                   { NULL, NULL } };
	static const struct layout letter = { .style = LAYOUT_VERBATIM, .separator = '/',
		                              .prefix = "n" };
	static const struct expectation expected_legacy[] = {
		{ ".work", "work" }, { "..x", NULL }, { ".work/.x", "work/x" }, { "work", NULL },
		{ NULL, NULL },
	};
	static const struct expectation in_inbox[] = { { ".x", "INBOX/x" }, { "x", NULL },
	                                               { NULL, NULL } };

	(void)state;
	check(&verbatim, LAYOUT_BASE, expected);
	check(&letter, LAYOUT_BASE, expected_new);
	check(&legacy, LAYOUT_BASE, expected_legacy);
	check(&legacy, LAYOUT_INBOX, in_inbox);
}

static void the_base_may_be_inbox_alone(void **state)
{
	static const struct layout verbatim = { .style = LAYOUT_VERBATIM, .separator = '/',
		                                .inbox = "", .is_inbox = true };
	static const struct layout flat = { .style = LAYOUT_FLAT, .separator = '/', .inbox = "",
		                            .is_inbox = true };
	static const struct expectation expected[] = {
		{ "", "INBOX" }, { "a", "INBOX/a" }, { "a/b", "INBOX/a/b" }, { "cur", NULL },
		{ NULL, NULL },
	};
	static const struct expectation expected_flat[] = { { "", "INBOX" }, { "a", NULL },
	                                                    { NULL, NULL } };

	(void)state;
	check(&verbatim, LAYOUT_BASE, expected);
	check(&flat, LAYOUT_BASE, expected_flat);
	assert_true(layout_is_walked(&verbatim, LAYOUT_BASE, "a"));
	assert_false(layout_is_walked(&flat, LAYOUT_BASE, ""));
}

static void mbsync_has_no_dot_inbox(void **state)
{
	static const struct layout layout = { .style = LAYOUT_MAILDIRPP, .separator = '/',
		                              .inbox = "", .is_strict = true };
	static const struct expectation expected[] = {
		{ ".INBOX", "//" }, { ".INBOX.x", "//" }, { ".INBOXES", "INBOXES" },
		{ ".Inbox.x", "Inbox/x" }, { "..x", "INBOX/x" }, { "...x", "INBOX//x" },
		{ ".a..b", "a//b" }, { NULL, NULL },
	};

	(void)state;
	check(&layout, LAYOUT_BASE, expected);
}

static void names_in_an_encoding(void **state)
{
	static const struct layout utf8 = { .style = LAYOUT_MAILDIRPP, .separator = '/',
		                            .inbox = "", .names = ENCODING_UTF8 };
	static const struct layout utf7 = { .style = LAYOUT_VERBATIM, .separator = '/',
		                            .inbox = "In", .names = ENCODING_UTF7 };
	static const struct expectation expected_utf8[] = {
		{ "", "INBOX" },   { ".Entw&APw-rfe.&AOk-t", "Entw\xc3\xbcrfe/\xc3\xa9t" },
		{ ".R&D", "R&D" }, { ".R&-D", "R&D" },
		{ ".\xfc", "" },   { ".a&AAo-b", "" },
		{ NULL, NULL },
	};
	static const struct expectation expected_utf7[] = {
		{ "In", "INBOX" },
		{ "In/\xc3\xa9t", "INBOX/&AOk-t" },
		{ "R&D/&AOk-t", "R&-D/&AOk-t" },
		{ "a/\xfc", "" },
		{ "cur", NULL },
		{ NULL, NULL },
	};
	char name[8];

	(void)state;
	check(&utf8, LAYOUT_BASE, expected_utf8);
	check(&utf7, LAYOUT_BASE, expected_utf7);
	assert_int_equal(layout_name(&utf7, LAYOUT_BASE, "abcdef\xc3\xa9", name, sizeof name),
	                 LAYOUT_NAMELESS);
}

static void a_name_that_does_not_fit_is_none(void **state)
{
	static const struct layout dots = { .style = LAYOUT_MAILDIRPP,
		                            .separator = '.',
		                            .inbox = "" };
	static const struct layout tree = { .style = LAYOUT_VERBATIM,
		                            .separator = '/',
		                            .inbox = "" };
	char name[8];

	(void)state;
	assert_int_equal(layout_name(&dots, LAYOUT_BASE, ".1234567", name, sizeof name),
	                 LAYOUT_MAILBOX);
	assert_int_equal(layout_name(&dots, LAYOUT_BASE, ".12345678", name, sizeof name),
	                 LAYOUT_NAMELESS);
	assert_int_equal(layout_name(&tree, LAYOUT_BASE, "123/4567", name, sizeof name),
	                 LAYOUT_NAMELESS);
}

static void styles_have_names(void **state)
{
	enum layout_style style;

	(void)state;
	assert_true(layout_style_parse("legacy", &style));
	assert_int_equal(style, LAYOUT_LEGACY);
	assert_true(layout_style_parse("maildir++", &style));
	assert_int_equal(style, LAYOUT_MAILDIRPP);
	assert_false(layout_style_parse("Verbatim", &style));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(maildirpp_with_dots),
		cmocka_unit_test(maildirpp_with_slashes),
		cmocka_unit_test(maildirpp_with_another_separator),
		cmocka_unit_test(maildirpp_with_an_inbox_of_its_own),
		cmocka_unit_test(verbatim),
		cmocka_unit_test(verbatim_with_an_inbox_of_its_own),
		cmocka_unit_test(legacy),
		cmocka_unit_test(a_mailbox_may_lie_above_inbox),
		cmocka_unit_test(flat),
		cmocka_unit_test(names_may_begin_with_a_prefix),
		cmocka_unit_test(the_base_may_be_inbox_alone),
		cmocka_unit_test(mbsync_has_no_dot_inbox),
		cmocka_unit_test(names_in_an_encoding),
		cmocka_unit_test(a_name_that_does_not_fit_is_none),
		cmocka_unit_test(styles_have_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
