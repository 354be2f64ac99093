#include "folders.h"

#include <stdlib.h>
#include <string.h>

#include "hash.h"
#include "memory.h"

/* A parent's child of that name as one number. */
static int hash(folder_id parent, const char *name)
{
	uint64_t value = hash_text(name) ^ parent * UINT64_C(0x9e3779b97f4a7c15);

	return (int)(value ^ value >> 32);
}

static int hash_of(const void *context, uint32_t id)
{
	const struct folders *folders = context;

	return hash(folders->folder[id].parent, folders->folder[id].name);
}

static int watch_of(const void *context, uint32_t place)
{
	const struct folders *folders = context;

	return folders->folder[place / FOLDER_ROLES].watch[place % FOLDER_ROLES];
}

void folders_start(struct folders *folders)
{
	*folders = (struct folders){ .free = FOLDER_NONE };
	groups_start(&folders->by_name, hash_of, folders);
	groups_start(&folders->by_watch, watch_of, folders);
}

void folders_end(struct folders *folders)
{
	for (size_t i = 0; i < folders->count; i++)
		free(folders->folder[i].name);
	free(folders->folder);
	groups_end(&folders->by_name);
	groups_end(&folders->by_watch);
	folders_start(folders);
}

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
		.name = memory_copy(name),
		.parent = parent,
		.child = FOLDER_NONE,
		.sibling = FOLDER_NONE,
		.before = FOLDER_NONE,
		.flags = flags | FOLDER_IS_USED,
	};
	link_in(folders, id);
	groups_add(&folders->by_name, id);
	return id;
}

folder_id folders_find(const struct folders *folders, folder_id parent, const char *name)
{
	size_t position = 0;
	folder_id id;

	while (groups_next(&folders->by_name, hash(parent, name), &position, &id))
		if (folders->folder[id].parent == parent &&
		    strcmp(folders->folder[id].name, name) == 0)
			return id;
	return FOLDER_NONE;
}

void folders_remove(struct folders *folders, folder_id id)
{
	struct folder *folder = &folders->folder[id];

	groups_remove(&folders->by_name, id);
	link_out(folders, id);
	free(folder->name);
	*folder = (struct folder){ .sibling = folders->free };
	folders->free = id;
}

void folders_set(struct folders *folders, folder_id id, enum folder_role role, int value)
{
	int *watch = &folders->folder[id].watch[role];
	int old = *watch;

	if (old == value)
		return;
	if (old > 0)
		groups_remove(&folders->by_watch, folders_place(id, role));
	folders->unwatched = folders->unwatched + (value < 0) - (old < 0);
	folders->dangling = folders->dangling + (value == PLACE_DANGLING) - (old == PLACE_DANGLING);
	*watch = value;
	if (value > 0)
		groups_add(&folders->by_watch, folders_place(id, role));
}

bool folders_next(const struct folders *folders, int watch, size_t *position, folder_id *id,
                  enum folder_role *role)
{
	uint32_t place;

	if (!groups_next(&folders->by_watch, watch, position, &place))
		return false;
	*id = place / FOLDER_ROLES;
	*role = (enum folder_role)(place % FOLDER_ROLES);
	return true;
}

bool folders_is_there(const struct folders *folders, folder_id id, enum folder_role role)
{
	int watch = folders->folder[id].watch[role];

	return watch != PLACE_MISSING && watch != PLACE_DANGLING;
}

bool folders_is_unwatched(const struct folders *folders, folder_id id)
{
	const int *watch = folders->folder[id].watch;

	return watch[FOLDER_SELF] < 0 || watch[FOLDER_NEW] < 0 || watch[FOLDER_CUR] < 0;
}

static char *prepend(char *path, const char *start, const char *name)
{
	size_t length = strlen(name);

	if ((size_t)(path - start) < length + 1)
		return NULL;
	path -= length;
	memcpy(path, name, length);
	return path;
}

const char *folders_path(const struct folders *folders, folder_id id, enum folder_role role,
                         bool relative, char *buffer, size_t room)
{
	static const char *const below[] = { "", "/new", "/cur" };
	const struct folder *folder = &folders->folder[id];
	char *path = buffer + room - 1;

	*path = '\0';
	path = prepend(path, buffer, below[role]);
	while (path != NULL && folder->parent != FOLDER_NONE) {
		path = prepend(path, buffer, folder->name);
		if (path != NULL)
			path = prepend(path, buffer, "/");
		folder = &folders->folder[folder->parent];
	}
	if (path == NULL)
		return NULL;
	if (relative)
		return *path == '/' ? path + 1 : path;
	return prepend(path, buffer, folder->name);
}

folder_id folders_root(const struct folders *folders, folder_id id)
{
	while (folders->folder[id].parent != FOLDER_NONE)
		id = folders->folder[id].parent;
	return id;
}
