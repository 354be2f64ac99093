#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "../../lib/stamp.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A look at `at` milliseconds at a directory changed at `changed` ms of the wall clock. */
static struct stamp_look look(clock_ms at, clock_ms changed, clock_ms wall)
{
	struct stamp_look result;

	memset(&result, 0, sizeof result);
	result.status.st_ino = 7;
	result.status.st_mtim.tv_sec = changed / 1000;
	result.status.st_mtim.tv_nsec = (long)(changed % 1000) * 1000000;
	result.status.st_ctim = result.status.st_mtim;
	result.wall.tv_sec = wall / 1000;
	result.wall.tv_nsec = (long)(wall % 1000) * 1000000;
	result.before = result.after = at;
	return result;
}

static bool compare(struct stamp *stamp, clock_ms at, clock_ms changed, clock_ms wall)
{
	struct stamp_look now = look(at, changed, wall);

	return stamp_compare(stamp, &now) != STAMP_SAME;
}

static void an_old_change_is_told_once(void **state)
{
	struct stamp stamp = { .seen = 0 };

	(void)state;
	assert_true(compare(&stamp, 1000, 5123, 9000));
	assert_false(compare(&stamp, 2000, 5123, 10000));
	assert_true(compare(&stamp, 3000, 10500, 11000));
	assert_false(compare(&stamp, 4000, 10500, 12000));
}

static void a_change_within_the_tick_is_told_again(void **state)
{
	struct stamp stamp = { .seen = 0 };

	(void)state;
	assert_true(compare(&stamp, 1000, 5123, 5125));
	assert_false(compare(&stamp, 1010, 5123, 5135));
	assert_true(compare(&stamp, 1200, 5123, 5325));
	assert_false(compare(&stamp, 1400, 5123, 5525));
}

static void another_directory_is_told_from_another_content(void **state)
{
	struct stamp stamp = { .seen = 0 };
	struct stamp_look now = look(1000, 5123, 9000);

	(void)state;
	assert_int_equal(stamp_compare(&stamp, &now), STAMP_CHANGED);
	now = look(2000, 9500, 10000);
	assert_int_equal(stamp_compare(&stamp, &now), STAMP_CHANGED);
	now = look(3000, 9500, 11000);
	now.status.st_ctim.tv_sec = 10;
	assert_int_equal(stamp_compare(&stamp, &now), STAMP_EXCHANGED); /* moved, and back */
	now.status.st_ino = 8;
	assert_int_equal(stamp_compare(&stamp, &now), STAMP_EXCHANGED);
	assert_int_equal(stamp_compare(&stamp, &now), STAMP_SAME);
}

static void whole_seconds_have_a_long_tick(void **state)
{
	struct stamp stamp = { .seen = 0 };

	(void)state;
	assert_true(compare(&stamp, 1000, 5000, 5500));
	assert_false(compare(&stamp, 2000, 5000, 6500));
	assert_true(compare(&stamp, 3500, 5000, 8000));
	assert_false(compare(&stamp, 5500, 5000, 10000));
}

static void another_clock_is_not_trusted(void **state)
{
	struct stamp stamp = { .seen = 0 };

	(void)state;
	assert_true(compare(&stamp, 1000, 5123, 0));
	assert_true(compare(&stamp, 11000, 5123, 0));
	assert_false(compare(&stamp, 21000, 5123, 0));
}

static void another_directory_is_a_change(void **state)
{
	struct stamp stamp = { .seen = 0 };
	struct stamp_look other = look(3000, 5123, 11000);

	(void)state;
	assert_true(compare(&stamp, 1000, 5123, 9000));
	other.status.st_ino = 8;
	assert_true(stamp_compare(&stamp, &other));
}

static void directories_are_looked_at(void **state)
{
	char path[] = "/tmp/mswatch-unit.XXXXXX", file[64];
	struct stamp_look seen;
	int remote;

	(void)state;
	assert_non_null(mkdtemp(path));
	snprintf(file, sizeof file, "%s/file", path);
	fclose(fopen(file, "w"));
	for (remote = 0; remote < 2; remote++) {
		assert_int_equal(stamp_look(path, S_IFDIR, remote != 0, &seen), 0);
		assert_true(S_ISDIR(seen.status.st_mode));
		assert_true(seen.before <= seen.after);
		assert_int_equal(seen.wall.tv_sec == 0, remote);
		assert_int_equal(stamp_look(file, S_IFDIR, remote != 0, &seen), -1);
		assert_int_equal(errno, ENOTDIR);
		assert_int_equal(stamp_look("/nowhere/at/all", S_IFDIR, remote != 0, &seen), -1);
		assert_int_equal(errno, ENOENT);
	}
	unlink(file);
	rmdir(path);
}

static void a_file_that_has_grown_has_changed(void **state)
{
	struct stamp stamp = { .seen = 0 };
	struct stamp_look seen;
	char path[] = "/tmp/mswatch-unit.XXXXXX";
	int fd = mkstemp(path);

	(void)state;
	assert_int_not_equal(fd, -1);
	assert_int_equal(stamp_look(path, S_IFREG, true, &seen), 0);
	assert_int_equal(stamp_compare(&stamp, &seen), STAMP_CHANGED);
	assert_int_equal(stamp_compare(&stamp, &seen), STAMP_SAME);
	seen.status.st_size = 7; /* as after a change within the tick */
	assert_int_equal(stamp_compare(&stamp, &seen), STAMP_CHANGED);
	assert_int_equal(stamp_compare(&stamp, &seen), STAMP_SAME);
	assert_int_equal(stamp_look("/tmp", S_IFREG, true, &seen), -1);
	close(fd);
	unlink(path);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_old_change_is_told_once),
		cmocka_unit_test(a_change_within_the_tick_is_told_again),
		cmocka_unit_test(another_directory_is_told_from_another_content),
		cmocka_unit_test(whole_seconds_have_a_long_tick),
		cmocka_unit_test(another_clock_is_not_trusted),
		cmocka_unit_test(a_file_that_has_grown_has_changed),
		cmocka_unit_test(another_directory_is_a_change),
		cmocka_unit_test(directories_are_looked_at),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
