#include "folders.h"

#include <stdlib.h>
#include <string.h>

#include "memory.h"

void folders_start(struct folders *folders)
{
	*folders = (struct folders){ .free = FOLDER_NONE };
}

void folders_end(struct folders *folders)
{
	size_t i;

	for (i = 0; i < folders->count; i++)
		free(folders->folder[i].name);
	free(folders->folder);
	free(folders->bucket);
	folders_start(folders);
}

/* FNV-1a over the name, started with the parent. */
static uint32_t hash(folder_id parent, const char *name)
{
	uint32_t value = 2166136261U ^ (parent * 2654435769U);

	for (; *name != '\0'; name++)
		value = (value ^ (unsigned char)*name) * 16777619U;
	return value ^ value >> 15;
}

static folder_id *bucket_of(const struct folders *folders, folder_id parent, const char *name)
{
	return &folders->bucket[hash(parent, name) & (folders->buckets - 1)];
}

static void link_in(struct folders *folders, folder_id id)
{
	struct folder *folder = &folders->folder[id];
	folder_id *bucket = bucket_of(folders, folder->parent, folder->name);

	folder->chain = *bucket;
	*bucket = id;
}

static void grow_buckets(struct folders *folders)
{
	folder_id id;

	free(folders->bucket);
	folders->buckets = folders->buckets == 0 ? 32 : folders->buckets * 2;
	folders->bucket = memory_new(folders->buckets, sizeof *folders->bucket);
	memset(folders->bucket, 0xff, folders->buckets * sizeof *folders->bucket);
	for (id = 0; id < folders->count; id++)
		if (folders->folder[id].flags & FOLDER_IS_USED)
			link_in(folders, id);
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

folder_id folders_add(struct folders *folders, folder_id parent, const char *name, unsigned flags)
{
	folder_id id = take_entry(folders);
	struct folder *folder = &folders->folder[id];

	*folder = (struct folder){
		.name = memory_copy(name),
		.parent = parent,
		.child = FOLDER_NONE,
		.sibling = FOLDER_NONE,
		.flags = flags | FOLDER_IS_USED,
	};
	if (parent != FOLDER_NONE) {
		folder->sibling = folders->folder[parent].child;
		folders->folder[parent].child = id;
	}
	if (++folders->used > folders->buckets * 2)
		grow_buckets(folders);
	else
		link_in(folders, id);
	return id;
}

folder_id folders_find(const struct folders *folders, folder_id parent, const char *name)
{
	folder_id id;

	if (folders->buckets == 0)
		return FOLDER_NONE;
	for (id = *bucket_of(folders, parent, name); id != FOLDER_NONE;
	     id = folders->folder[id].chain)
		if (folders->folder[id].parent == parent &&
		    strcmp(folders->folder[id].name, name) == 0)
			break;
	return id;
}

void folders_remove(struct folders *folders, folder_id id)
{
	struct folder *folder = &folders->folder[id];
	folder_id *link = bucket_of(folders, folder->parent, folder->name);

	while (*link != id)
		link = &folders->folder[*link].chain;
	*link = folder->chain;
	if (folder->parent != FOLDER_NONE) {
		link = &folders->folder[folder->parent].child;
		while (*link != id)
			link = &folders->folder[*link].sibling;
		*link = folder->sibling;
	}
	free(folder->name);
	*folder = (struct folder){ .sibling = folders->free };
	folders->free = id;
	folders->used--;
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
