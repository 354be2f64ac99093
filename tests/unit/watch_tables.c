#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "../../lib/groups.h"
#include "../../lib/inotify.h"
#include "../../lib/ways.h"
#include "../../lib/folders.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>

#define PLACES 5000

static int watch_of_place[PLACES];

static int watch_of(const void *context, uint32_t place)
{
	(void)context;
	return watch_of_place[place];
}

/* How many places the table gives for the watch, each of them right. */
static size_t places_of(const struct groups *watches, int watch)
{
	size_t position = 0, count = 0;
	uint32_t place;

	for (; groups_next(watches, watch, &position, &place); count++)
		assert_int_equal(watch_of_place[place], watch);
	return count;
}

static void a_watch_has_all_its_places(void **state)
{
	struct groups watches;
	size_t expected;
	uint32_t i;
	int watch;

	(void)state;
	groups_start(&watches, watch_of, NULL);
	assert_int_equal(places_of(&watches, 1), 0);
	for (i = 0; i < PLACES; i++) {
		watch_of_place[i] = i < 20 ? 1 : (int)i;
		groups_add(&watches, i);
	}
	assert_int_equal(places_of(&watches, 1), 20);
	srand(4);
	for (i = 0; i < PLACES; i += 1 + (uint32_t)(rand() % 3)) {
		groups_remove(&watches, i);
		watch_of_place[i] = 0;
	}
	for (watch = 1; watch < PLACES; watch++) {
		expected = 0;
		for (i = 0; i < PLACES; i++)
			expected += watch_of_place[i] == watch;
		assert_int_equal(places_of(&watches, watch), expected);
	}
	groups_end(&watches);
}

/* Watches come and go, a few for many places, for much longer than the table is large. */
static void a_table_in_use_stays_right(void **state)
{
	enum { FEW = 300, WATCHES = 60 };
	size_t expected[WATCHES + 1] = { 0 }, used = 0, groups = 0;
	struct groups watches;
	unsigned step;

	(void)state;
	memset(watch_of_place, 0, sizeof watch_of_place);
	groups_start(&watches, watch_of, NULL);
	srand(7);
	for (step = 0; step < 50000; step++) {
		uint32_t place = (uint32_t)rand() % FEW;
		int watch = watch_of_place[place];

		if (watch != 0) {
			groups_remove(&watches, place);
			watch_of_place[place] = 0;
			used--;
			groups -= --expected[watch] == 0;
		} else {
			watch = watch_of_place[place] = rand() % WATCHES + 1;
			groups_add(&watches, place);
			used++;
			groups += expected[watch]++ == 0;
		}
		assert_int_equal(places_of(&watches, watch), expected[watch]);
		assert_int_equal(watches.first.used, groups);
		assert_true(watches.members.used <= used && watches.members.used + groups >= used);
		assert_true(watches.first.room <= 512 && watches.members.room <= 512);
	}
	groups_end(&watches);
}

static void folders_have_paths(void **state)
{
	struct folders folders;
	folder_id base, top, sub;
	char path[PATH_MAX], small[12];

	(void)state;
	folders_start(&folders);
	assert_int_equal(folders_find(&folders, FOLDER_NONE, "/b"), FOLDER_NONE);
	base = folders_add(&folders, FOLDER_NONE, "/b", 0);
	top = folders_add(&folders, base, "top", 0);
	sub = folders_add(&folders, top, "sub", 0);
	assert_string_equal(folders_path(&folders, sub, FOLDER_CUR, false, path, sizeof path),
	                    "/b/top/sub/cur");
	assert_string_equal(folders_path(&folders, sub, FOLDER_SELF, true, path, sizeof path),
	                    "top/sub");
	assert_string_equal(folders_path(&folders, base, FOLDER_SELF, true, path, sizeof path), "");
	assert_string_equal(folders_path(&folders, base, FOLDER_NEW, false, path, sizeof path),
	                    "/b/new");
	assert_null(folders_path(&folders, sub, FOLDER_CUR, false, small, sizeof small));
	assert_int_equal(folders_root(&folders, sub), base);
	folders_end(&folders);
}

static void folders_are_found_and_removed(void **state)
{
	struct folders folders;
	folder_id base, other, id;
	char name[16];
	int i;

	(void)state;
	folders_start(&folders);
	base = folders_add(&folders, FOLDER_NONE, "/b", 0);
	other = folders_add(&folders, base, "other", 0);
	folders_add(&folders, other, "7", 0);
	for (i = 0; i < 2000; i++) {
		snprintf(name, sizeof name, "%d", i);
		folders_add(&folders, base, name, 0);
	}
	for (i = 0; i < 2000; i += 2) {
		snprintf(name, sizeof name, "%d", i);
		folders_remove(&folders, folders_find(&folders, base, name));
	}
	for (i = 0; i < 2000; i++) {
		snprintf(name, sizeof name, "%d", i);
		id = folders_find(&folders, base, name);
		assert_int_equal(id == FOLDER_NONE, i % 2 == 0);
		if (id != FOLDER_NONE)
			assert_string_equal(folders.folder[id].name, name);
	}
	assert_int_not_equal(folders_find(&folders, other, "7"),
	                     folders_find(&folders, base, "7"));
	id = folders_add(&folders, base, "again", 0);
	assert_true(id < 2003);
	folders_end(&folders);
}

struct taken {
	int count;
	struct inotify_notice last;
	char name[NAME_MAX + 1];
};

static void take(void *context, const struct inotify_notice *event)
{
	struct taken *taken = context;

	taken->count++;
	taken->last = *event;
	snprintf(taken->name, sizeof taken->name, "%s", event->name);
}

static size_t put_event(char *bytes, int watch, uint32_t mask, const char *name, uint32_t room)
{
	struct inotify_event event = { .wd = watch, .mask = mask, .cookie = 9, .len = room };

	memcpy(bytes, &event, sizeof event);
	memset(bytes + sizeof event, 0, room);
	memcpy(bytes + sizeof event, name, strlen(name));
	return sizeof event + room;
}

static void events_are_decoded(void **state)
{
	struct taken taken = { .count = 0 };
	char bytes[512];
	size_t used;

	(void)state;
	used = put_event(bytes, 3, IN_CREATE, "message", 16);
	used += put_event(bytes + used, -1, IN_Q_OVERFLOW, "", 0);
	assert_true(inotify_decode(bytes, used, take, &taken));
	assert_int_equal(taken.count, 2);
	assert_int_equal(taken.last.watch, -1);
	assert_string_equal(taken.name, "");
	assert_true(inotify_decode(bytes, 0, take, &taken));
	assert_int_equal(taken.count, 2);
}

static void broken_events_are_refused(void **state)
{
	struct taken taken = { .count = 0 };
	char bytes[512];
	size_t used, i;

	(void)state;
	used = put_event(bytes, 3, IN_CREATE, "message", 16);
	for (i = 1; i < used; i++)
		assert_false(inotify_decode(bytes, i, take, &taken));
	used = put_event(bytes, 3, IN_CREATE, "0123456789012345", 16);
	assert_false(inotify_decode(bytes, used, take, &taken));
	assert_int_equal(taken.count, 0);
}

static void let_go(void *context, int watch)
{
	*(int *)context += watch;
}

static void ways_are_let_go_once_unused(void **state)
{
	struct ways ways;
	int released = 0;

	(void)state;
	ways_start(&ways);
	ways_add(&ways, 1, 5);
	ways_add(&ways, 1, 6);
	ways_add(&ways, 1, 6);
	ways_add(&ways, 2, 5);
	ways_drop(&ways, 1, let_go, &released);
	assert_int_equal(released, 6);
	assert_true(ways_has(&ways, 5));
	assert_false(ways_has(&ways, 6));
	ways_forget(&ways, 5);
	assert_false(ways_has(&ways, 5));
	ways_end(&ways);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_watch_has_all_its_places),
		cmocka_unit_test(a_table_in_use_stays_right),
		cmocka_unit_test(folders_have_paths),
		cmocka_unit_test(folders_are_found_and_removed),
		cmocka_unit_test(events_are_decoded),
		cmocka_unit_test(broken_events_are_refused),
		cmocka_unit_test(ways_are_let_go_once_unused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
