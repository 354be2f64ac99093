#include "links.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "hash.h"
#include "memory.h"
#include "notify.h"

/* As many links as the kernel follows (path_resolution(7)). */
#define FOLLOWED_MAX 40

#define NONE UINT32_MAX

/* IN_MASK_ADD: the directory may be a folder as well. */
#define MOVES (IN_MOVE_SELF | IN_DELETE_SELF | IN_DONT_FOLLOW | IN_MASK_ADD)

/* --- the tables --- */

static int watch_of(const void *context, uint32_t item)
{
	return ((const struct links_table *)context)->link[item].watch;
}

static int folder_of(const void *context, uint32_t item)
{
	return (int)((const struct links_table *)context)->link[item].folder;
}

static void table_start(struct links_table *table)
{
	*table = (struct links_table){ .free = NONE };
	groups_start(&table->by_watch, watch_of, table);
	groups_start(&table->by_folder, folder_of, table);
}

static void table_end(struct links_table *table)
{
	free(table->link);
	groups_end(&table->by_watch);
	groups_end(&table->by_folder);
}

static bool table_has(const struct links_table *table, folder_id folder, int watch)
{
	size_t position = 0;
	uint32_t item;

	while (groups_next(&table->by_folder, (int)folder, &position, &item))
		if (table->link[item].watch == watch)
			return true;
	return false;
}

static void table_add(struct links_table *table, folder_id folder, int watch)
{
	uint32_t item = table->free;

	if (table_has(table, folder, watch))
		return;
	if (item != NONE) {
		table->free = table->link[item].folder;
	} else {
		table->link = memory_grow(table->link, &table->room, table->count + 1,
		                          sizeof *table->link);
		item = (uint32_t)table->count++;
	}
	table->link[item] = (struct link){ watch, folder };
	groups_add(&table->by_watch, item);
	groups_add(&table->by_folder, item);
}

static void table_remove(struct links_table *table, uint32_t item)
{
	groups_remove(&table->by_watch, item);
	groups_remove(&table->by_folder, item);
	table->link[item].folder = table->free;
	table->free = item;
}

static bool table_next(const struct links_table *table, int watch, size_t *position,
                       folder_id *folder)
{
	uint32_t item;

	if (!groups_next(&table->by_watch, watch, position, &item))
		return false;
	*folder = table->link[item].folder;
	return true;
}

void links_start(struct links *links, links_is_inside *is_inside, const void *context)
{
	links->is_inside = is_inside;
	links->context = context;
	table_start(&links->parts);
	table_start(&links->awaited);
}

void links_end(struct links *links)
{
	table_end(&links->parts);
	table_end(&links->awaited);
}

void links_add(struct links *links, folder_id folder, int watch)
{
	table_add(&links->parts, folder, watch);
}

bool links_has(const struct links *links, int watch)
{
	size_t position = 0;
	folder_id folder;

	return links_next(links, watch, &position, &folder);
}

bool links_next(const struct links *links, int watch, size_t *position, folder_id *folder)
{
	return table_next(&links->parts, watch, position, folder);
}

/* A name in a watch's directory as one number. */
static int awaited_number(int watch, const char *name)
{
	return (int)(hash_text(name) >> 7) ^ watch;
}

bool links_next_awaiting(const struct links *links, int watch, const char *name,
                         size_t *position, folder_id *folder)
{
	return table_next(&links->awaited, awaited_number(watch, name), position, folder);
}

bool links_is_awaiting(const struct links *links, folder_id folder)
{
	size_t position = 0;
	uint32_t item;

	return groups_next(&links->awaited.by_folder, (int)folder, &position, &item);
}

void links_drop(struct links *links, folder_id folder, links_release *release, void *context)
{
	size_t position;
	uint32_t item;
	int watch;

	while (position = 0, groups_next(&links->awaited.by_folder, (int)folder, &position, &item))
		table_remove(&links->awaited, item);
	while (position = 0, groups_next(&links->parts.by_folder, (int)folder, &position, &item)) {
		watch = links->parts.link[item].watch;
		table_remove(&links->parts, item);
		if (!links_has(links, watch))
			release(context, watch);
	}
}

void links_forget(struct links *links, int watch)
{
	size_t position;
	uint32_t item;

	while (position = 0, groups_next(&links->parts.by_watch, watch, &position, &item))
		table_remove(&links->parts, item);
}

/* --- the ways --- */

/* A way under way: what is resolved, and what is still to be. */
struct way {
	char done[PATH_MAX];
	char rest[PATH_MAX];
	int followed;
	bool is_missing;        /* it ends where nothing is */
};

/* Puts text (a link's target) in front of what is still to be resolved. */
static bool put_in_front(struct way *way, const char *text)
{
	char joined[PATH_MAX];

	if (snprintf(joined, sizeof joined, "%s/%s", text, way->rest) >= (int)sizeof joined)
		return false;
	memcpy(way->rest, joined, sizeof joined);
	return true;
}

/* Moves the next part from rest to part; false when there is none. */
static bool next_part(struct way *way, char part[NAME_MAX + 1])
{
	char *start = way->rest + strspn(way->rest, "/");
	size_t length = strcspn(start, "/");

	if (length == 0 || length > NAME_MAX)
		return false;
	memcpy(part, start, length);
	part[length] = '\0';
	memmove(way->rest, start + length, strlen(start + length) + 1);
	return true;
}

static void go_up(struct way *way)
{
	char *slash = strrchr(way->done, '/');

	if (slash != NULL)
		*slash = '\0';
}

/* Where the link at way->done leads to becomes what is to be resolved. */
static bool follow(struct way *way, const char *target)
{
	if (++way->followed > FOLLOWED_MAX || !put_in_front(way, target))
		return false;
	if (target[0] == '/')
		way->done[0] = '\0';
	else
		go_up(way);
	return true;
}

/* The way ends here: has the part that is missing awaited, if it would come where we are. */
static void await_part(struct links *links, int notify, folder_id folder, struct way *way)
{
	char *slash = strrchr(way->done, '/');
	int watch;

	*slash = '\0';
	if (!links->is_inside(links->context, way->done))
		return;
	watch = notify_watch(notify, way->done, MOVES | IN_ONLYDIR | IN_CREATE | IN_MOVED_TO);
	if (watch == -1)
		return;
	table_add(&links->parts, folder, watch);
	table_add(&links->awaited, folder, awaited_number(watch, slash + 1));
}

/*
 * Watches the part that way->done has just reached; false at the way's end.
 * A link is read only then: one that is pointed elsewhere before is read as
 * it is now, and one that is afterwards is an event.
 */
static bool watch_part(struct links *links, int notify, folder_id folder, struct way *way)
{
	char target[PATH_MAX];
	ssize_t length;
	int watch = notify_watch(notify, way->done, MOVES | IN_ONLYDIR);

	if (watch != -1) {
		table_add(&links->parts, folder, watch);
		return true;
	}
	if (errno == ENOTDIR || errno == ELOOP)
		watch = notify_watch(notify, way->done, MOVES | IN_ATTRIB);
	if (watch != -1) {
		table_add(&links->parts, folder, watch);
	} else if (errno == ENOENT) {
		way->is_missing = true;
		await_part(links, notify, folder, way);
		return false;
	}
	length = readlink(way->done, target, sizeof target - 1);
	if (length == -1)
		return errno == EINVAL;
	target[length] = '\0';
	return follow(way, target);
}

bool links_follow(struct links *links, int notify, folder_id folder, const char *path,
                  size_t known)
{
	struct way way = { .followed = 0 };
	char part[NAME_MAX + 1];
	size_t used;

	if (known >= sizeof way.done || strlen(path + known) >= sizeof way.rest)
		return true;
	memcpy(way.done, path, known);
	way.done[known] = '\0';
	memcpy(way.rest, path + known, strlen(path + known) + 1);
	while (next_part(&way, part)) {
		if (strcmp(part, ".") == 0)
			continue;
		if (strcmp(part, "..") == 0) {
			go_up(&way);
			continue;
		}
		used = strlen(way.done);
		if (used + strlen(part) + 2 > sizeof way.done)
			break;
		way.done[used] = '/';
		memcpy(way.done + used + 1, part, strlen(part) + 1);
		if (!watch_part(links, notify, folder, &way))
			break;
	}
	return !way.is_missing;
}
