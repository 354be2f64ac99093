#include "events.h"

#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>

#include "change.h"
#include "memory.h"
#include "options.h"
#include "report.h"
#include "tree.h"

/* So many full buffers are read before anything is printed. */
#define READS_MAX 64

#define GONE (IN_DELETE | IN_MOVED_FROM)

void events_start(struct events *events, const struct options *options, struct report *report,
                  struct tree *tree)
{
	*events = (struct events){ .tree = tree, .folders = tree_folders(tree), .report = report,
	                           .all = options->all_events };
	if (options->no_echo)
		echo_start(&events->echo);
}

void events_end(struct events *events)
{
	free(events->own);
}

/* Steps through the mailboxes whose new/ or cur/ (role) has the watch, as folders_next(). */
static bool next_mailbox(const struct events *events, int watch, size_t *position, folder_id *id,
                         enum folder_role *role)
{
	while (folders_next(events->folders, watch, position, id, role))
		if (*role != FOLDER_SELF)
			return true;
	return false;
}

/* Reports each mailbox whose new/ or cur/ has the watch. */
static void report_watch(const struct events *events, int watch)
{
	enum folder_role role;
	size_t position = 0;
	folder_id id;

	while (next_mailbox(events, watch, &position, &id, &role))
		report_mailbox(events->report, id);
}

static void half_given_up(void *context, const struct rename_half *half)
{
	if (change_is_message(half->name))
		report_watch(context, half->watch);
}

/* Which of the folder's new/ and cur/ has the watch; FOLDER_SELF for neither. */
static enum folder_role role_of(const struct events *events, folder_id id, int watch)
{
	const struct folder *folder = &events->folders->folder[id];

	if (folder->watch[FOLDER_NEW] == watch)
		return FOLDER_NEW;
	return folder->watch[FOLDER_CUR] == watch ? FOLDER_CUR : FOLDER_SELF;
}

static enum change_place change_place(enum folder_role role)
{
	return role == FOLDER_NEW ? CHANGE_IN_NEW : CHANGE_IN_CUR;
}

/* A message was renamed: each mailbox at either end has changed, or not. */
static void renamed(const struct events *events, const struct rename_half *from,
                    const struct inotify_notice *to)
{
	enum folder_role role, other;
	size_t position = 0;
	folder_id id;

	while (next_mailbox(events, to->watch, &position, &id, &role)) {
		other = role_of(events, id, from->watch);
		if (other == FOLDER_SELF || change_is_visible(change_place(other), from->name,
		                                              change_place(role), to->name))
			report_mailbox(events->report, id);
	}
	position = 0;
	while (next_mailbox(events, from->watch, &position, &id, &role))
		if (role_of(events, id, to->watch) == FOLDER_SELF)
			report_mailbox(events->report, id);
}

/* A name came, went or was changed in somebody's new/ or cur/. */
static void message_event(struct events *events, const struct inotify_notice *event)
{
	struct rename_half half;

	if (events->all) {
		report_watch(events, event->watch);
		return;
	}
	if (event->mask & IN_MOVED_FROM) {
		renames_add(&events->renames, event->watch, event->cookie, event->name, events->now,
		            half_given_up, events);
		return;
	}
	if ((event->mask & IN_MOVED_TO) && renames_match(&events->renames, event->cookie, &half)) {
		renamed(events, &half, event);
		return;
	}
	if (!change_is_message(event->name))
		return;
	if ((event->mask & IN_MOVED_TO) && echo_is_own(&events->echo, event->name))
		return;
	report_watch(events, event->watch);
}

/* The folder's own new/ or cur/ came, went, or can be read now. */
static void place_event(struct events *events, folder_id id, enum folder_role role,
                        const struct inotify_notice *event)
{
	const struct folder *folder = &events->folders->folder[id];

	if ((event->mask & IN_ATTRIB) && folder->watch[role] >= 0)
		return;
	if ((event->mask & GONE) && (folder->flags & FOLDER_IS_BOX))
		report_all(events->report);
	tree_look(events->tree, id, DEPTH_PLACES);
}

static void child_event(struct events *events, folder_id parent, const struct inotify_notice *event)
{
	folder_id child;

	if (!(event->mask & IN_ATTRIB)) {
		tree_look_at_child(events->tree, parent, event->name, event->mask);
		return;
	}
	child = folders_find(events->folders, parent, event->name);
	if (child != FOLDER_NONE && folders_is_unwatched(events->folders, child))
		tree_look(events->tree, child, DEPTH_ALL);
}

/* A name came, went or was changed in a folder itself. */
static void structure_event(struct events *events, folder_id id, const struct inotify_notice *event)
{
	if (strcmp(event->name, "new") == 0)
		place_event(events, id, FOLDER_NEW, event);
	else if (strcmp(event->name, "cur") == 0)
		place_event(events, id, FOLDER_CUR, event);
	else if ((events->folders->folder[id].flags &
	          (FOLDER_IS_WALKED | FOLDER_IS_LOOP | FOLDER_IS_OVER)) == FOLDER_IS_WALKED)
		child_event(events, id, event);
}

/* The folders that the watch belongs to as their own directory, in the scratch. */
static size_t own_directories(struct events *events, int watch)
{
	size_t position = 0, count = 0;
	enum folder_role role;
	folder_id id;

	while (folders_next(events->folders, watch, &position, &id, &role)) {
		if (role != FOLDER_SELF)
			continue;
		events->own = memory_grow(events->own, &events->own_room, count + 1,
		                          sizeof *events->own);
		events->own[count++] = id;
	}
	return count;
}

static void name_event(struct events *events, const struct inotify_notice *event)
{
	const struct folder *folder;
	enum folder_role role;
	size_t position = 0, count;
	folder_id id;

	if (!(event->mask & IN_ATTRIB) && next_mailbox(events, event->watch, &position, &id, &role))
		message_event(events, event);
	count = own_directories(events, event->watch);
	for (size_t i = 0; i < count && tree_gone(events->tree) == NULL; i++) {
		folder = &events->folders->folder[events->own[i]];
		if ((folder->flags & FOLDER_IS_USED) && folder->watch[FOLDER_SELF] == event->watch)
			structure_event(events, events->own[i], event);
	}
	if ((event->mask & (IN_CREATE | IN_MOVED_TO)) && tree_gone(events->tree) == NULL)
		tree_name_came(events->tree, event->watch, event->name);
}

static void take(void *context, const struct inotify_notice *event)
{
	struct events *events = context;
	struct tree *tree = events->tree;

	if (tree_gone(tree) != NULL)
		return;
	if (event->mask & IN_Q_OVERFLOW) {
		report_all(events->report);
		tree_rescan_later(tree, events->now);
	} else if (event->mask & IN_IGNORED) {
		tree_watch_lost(tree, event->watch);
	} else if (event->name[0] != '\0') {
		name_event(events, event);
	} else {
		tree_way_changed(tree, event->watch);
	}
}

int events_read(void *context, clock_ms now)
{
	struct events *events = context;
	bool is_more = false;
	int state = 0;

	events->now = now;
	for (int reads = 0; (reads < READS_MAX && state == 0) || (is_more && state != -1); reads++) {
		state = inotify_read(tree_inotify(events->tree), take, events);
		is_more = tree_look_changed(events->tree);
	}
	if (state == 1)
		renames_expire(&events->renames, now, half_given_up, events);
	return state == -1 ? -1 : 0;
}

clock_ms events_due(const void *context)
{
	const struct events *events = context;

	return renames_due(&events->renames);
}
