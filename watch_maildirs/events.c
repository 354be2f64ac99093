#include "events.h"

#include <string.h>
#include <sys/inotify.h>

#include "change.h"
#include "echo.h"
#include "folders.h"
#include "inotify.h"
#include "memory.h"
#include "options.h"
#include "renames.h"
#include "report.h"
#include "state.h"
#include "update.h"

/* So many full buffers are read before anything is printed. */
#define READS_MAX 64

#define GONE (IN_DELETE | IN_MOVED_FROM)

/* Steps through the mailboxes whose new/ or cur/ (role) has the watch, as folders_next(). */
static bool next_mailbox(const struct tree *tree, int watch, size_t *position, folder_id *id,
                         enum folder_role *role)
{
	while (folders_next(&tree->folders, watch, position, id, role))
		if (*role != FOLDER_SELF)
			return true;
	return false;
}

/* Reports each mailbox whose new/ or cur/ has the watch. */
static void report_watch(const struct tree *tree, int watch)
{
	enum folder_role role;
	size_t position = 0;
	folder_id id;

	while (next_mailbox(tree, watch, &position, &id, &role))
		report_mailbox(tree->report, id);
}

static void half_given_up(void *context, const struct rename_half *half)
{
	if (change_is_message(half->name))
		report_watch(context, half->watch);
}

/* Which of the folder's new/ and cur/ has the watch; FOLDER_SELF for neither. */
static enum folder_role role_of(const struct tree *tree, folder_id id, int watch)
{
	const struct folder *folder = &tree->folders.folder[id];

	if (folder->watch[FOLDER_NEW] == watch)
		return FOLDER_NEW;
	return folder->watch[FOLDER_CUR] == watch ? FOLDER_CUR : FOLDER_SELF;
}

static enum change_place change_place(enum folder_role role)
{
	return role == FOLDER_NEW ? CHANGE_IN_NEW : CHANGE_IN_CUR;
}

/* A message was renamed: each mailbox at either end has changed, or not. */
static void renamed(const struct tree *tree, const struct rename_half *from,
                    const struct inotify_notice *to)
{
	enum folder_role role, other;
	size_t position = 0;
	folder_id id;

	while (next_mailbox(tree, to->watch, &position, &id, &role)) {
		other = role_of(tree, id, from->watch);
		if (other == FOLDER_SELF || change_is_visible(change_place(other), from->name,
		                                              change_place(role), to->name))
			report_mailbox(tree->report, id);
	}
	position = 0;
	while (next_mailbox(tree, from->watch, &position, &id, &role))
		if (role_of(tree, id, to->watch) == FOLDER_SELF)
			report_mailbox(tree->report, id);
}

/* A name came, went or was changed in somebody's new/ or cur/. */
static void message_event(struct tree *tree, const struct inotify_notice *event)
{
	struct rename_half half;

	if (tree->options->all_events) {
		report_watch(tree, event->watch);
		return;
	}
	if (event->mask & IN_MOVED_FROM) {
		renames_add(&tree->renames, event->watch, event->cookie, event->name, tree->now,
		            half_given_up, tree);
		return;
	}
	if ((event->mask & IN_MOVED_TO) && renames_match(&tree->renames, event->cookie, &half)) {
		renamed(tree, &half, event);
		return;
	}
	if (!change_is_message(event->name))
		return;
	if ((event->mask & IN_MOVED_TO) && echo_is_own(&tree->echo, event->name))
		return;
	report_watch(tree, event->watch);
}

/* The folder's own new/ or cur/ came, went, or can be read now. */
static void place_event(struct tree *tree, folder_id id, enum folder_role role,
                        const struct inotify_notice *event)
{
	const struct folder *folder = &tree->folders.folder[id];

	if ((event->mask & IN_ATTRIB) && folder->watch[role] >= 0)
		return;
	if ((event->mask & GONE) && (folder->flags & FOLDER_IS_BOX))
		report_all(tree->report);
	update_folder(tree, id, DEPTH_PLACES);
}

static void child_event(struct tree *tree, folder_id parent, const struct inotify_notice *event)
{
	folder_id child;

	if (!(event->mask & IN_ATTRIB)) {
		update_child(tree, parent, event->name, event->mask);
		return;
	}
	child = folders_find(&tree->folders, parent, event->name);
	if (child != FOLDER_NONE && folders_is_unwatched(&tree->folders, child))
		update_folder(tree, child, DEPTH_ALL);
}

/* A name came, went or was changed in a folder itself. */
static void structure_event(struct tree *tree, folder_id id, const struct inotify_notice *event)
{
	if (strcmp(event->name, "new") == 0)
		place_event(tree, id, FOLDER_NEW, event);
	else if (strcmp(event->name, "cur") == 0)
		place_event(tree, id, FOLDER_CUR, event);
	else if ((tree->folders.folder[id].flags &
	          (FOLDER_IS_WALKED | FOLDER_IS_LOOP | FOLDER_IS_OVER)) == FOLDER_IS_WALKED)
		child_event(tree, id, event);
}

/* The folders that the watch belongs to as their own directory, in the scratch. */
static size_t own_directories(struct tree *tree, int watch)
{
	size_t position = 0, count = 0;
	enum folder_role role;
	folder_id id;

	while (folders_next(&tree->folders, watch, &position, &id, &role)) {
		if (role != FOLDER_SELF)
			continue;
		tree->own = memory_grow(tree->own, &tree->own_room, count + 1, sizeof *tree->own);
		tree->own[count++] = id;
	}
	return count;
}

static void name_event(struct tree *tree, const struct inotify_notice *event)
{
	const struct folder *folder;
	enum folder_role role;
	size_t position = 0, count;
	folder_id id;

	if (!(event->mask & IN_ATTRIB) && next_mailbox(tree, event->watch, &position, &id, &role))
		message_event(tree, event);
	count = own_directories(tree, event->watch);
	for (size_t i = 0; i < count && tree->gone == NULL; i++) {
		folder = &tree->folders.folder[tree->own[i]];
		if ((folder->flags & FOLDER_IS_USED) && folder->watch[FOLDER_SELF] == event->watch)
			structure_event(tree, tree->own[i], event);
	}
	if ((event->mask & (IN_CREATE | IN_MOVED_TO)) && tree->gone == NULL)
		update_name_came(tree, event->watch, event->name);
}

static void take(void *context, const struct inotify_notice *event)
{
	struct tree *tree = context;

	if (tree->gone != NULL)
		return;
	if (event->mask & IN_Q_OVERFLOW) {
		report_all(tree->report);
		update_later(tree, tree->now);
	} else if (event->mask & IN_IGNORED) {
		update_watch_lost(tree, event->watch);
	} else if (event->name[0] != '\0') {
		name_event(tree, event);
	} else {
		update_way(tree, event->watch);
	}
}

int events_read(void *context, clock_ms now)
{
	struct tree *tree = context;
	bool is_more = false;
	int state = 0;

	tree->now = now;
	for (int reads = 0; (reads < READS_MAX && state == 0) || (is_more && state != -1);
	     reads++) {
		state = inotify_read(tree->inotify, take, tree);
		is_more = update_changed(tree);
	}
	if (state == 1)
		renames_expire(&tree->renames, now, half_given_up, tree);
	return state == -1 ? -1 : 0;
}

clock_ms events_due(const void *context)
{
	const struct tree *tree = context;

	return renames_due(&tree->renames);
}
