#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "../../watch_mboxes/naming.h"

#include <string.h>

static const struct naming plain = { .separator = '/' };

static void is_named(const struct naming *naming, const char *path, const char *wanted)
{
	char name[NAMING_NAME_MAX];

	assert_int_equal(naming_file(naming, path, name, sizeof name), NAMING_MAILBOX);
	assert_string_equal(name, wanted);
}

static void is_judged(const struct naming *naming, const char *path, enum naming_verdict wanted)
{
	char name[NAMING_NAME_MAX];

	assert_int_equal(naming_file(naming, path, name, sizeof name), wanted);
}

static void names_are_paths(void **state)
{
	struct naming dots = { .separator = '.' };

	(void)state;
	is_named(&plain, "sent", "sent");
	is_named(&plain, "lists/a b", "lists/a b");
	is_named(&plain, "d.o.t/s.", "d.o.t/s.");
	is_named(&plain, "&AOk-", "&AOk-");
	is_named(&dots, "a/b/c", "a.b.c");
	is_judged(&dots, "a/b.c", NAMING_NAMELESS);
	is_judged(&plain, "a\nb", NAMING_NAMELESS);
	is_judged(&plain, "a\nb/c", NAMING_NAMELESS);
}

static void inbox_has_one_name(void **state)
{
	struct naming inside = { .separator = '/', .inbox = "in/box" };

	(void)state;
	is_named(&inside, "in/box", "INBOX");
	is_named(&inside, "in/box2", "in/box2");
	is_judged(&inside, "INBOX", NAMING_DOUBLE);
	is_judged(&plain, "INBOX", NAMING_DOUBLE);
	is_named(&plain, "INBOX/below", "INBOX/below");
	is_named(&plain, "lists/INBOX", "lists/INBOX");
	inside.inbox = "INBOX";
	is_named(&inside, "INBOX", "INBOX");
	inside.inbox = ".inbox~";
	is_named(&inside, ".inbox~", "INBOX");
}

static void names_may_be_spelt_otherwise(void **state)
{
	struct naming utf8 = { .separator = '/', .encoding = ENCODING_UTF8 };
	struct naming utf7 = { .separator = '.', .encoding = ENCODING_UTF7 };

	(void)state;
	is_named(&utf8, "a/Entw&APw-rfe", "a/Entw\303\274rfe");
	is_named(&utf7, "a/Entw\303\274rfe", "a.Entw&APw-rfe");
	is_judged(&utf8, "bad\377", NAMING_NAMELESS);
	is_named(&plain, "bad\377", "bad\377");
}

static void what_programs_leave_beside_is_left_out(void **state)
{
	static const char *const left_out[] = {
		".hid", "a/.hid", ".subscriptions", "a.lock", "a/b.lock", "a~", "dovecot.index",
		"dovecot.index.log", "dovecot.index.cache", "dovecot.list.index.log",
		"dovecot-uidvalidity", "dovecot-uidvalidity.5e1f", "dovecot.mailbox.log",
		"dovecot.mailbox.log.2", "x/dovecot.index",
	};
	static const char *const taken[] = {
		"dovecot-news",        "dovecot", "lock", "a.lock2", "~a", "a.locked",
		"lists.dovecot.index",
	};
	struct naming all = { .separator = '/', .all = true };

	(void)state;
	for (size_t i = 0; i < sizeof left_out / sizeof left_out[0]; i++)
		is_judged(&plain, left_out[i], NAMING_NONE);
	for (size_t i = 0; i < sizeof taken / sizeof taken[0]; i++)
		is_named(&plain, taken[i], taken[i]);
	is_named(&all, ".hid", ".hid");
	is_named(&all, "a~", "a~");
	is_judged(&all, "a.lock", NAMING_NONE);
	is_judged(&all, "dovecot.index", NAMING_NONE);
}

static void hidden_directories_are_not_walked(void **state)
{
	struct naming all = { .separator = '/', .all = true };

	(void)state;
	assert_true(naming_is_walked(&plain, "lists"));
	assert_true(naming_is_walked(&plain, "old~"));
	assert_true(naming_is_walked(&plain, "INBOX"));
	assert_false(naming_is_walked(&plain, ".imap"));
	assert_false(naming_is_walked(&plain, ".cache"));
	assert_false(naming_is_walked(&plain, ".."));
	assert_true(naming_is_walked(&all, ".cache"));
	assert_false(naming_is_walked(&all, ".imap"));
	assert_false(naming_is_walked(&all, "."));
}

static void a_name_fits_its_room(void **state)
{
	char name[4] = "xxx";

	(void)state;
	assert_int_equal(naming_file(&plain, "abc", name, sizeof name), NAMING_MAILBOX);
	assert_int_equal(naming_file(&plain, "abcd", name, sizeof name), NAMING_NAMELESS);
}

static void first_bytes_tell(void **state)
{
	(void)state;
	assert_true(naming_is_mbox("", 0));
	assert_true(naming_is_mbox("From a@b Mon", 12));
	assert_true(naming_is_mbox("From ", 5));
	assert_true(naming_is_mbox("Fro", 3));
	assert_true(naming_is_mbox("*mbx*\r\n", 7));
	assert_true(naming_is_mbox("*", 1));
	assert_false(naming_is_mbox("\nFrom ", 6));
	assert_false(naming_is_mbox("From: a@b", 9));
	assert_false(naming_is_mbox("from ", 5));
	assert_false(naming_is_mbox("\x1f\x8b\x08", 3));
	assert_false(naming_is_mbox("text", 4));
	assert_false(naming_is_mbox("Fr\0m ", 5));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_paths),
		cmocka_unit_test(inbox_has_one_name),
		cmocka_unit_test(names_may_be_spelt_otherwise),
		cmocka_unit_test(what_programs_leave_beside_is_left_out),
		cmocka_unit_test(hidden_directories_are_not_walked),
		cmocka_unit_test(a_name_fits_its_room),
		cmocka_unit_test(first_bytes_tell),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
