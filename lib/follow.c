#include "follow.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "inotify.h"

/* As many links as the kernel follows (path_resolution(7)). */
#define FOLLOWED_MAX 40

/* IN_MASK_ADD: the directory may be watched for what is in it as well. */
#define MOVES (IN_MOVE_SELF | IN_DELETE_SELF | IN_DONT_FOLLOW | IN_MASK_ADD)

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
static bool follow_link(struct way *way, const char *target)
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
static void await_part(const struct follow *follow, uint32_t owner, const struct way *way)
{
	char above[PATH_MAX], *slash;
	int watch;

	memcpy(above, way->done, sizeof above);
	slash = strrchr(above, '/');
	*slash = '\0';
	if (!follow->is_inside(follow->context, above))
		return;
	watch = inotify_watch(follow->inotify, slash == above ? "/" : above,
	                      MOVES | IN_ONLYDIR | IN_CREATE | IN_MOVED_TO);
	if (watch == -1)
		return;
	ways_add(follow->ways, owner, watch);
	ways_add(follow->awaited, owner, ways_number(watch, slash + 1));
}

/* A watch for the directory or the link at path; -1 with errno, is_link for the latter. */
static int watch_path(const struct follow *follow, const char *path, bool *is_link)
{
	int watch = inotify_watch(follow->inotify, path, MOVES | IN_ONLYDIR);

	*is_link = watch == -1 && (errno == ENOTDIR || errno == ELOOP);
	return *is_link ? inotify_watch(follow->inotify, path, MOVES | IN_ATTRIB) : watch;
}

/*
 * Watches the part that way->done has just reached; false at the way's end.
 * A link is read only then: one that is pointed elsewhere before is read as
 * it is now, and one that is afterwards is an event.
 */
static bool watch_part(const struct follow *follow, uint32_t owner, struct way *way)
{
	char target[PATH_MAX];
	ssize_t length;
	bool is_link;
	int watch = watch_path(follow, way->done, &is_link);

	if (watch == -1 && errno == ENOENT) {
		await_part(follow, owner, way);
		/* it may have come before that */
		watch = watch_path(follow, way->done, &is_link);
	}
	if (watch != -1)
		ways_add(follow->ways, owner, watch);
	if (watch != -1 && !is_link)
		return true;
	if (watch == -1 && errno == ENOENT) {
		way->is_missing = true;
		return false;
	}
	length = readlink(way->done, target, sizeof target - 1);
	if (length == -1)
		return errno == EINVAL;
	target[length] = '\0';
	return follow_link(way, target);
}

bool follow_way(const struct follow *follow, uint32_t owner, const char *path, size_t known)
{
	struct way way = { .followed = 0 };
	char part[NAME_MAX + 1];
	size_t used;

	if (known >= sizeof way.done || strlen(path + known) >= sizeof way.rest)
		return true;
	memcpy(way.done, path, known);
	memcpy(way.rest, path + known, strlen(path + known));
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
		snprintf(way.done + used, sizeof way.done - used, "/%s", part);
		if (!watch_part(follow, owner, &way))
			break;
	}
	return !way.is_missing;
}
