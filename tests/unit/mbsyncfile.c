/* Which configuration the installed mbsync takes, and which version that is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "mbsyncfile.h"
#include "mbsyncrc_parse.h"
#include "mbsyncversion.h"
#include "memory.h"

static char *home; /* of this test */

static char *in_home(const char *name)
{
	return memory_format("%s/%s", home, name);
}

static void write_file(const char *name, const char *text, mode_t mode)
{
	char *path = in_home(name);
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	fputs(text, file);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(chmod(path, mode), 0);
	free(path);
}

static void remove_file(const char *name)
{
	char *path = in_home(name);

	assert_int_equal(remove(path), 0);
	free(path);
}

static void make_directory(const char *name)
{
	char *path = in_home(name);

	assert_int_equal(mkdir(path, 0700), 0);
	free(path);
}

static void assert_default(enum mbsync_version version, const char *name)
{
	char *found = mbsyncfile_default(version), *expected = in_home(name);

	assert_string_equal(found, expected);
	free(found);
	free(expected);
}

static void the_file_is_the_versions(void **state)
{
	(void)state;
	assert_false(mbsyncfile_depends_on_version());
	assert_default(MBSYNC_1_4, ".mbsyncrc");
	assert_default(MBSYNC_1_5, ".mbsyncrc");
	make_directory(".config");
	write_file(".config/isyncrc", "", 0600);
	assert_true(mbsyncfile_depends_on_version());
	assert_default(MBSYNC_1_4, ".mbsyncrc");
	assert_default(MBSYNC_1_5, ".config/isyncrc");
	remove_file(".config/isyncrc");
	make_directory("other");
	write_file("other/isyncrc", "", 0600);
	{
		char *other = in_home("other");

		setenv("XDG_CONFIG_HOME", other, 1);
		free(other);
	}
	assert_default(MBSYNC_1_5, "other/isyncrc");
	setenv("XDG_CONFIG_HOME", "", 1);
	assert_default(MBSYNC_1_5, ".mbsyncrc");
	unsetenv("XDG_CONFIG_HOME");
	remove_file("other/isyncrc");
	remove_file("other");
	remove_file(".config");
}

static void nothing_is_known_without_home(void **state)
{
	(void)state;
	unsetenv("HOME");
	assert_null(mbsyncfile_default(MBSYNC_1_4));
	assert_null(mbsyncfile_default(MBSYNC_1_5));
	setenv("HOME", home, 1);
}

static void count(void *context, enum mbsyncrc_problem problem, unsigned line, const char *message)
{
	(void)problem;
	(void)line;
	(void)message;
	++*(int *)context;
}

static void a_file_is_read_from_its_place(void **state)
{
	static const char text[] = "MaildirStore near\nPath sub/\nInbox ~/box\n";
	char *file = in_home("rc"), *path = in_home("sub/"), *inbox = in_home("box");
	struct mbsyncrc *rc;
	int problems = 0;

	(void)state;
	write_file("rc", text, 0600);
	rc = mbsyncfile_read(file, MBSYNC_1_5, count, &problems);
	assert_non_null(rc);
	assert_int_equal(problems, 0);
	assert_string_equal(mbsyncrc_store(rc, "near")->path, path);
	assert_string_equal(mbsyncrc_store(rc, "near")->inbox, inbox);
	mbsyncrc_free(rc);
	write_file("rc", "Nonsense\n", 0600);
	rc = mbsyncfile_read(file, MBSYNC_1_4, count, &problems);
	assert_non_null(rc);
	assert_true(problems > 0);
	mbsyncrc_free(rc);
	remove_file("rc");
	free(file);
	free(path);
	free(inbox);
}

static void what_cannot_be_read_has_an_errno(void **state)
{
	char *file = in_home("rc");
	int problems = 0;

	(void)state;
	assert_null(mbsyncfile_read(file, MBSYNC_1_4, count, &problems));
	assert_int_equal(errno, ENOENT);
	assert_null(mbsyncfile_read(home, MBSYNC_1_4, count, &problems));
	assert_int_equal(errno, EISDIR);
	write_file("rc", "", 0600);
	assert_int_equal(truncate(file, 1024 * 1024 + 1), 0);
	assert_null(mbsyncfile_read(file, MBSYNC_1_4, count, &problems));
	assert_int_equal(errno, EFBIG);
	assert_int_equal(problems, 0);
	remove_file("rc");
	free(file);
}

static void versions_are_understood(void **state)
{
	enum mbsync_version version;

	(void)state;
	assert_true(mbsyncversion_parse("isync 1.3.0\n", &version));
	assert_int_equal(version, MBSYNC_1_4);
	assert_true(mbsyncversion_parse("isync 1.4.4\n", &version));
	assert_int_equal(version, MBSYNC_1_4);
	assert_true(mbsyncversion_parse("isync 1.5.1\n", &version));
	assert_int_equal(version, MBSYNC_1_5);
	assert_true(mbsyncversion_parse("isync 1.10.0\n", &version));
	assert_int_equal(version, MBSYNC_1_5);
	assert_true(mbsyncversion_parse("isync 2.0", &version));
	assert_int_equal(version, MBSYNC_1_5);
	assert_false(mbsyncversion_parse("", &version));
	assert_false(mbsyncversion_parse("isync", &version));
	assert_false(mbsyncversion_parse("offlineimap v8.0.0, imaplib2 v3.05\n", &version));
}

static void the_installed_one_is_asked(void **state)
{
	char *other = in_home("mbsync"), why[EXECUTABLE_ROOM];
	enum mbsync_version version;

	(void)state;
	write_file("mbsync", "#!/bin/sh\n[ $# = 1 ] && [ $1 = --version ] && echo isync 1.5.9\n",
	           0700);
	assert_null(mbsyncversion_ask(other, &version, why));
	assert_int_equal(version, MBSYNC_1_5);
	write_file("mbsync", "#!/bin/sh\nyes isync 1.4.4 | head -n 100000\n", 0700);
	assert_null(mbsyncversion_ask(other, &version, why));
	assert_int_equal(version, MBSYNC_1_4);
	write_file("mbsync", "#!/bin/sh\necho isync 1.4.4; exit 3\n", 0700);
	assert_non_null(strstr(mbsyncversion_ask(other, &version, why), "exited (status 3)"));
	write_file("mbsync", "#!/bin/sh\n", 0700);
	assert_non_null(strstr(mbsyncversion_ask(other, &version, why), "says no version"));
	remove_file("mbsync");
	assert_non_null(strstr(mbsyncversion_ask(other, &version, why), other));
	assert_null(mbsyncversion_ask("mbsync", &version, why));
	free(other);
}

static int make_home(void **state)
{
	(void)state;
	home = memory_copy("/tmp/mswatch-unit.XXXXXX");
	unsetenv("XDG_CONFIG_HOME");
	return mkdtemp(home) == NULL || setenv("HOME", home, 1) == -1;
}

static int remove_home(void **state)
{
	int result = rmdir(home);

	(void)state;
	free(home);
	return result;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_file_is_the_versions),
		cmocka_unit_test(nothing_is_known_without_home),
		cmocka_unit_test(a_file_is_read_from_its_place),
		cmocka_unit_test(what_cannot_be_read_has_an_errno),
		cmocka_unit_test(versions_are_understood),
		cmocka_unit_test(the_installed_one_is_asked),
	};

	return cmocka_run_group_tests(tests, make_home, remove_home);
}
