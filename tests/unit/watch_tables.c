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
			assert_string_equal(folders_name(&folders, id), name);
	}
	assert_int_not_equal(folders_find(&folders, other, "7"),
	                     folders_find(&folders, base, "7"));
	id = folders_add(&folders, base, "again", 0);
	assert_true(id < 2003);
	folders_end(&folders);
}

/* --- a model of the folders, beside the table --- */

#define MODEL_FOLDERS 60
#define MODEL_WATCHES 40

struct model {
	struct folders folders;
	folder_id base;
	struct {
		bool is_used;
		folder_id id;
		char name[32];
		int value[FOLDER_ROLES];
	} folder[MODEL_FOLDERS];
};

/* Watches in a row as often as not, which is what the kernel gives; others, and none. */
static int random_value(const int *value, int role)
{
	switch (rand() % 8) {
	case 0: return PLACE_MISSING;
	case 1: return -1 - rand() % 3;
	case 2: return PLACE_POLLED;
	case 3: return rand() % MODEL_WATCHES + 1;
	default:
		return role > 0 && value[0] > 0 ? value[0] + role
		                                : rand() % MODEL_WATCHES + 1;
	}
}

static void model_add(struct model *model, int i)
{
	snprintf(model->folder[i].name, sizeof model->folder[i].name, "%.*d", rand() % 20 + 2, i);
	memset(model->folder[i].value, 0, sizeof model->folder[i].value);
	model->folder[i].id = folders_add(&model->folders, model->base, model->folder[i].name, 0);
	model->folder[i].is_used = true;
}

static void model_set(struct model *model, int i, int role, int value)
{
	folders_set(&model->folders, model->folder[i].id, (enum folder_role)role, value);
	model->folder[i].value[role] = value;
}

static void model_remove(struct model *model, int i)
{
	for (int role = 0; role < FOLDER_ROLES; role++)
		model_set(model, i, role, PLACE_MISSING);
	folders_remove(&model->folders, model->folder[i].id);
	model->folder[i].is_used = false;
}

static void model_step(struct model *model)
{
	int i = rand() % MODEL_FOLDERS, role = rand() % FOLDER_ROLES;

	if (!model->folder[i].is_used)
		model_add(model, i);
	else if (rand() % 10 == 0)
		model_remove(model, i);
	else
		model_set(model, i, role, random_value(model->folder[i].value, role));
}

static int model_of(const struct model *model, folder_id id)
{
	int i = 0;

	while (i < MODEL_FOLDERS && !(model->folder[i].is_used && model->folder[i].id == id))
		i++;
	assert_true(i < MODEL_FOLDERS);
	return i;
}

/* The table gives each place of the watch once; returns how many there are. */
static size_t check_watch(const struct model *model, int watch)
{
	size_t position = 0, given = 0, expected = 0;
	bool is_given[MODEL_FOLDERS][FOLDER_ROLES] = { { false } };
	enum folder_role role;
	folder_id id;
	int i;

	for (; folders_next(&model->folders, watch, &position, &id, &role); given++) {
		i = model_of(model, id);
		assert_int_equal(model->folder[i].value[role], watch);
		assert_false(is_given[i][role]);
		is_given[i][role] = true;
	}
	for (i = 0; i < MODEL_FOLDERS; i++)
		for (int r = 0; model->folder[i].is_used && r < FOLDER_ROLES; r++)
			expected += model->folder[i].value[r] == watch;
	assert_int_equal(given, expected);
	return given;
}

static void check_folder(struct model *model, int i, size_t *unwatched, size_t *dangling)
{
	folder_id id = model->folder[i].id;

	assert_string_equal(folders_name(&model->folders, id), model->folder[i].name);
	if (rand() % 100 == 0)
		assert_int_equal(folders_find(&model->folders, model->base, model->folder[i].name),
		                 id);
	for (int role = 0; role < FOLDER_ROLES; role++) {
		int value = model->folder[i].value[role];

		assert_int_equal(folders_value(&model->folders, id, (enum folder_role)role), value);
		*unwatched += value < 0;
		*dangling += value == PLACE_DANGLING;
	}
}

static void check_model(struct model *model)
{
	size_t unwatched = 0, dangling = 0, watches = 0, shared = 0;

	for (int i = 0; i < MODEL_FOLDERS; i++)
		if (model->folder[i].is_used)
			check_folder(model, i, &unwatched, &dangling);
	for (int watch = 1; watch <= MODEL_WATCHES + FOLDER_ROLES; watch++) {
		size_t places = check_watch(model, watch);

		watches += places > 0;
		shared += places > 1 ? places - 1 : 0;
	}
	assert_int_equal(model->folders.shared, shared);
	assert_int_equal(folders_count_watches(&model->folders), watches);
	assert_int_equal(model->folders.unwatched, unwatched);
	assert_int_equal(model->folders.dangling, dangling);
	/* however long it goes on */
	assert_true(model->folders.names.room <= 16384);
	assert_true(model->folders.count <= MODEL_FOLDERS + 1);
	assert_true(model->folders.spread_count <= MODEL_FOLDERS);
}

static void folders_are_what_a_plain_table_says(void **state)
{
	struct model model = { .base = FOLDER_NONE };

	(void)state;
	folders_start(&model.folders);
	model.base = folders_add(&model.folders, FOLDER_NONE, "/base", 0);
	srand(11);
	for (int step = 0; step < 20000; step++) {
		model_step(&model);
		if (step % 10 == 0)
			check_model(&model);
	}
	assert_string_equal(folders_name(&model.folders, model.base), "/base");
	folders_end(&model.folders);
}

/* A watch before and a watch after each other are no neighbours at the ends of all numbers. */
static void the_last_watch_is_one_too(void **state)
{
	static const int watches[] = { 1, 2, INT_MAX - 1, INT_MAX };
	struct folders folders;
	enum folder_role role;
	size_t position;
	folder_id id, found;

	(void)state;
	folders_start(&folders);
	for (size_t i = 0; i < 4; i++) {
		id = folders_add(&folders, FOLDER_NONE, "/b", 0);
		folders_set(&folders, id, FOLDER_SELF, watches[i]);
		folders_set(&folders, id, FOLDER_CUR, PLACE_POLLED);
		position = 0;
		assert_true(folders_next(&folders, watches[i], &position, &found, &role));
		assert_int_equal(found, id);
		assert_int_equal(role, FOLDER_SELF);
		assert_false(folders_next(&folders, watches[i], &position, &found, &role));
	}
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
		cmocka_unit_test(folders_are_what_a_plain_table_says),
		cmocka_unit_test(the_last_watch_is_one_too),
		cmocka_unit_test(events_are_decoded),
		cmocka_unit_test(broken_events_are_refused),
		cmocka_unit_test(ways_are_let_go_once_unused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
