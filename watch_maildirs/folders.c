#include "folders.h"

#include <stdlib.h>
#include <string.h>

#include "memory.h"

/* FNV-1a over the name, started with the parent. */
static int hash(folder_id parent, const char *name)
{
	uint32_t value = 2166136261U ^ (parent * 2654435769U);

	for (; *name != '\0'; name++)
		value = (value ^ (unsigned char)*name) * 16777619U;
	return (int)(value ^ value >> 15);
}

static int hash_of(const void *context, uint32_t id)
{
	const struct folders *folders = context;

	return hash(folders->folder[id].parent, folders->folder[id].name);
}

void folders_start(struct folders *folders)
{
	*folders = (struct folders){ .free = FOLDER_NONE };
	groups_start(&folders->by_name, hash_of, folders);
}

void folders_end(struct folders *folders)
{
	size_t i;

	for (i = 0; i < folders->count; i++)
		free(folders->folder[i].name);
	free(folders->folder);
	groups_end(&folders->by_name);
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
