#include "folders.h"

#include <stdlib.h>
#include <string.h>

#include "hash.h"
#include "hot.h"
#include "memory.h"

/* The end of the list of what is free of folders->spread. */
#define SPREAD_NONE (-1)

/* A parent's child of that name as one number. */
static int hash(folder_id parent, const char *name)
{
	uint64_t value = hash_text(name) ^ parent * UINT64_C(0x9e3779b97f4a7c15);

	return (int)(value ^ value >> 32);
}

HOT static int hash_of(const void *context, uint32_t id)
{
	const struct folders *folders = context;

	return hash(folders->folder[id].parent, folders_name(folders, id));
}

static int watch_of(const void *context, uint32_t place);

void folders_start(struct folders *folders)
{
	*folders = (struct folders){ .free = FOLDER_NONE, .spread_free = SPREAD_NONE };
	groups_start(&folders->by_name, hash_of, folders);
	groups_start(&folders->by_watch, watch_of, folders);
}

void folders_end(struct folders *folders)
{
	free(folders->folder);
	free(folders->spread);
	arena_end(&folders->names);
	groups_end(&folders->by_name);
	groups_end(&folders->by_watch);
	folders_start(folders);
}

/* --- folders --- */

static folder_id take_entry(struct folders *folders)
{
	folder_id id = folders->free;

	if (id != FOLDER_NONE) {
		folders->free = folders->folder[id].sibling;
		return id;
	}
	folders->folder = memory_grow(folders->folder, &folders->room, folders->count + 1,
	                              sizeof *folders->folder);
	return (folder_id)folders->count++;
}

/* Makes the folder its parent's first child. */
static void link_in(struct folders *folders, folder_id id)
{
	struct folder *folder = &folders->folder[id], *parent;

	if (folder->parent == FOLDER_NONE)
		return;
	parent = &folders->folder[folder->parent];
	folder->sibling = parent->child;
	if (folder->sibling != FOLDER_NONE)
		folders->folder[folder->sibling].before = id;
	parent->child = id;
}

static void link_out(struct folders *folders, folder_id id)
{
	const struct folder *folder = &folders->folder[id];

	if (folder->before != FOLDER_NONE)
		folders->folder[folder->before].sibling = folder->sibling;
	else if (folder->parent != FOLDER_NONE)
		folders->folder[folder->parent].child = folder->sibling;
	if (folder->sibling != FOLDER_NONE)
		folders->folder[folder->sibling].before = folder->before;
}

folder_id folders_add(struct folders *folders, folder_id parent, const char *name, unsigned flags)
{
	folder_id id = take_entry(folders);

	folders->folder[id] = (struct folder){
		.name = arena_add(&folders->names, name),
		.parent = parent,
		.child = FOLDER_NONE,
		.sibling = FOLDER_NONE,
		.before = FOLDER_NONE,
		.flags = flags | FOLDER_IS_USED,
	};
	link_in(folders, id);
	if (folders->is_searched)
		groups_add(&folders->by_name, id);
	return id;
}

HOT const char *folders_name(const struct folders *folders, folder_id id)
{
	return arena_string(&folders->names, folders->folder[id].name);
}

/* A watcher of mail alone never searches: the table is made for those who do. */
static void make_searchable(struct folders *folders)
{
	for (folder_id id = 0; id < folders->count; id++)
		if (folders->folder[id].flags & FOLDER_IS_USED)
			groups_add(&folders->by_name, id);
	folders->is_searched = true;
}

HOT folder_id folders_find(struct folders *folders, folder_id parent, const char *name)
{
	size_t position = 0;
	folder_id id;

	if (!folders->is_searched)
		make_searchable(folders);
	while (groups_next(&folders->by_name, hash(parent, name), &position, &id))
		if (folders->folder[id].parent == parent &&
		    strcmp(folders_name(folders, id), name) == 0)
			return id;
	return FOLDER_NONE;
}

/* Copies the names that are left to where nothing lies between them. */
static void names_compact(struct folders *folders)
{
	struct arena dense = { .bytes = NULL };

	for (folder_id id = 0; id < folders->count; id++)
		if (folders->folder[id].flags & FOLDER_IS_USED)
			folders->folder[id].name = arena_add(&dense, folders_name(folders, id));
	arena_end(&folders->names);
	folders->names = dense;
}

void folders_remove(struct folders *folders, folder_id id)
{
	struct folder *folder = &folders->folder[id];

	if (folders->is_searched)
		groups_remove(&folders->by_name, id);
	link_out(folders, id);
	arena_remove(&folders->names, folder->name);
	*folder = (struct folder){ .sibling = folders->free };
	folders->free = id;
	if (arena_is_sparse(&folders->names))
		names_compact(folders);
}

/* --- places --- */

/*
 * The kernel numbers watches as they are made, so a folder's places have numbers in a
 * row, as a rule: RUN says how many of them, from its own directory on, and
 * folder->places is the first.  What is no watch is the same for all of the run, and
 * what is behind it is missing.  Where that does not do, RUN is SPREAD, and
 * folder->places is an index of folders->spread.
 */
#define RUN_UNIT (1U << 24)
#define RUN (7U * RUN_UNIT)
#define SPREAD 7U

static unsigned run_of(const struct folder *folder)
{
	return (folder->flags & RUN) / RUN_UNIT;
}

static bool is_in_run(const int *value, int role)
{
	return value[role] != PLACE_MISSING &&
	       (value[0] > 0 ? value[role] - role == value[0] : value[role] == value[0]);
}

/* How long a run the values are, or SPREAD. */
static unsigned run_length(const int *value)
{
	int length = 0;

	while (length < FOLDER_ROLES && is_in_run(value, length))
		length++;
	for (int role = length; role < FOLDER_ROLES; role++)
		if (value[role] != PLACE_MISSING)
			return SPREAD;
	return (unsigned)length;
}

HOT int folders_value(const struct folders *folders, folder_id id, enum folder_role role)
{
	const struct folder *folder = &folders->folder[id];
	unsigned run = run_of(folder);

	if (run == SPREAD)
		return folders->spread[folder->places].value[role];
	if (role >= run)
		return PLACE_MISSING;
	return folder->places > 0 ? folder->places + (int)role : folder->places;
}

/* What by_watch finds a run's first place by; places of others by numbers below 0. */
HOT static int watch_of(const void *context, uint32_t place)
{
	const struct folders *folders = context;
	const struct folder *folder = &folders->folder[place / FOLDER_ROLES];

	return run_of(folder) != SPREAD ? folder->places :
	       -folders->spread[folder->places].value[place % FOLDER_ROLES];
}

/* Calls for each of the folder's places that by_watch has, or is to have. */
static void by_watch_each(struct folders *folders, folder_id id,
                          void (*call)(struct groups *groups, uint32_t place))
{
	const struct folder *folder = &folders->folder[id];
	int found = run_of(folder) == SPREAD ? FOLDER_ROLES : 1;

	for (int role = 0; role < found; role++)
		if (folders_value(folders, id, (enum folder_role)role) > 0)
			call(&folders->by_watch, folders_place(id, (enum folder_role)role));
}

static int spread_take(struct folders *folders)
{
	int index = folders->spread_free;

	if (index != SPREAD_NONE) {
		folders->spread_free = folders->spread[index].value[0];
		return index;
	}
	folders->spread = memory_grow(folders->spread, &folders->spread_room,
	                              folders->spread_count + 1, sizeof *folders->spread);
	return (int)folders->spread_count++;
}

static void spread_give(struct folders *folders, int index)
{
	folders->spread[index].value[0] = folders->spread_free;
	folders->spread_free = index;
}

/* Keeps the values in the folder, or beside it. */
static void values_keep(struct folders *folders, folder_id id, const int *value)
{
	unsigned run = run_length(value);
	int places = value[0];

	if (run == SPREAD) {
		places = run_of(&folders->folder[id]) == SPREAD ? folders->folder[id].places
		                                                 : spread_take(folders);
		memcpy(folders->spread[places].value, value, sizeof folders->spread[places].value);
	} else if (run_of(&folders->folder[id]) == SPREAD) {
		spread_give(folders, folders->folder[id].places);
	}
	folders->folder[id].places = places;
	folders->folder[id].flags = (folders->folder[id].flags & ~RUN) | run * RUN_UNIT;
}

/* Whether the value makes the folder's run longer by one place; notes it. */
static bool run_extend(struct folder *folder, enum folder_role role, int value)
{
	if (role == FOLDER_SELF || run_of(folder) != role || folder->places <= 0 ||
	    value - (int)role != folder->places)
		return false;
	folder->flags += RUN_UNIT;
	return true;
}

/* Counts the place that is to have the watch; what is higher than all before is no other's. */
static void count_place(struct folders *folders, int watch)
{
	if (watch > folders->newest)
		folders->newest = watch;
	else if (watch > 0 && folders_have_watch(folders, watch))
		folders->shared++;
}

/* The same for one that had it. */
static void uncount_place(struct folders *folders, int watch)
{
	if (watch > 0 && folders->shared > 0 && folders_have_watch(folders, watch))
		folders->shared--;
}

static void place_change(struct folders *folders, folder_id id, enum folder_role role, int value)
{
	int all[FOLDER_ROLES];

	if (run_extend(&folders->folder[id], role, value))
		return; /* it is found by its first place */
	for (int i = 0; i < FOLDER_ROLES; i++)
		all[i] = folders_value(folders, id, (enum folder_role)i);
	all[role] = value;
	by_watch_each(folders, id, groups_remove);
	values_keep(folders, id, all);
	by_watch_each(folders, id, groups_add);
}

void folders_set(struct folders *folders, folder_id id, enum folder_role role, int value)
{
	int old = folders_value(folders, id, role);

	if (old == value)
		return;
	folders->unwatched = folders->unwatched + (value < 0) - (old < 0);
	folders->dangling = folders->dangling + (value == PLACE_DANGLING) - (old == PLACE_DANGLING);
	count_place(folders, value);
	place_change(folders, id, role, value);
	uncount_place(folders, old);
}

/* The next place of a run that starts so many roles before the watch. */
static bool next_in_run(const struct folders *folders, int watch, size_t *position, unsigned role,
                        folder_id *id)
{
	uint32_t place;

	while (watch > (int)role &&
	       groups_next(&folders->by_watch, watch - (int)role, position, &place)) {
		*id = place / FOLDER_ROLES;
		if (run_of(&folders->folder[*id]) > role)
			return true;
	}
	return false;
}

HOT bool folders_next(const struct folders *folders, int watch, size_t *position, folder_id *id,
                      enum folder_role *role)
{
	unsigned step = *position % (FOLDER_ROLES + 1);
	size_t inner = *position / (FOLDER_ROLES + 1);
	uint32_t place;

	if (*position != 0 && folders->shared == 0)
		return false;
	/* the runs that the watch may be in, as each role, then the places of others; most
	   events are deliveries: FOLDER_NEW is first, FOLDER_SELF last */
	for (; step < FOLDER_ROLES; step++, inner = 0) {
		*role = (enum folder_role)((step + FOLDER_NEW) % FOLDER_ROLES);
		if (next_in_run(folders, watch, &inner, *role, id))
			break;
	}
	if (step == FOLDER_ROLES) {
		if (watch <= 0 || !groups_next(&folders->by_watch, -watch, &inner, &place))
			return false;
		*id = place / FOLDER_ROLES;
		*role = (enum folder_role)(place % FOLDER_ROLES);
	}
	*position = inner * (FOLDER_ROLES + 1) + step;
	return true;
}

bool folders_have_watch(const struct folders *folders, int watch)
{
	enum folder_role role;
	size_t position = 0;
	folder_id id;

	return folders_next(folders, watch, &position, &id, &role);
}

/* Whether the place is the first that is found by its watch. */
static bool is_first(const struct folders *folders, folder_id id, enum folder_role role)
{
	int watch = folders_value(folders, id, role);
	enum folder_role found_role;
	size_t position = 0;
	folder_id found;

	return watch > 0 && folders_next(folders, watch, &position, &found, &found_role) &&
	       found == id && found_role == role;
}

size_t folders_count_watches(const struct folders *folders)
{
	size_t count = 0;

	for (folder_id id = 0; id < folders->count; id++)
		for (int role = 0; role < FOLDER_ROLES; role++)
			count += is_first(folders, id, (enum folder_role)role);
	return count;
}

bool folders_is_there(const struct folders *folders, folder_id id, enum folder_role role)
{
	int value = folders_value(folders, id, role);

	return value != PLACE_MISSING && value != PLACE_DANGLING;
}

bool folders_is_unwatched(const struct folders *folders, folder_id id)
{
	return folders_value(folders, id, FOLDER_SELF) < 0 ||
	       folders_value(folders, id, FOLDER_NEW) < 0 ||
	       folders_value(folders, id, FOLDER_CUR) < 0;
}

/* --- paths --- */

static char *prepend(char *path, const char *start, const char *name)
{
	size_t length = strlen(name);

	if ((size_t)(path - start) < length + 1)
		return NULL;
	path -= length;
	memcpy(path, name, length);
	return path;
}

HOT const char *folders_path(const struct folders *folders, folder_id id, enum folder_role role,
                             bool relative, char *buffer, size_t room)
{
	char *path = buffer + room - 1;

	*path = '\0';
	if (role != FOLDER_SELF)
		path = prepend(path, buffer, role == FOLDER_NEW ? "/new" : "/cur");
	while (path != NULL && folders->folder[id].parent != FOLDER_NONE) {
		path = prepend(path, buffer, folders_name(folders, id));
		if (path != NULL)
			path = prepend(path, buffer, "/");
		id = folders->folder[id].parent;
	}
	if (path == NULL)
		return NULL;
	if (relative)
		return *path == '/' ? path + 1 : path;
	return prepend(path, buffer, folders_name(folders, id));
}

HOT folder_id folders_root(const struct folders *folders, folder_id id)
{
	while (folders->folder[id].parent != FOLDER_NONE)
		id = folders->folder[id].parent;
	return id;
}
