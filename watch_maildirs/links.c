#include "links.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "memory.h"
#include "notify.h"

/* As many links as the kernel follows (path_resolution(7)). */
#define FOLLOWED_MAX 40

/* A way under way: what is resolved, and what is still to be. */
struct way {
	char done[PATH_MAX];
	char rest[PATH_MAX];
	int followed;
};

static void add(struct links *links, folder_id folder, int watch, bool is_symlink)
{
	size_t i;

	for (i = 0; i < links->count; i++)
		if (links->link[i].watch == watch && links->link[i].folder == folder)
			return;
	links->link = memory_grow(links->link, &links->room, links->count + 1,
	                          sizeof *links->link);
	links->link[links->count++] = (struct link){ watch, folder, is_symlink };
}

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

/* Watches the part that way->done has just reached; false at the way's end. */
static bool watch_part(struct links *links, int notify, folder_id folder, struct way *way)
{
	char target[PATH_MAX];
	ssize_t length = readlink(way->done, target, sizeof target - 1);
	uint32_t mask = IN_MOVE_SELF | IN_DELETE_SELF | IN_DONT_FOLLOW | IN_MASK_ADD;
	int watch;

	if (length == -1 && errno != EINVAL)
		return false;
	watch = notify_watch(notify, way->done, length == -1 ? mask : mask | IN_ATTRIB);
	if (watch != -1)
		add(links, folder, watch, length != -1);
	if (length == -1)
		return true;
	target[length] = '\0';
	return follow(way, target);
}

void links_follow(struct links *links, int notify, folder_id folder, const char *path,
                  size_t known)
{
	struct way way = { .followed = 0 };
	char part[NAME_MAX + 1];
	size_t used;

	if (known >= sizeof way.done || strlen(path + known) >= sizeof way.rest)
		return;
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
			return;
		way.done[used] = '/';
		memcpy(way.done + used + 1, part, strlen(part) + 1);
		if (!watch_part(links, notify, folder, &way))
			return;
	}
}

void links_drop(struct links *links, folder_id folder, links_release *release, void *context)
{
	size_t i = links->count;
	int watch;

	while (i-- > 0)
		if (links->link[i].folder == folder) {
			watch = links->link[i].watch;
			links->link[i] = links->link[--links->count];
			if (!links_has(links, watch))
				release(context, watch);
		}
}

bool links_has(const struct links *links, int watch)
{
	size_t i;

	for (i = 0; i < links->count; i++)
		if (links->link[i].watch == watch)
			return true;
	return false;
}

void links_forget(struct links *links, int watch)
{
	size_t i = links->count;

	while (i-- > 0)
		if (links->link[i].watch == watch)
			links->link[i] = links->link[--links->count];
}

void links_end(struct links *links)
{
	free(links->link);
	*links = (struct links){ .count = 0 };
}
