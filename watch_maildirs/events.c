#include "events.h"

#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>

#include "change.h"
#include "memory.h"
#include "place.h"

/* So many full buffers are read before anything is printed. */
#define READS_MAX 64

#define GONE (IN_DELETE | IN_MOVED_FROM)

void events_start(struct events *events, struct tree *tree)
{
	*events = (struct events){ .tree = tree };
	if (tree->options->no_echo)
		echo_start(&events->echo);
}

void events_end(struct events *events)
{
	free(events->place);
}

static bool all_events(const struct events *events)
{
	return events->tree->options->all_events;
}

/* Reports each mailbox whose new/ or cur/ has the watch. */
static void report_watch(struct events *events, int watch)
{
	size_t position = 0;
	uint32_t place;

	while (groups_next(&events->tree->watches, watch, &position, &place))
		if (place_role(place) != FOLDER_SELF)
			report_mailbox(events->tree->report, place_folder(place));
}

static void half_given_up(void *context, const struct rename_half *half)
{
	if (change_is_message(half->name))
		report_watch(context, half->watch);
}

static bool holds_messages(const struct events *events, int watch)
{
	size_t position = 0;
	uint32_t place;

	while (groups_next(&events->tree->watches, watch, &position, &place))
		if (place_role(place) != FOLDER_SELF)
			return true;
	return false;
}

/* Which of the folder's new/ and cur/ has the watch; FOLDER_SELF for neither. */
static enum folder_role role_of(const struct events *events, folder_id id, int watch)
{
	const struct folder *folder = &events->tree->folders.folder[id];

	if (folder->watch[FOLDER_NEW] == watch)
		return FOLDER_NEW;
	return folder->watch[FOLDER_CUR] == watch ? FOLDER_CUR : FOLDER_SELF;
}

static enum change_place change_place(enum folder_role role)
{
	return role == FOLDER_NEW ? CHANGE_IN_NEW : CHANGE_IN_CUR;
}

/* A message was renamed: each mailbox at either end has changed, or not. */
static void renamed(struct events *events, const struct rename_half *from,
                    const struct notify_event *to)
{
	const struct groups *watches = &events->tree->watches;
	enum folder_role other;
	size_t position = 0;
	uint32_t place;

	while (groups_next(watches, to->watch, &position, &place)) {
		if (place_role(place) == FOLDER_SELF)
			continue;
		other = role_of(events, place_folder(place), from->watch);
		if (other == FOLDER_SELF ||
		    change_is_visible(change_place(other), from->name,
		                      change_place(place_role(place)), to->name))
			report_mailbox(events->tree->report, place_folder(place));
	}
	position = 0;
	while (groups_next(watches, from->watch, &position, &place))
		if (place_role(place) != FOLDER_SELF &&
		    role_of(events, place_folder(place), to->watch) == FOLDER_SELF)
			report_mailbox(events->tree->report, place_folder(place));
}

/* A name came, went or was changed in somebody's new/ or cur/. */
static void message_event(struct events *events, const struct notify_event *event)
{
	struct rename_half half;

	if (all_events(events)) {
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
                        const struct notify_event *event)
{
	const struct folder *folder = &events->tree->folders.folder[id];

	if ((event->mask & IN_ATTRIB) && folder->watch[role] >= 0)
		return;
	if ((event->mask & GONE) && (folder->flags & FOLDER_IS_BOX))
		report_all(events->tree->report);
	tree_look(events->tree, id, TREE_PLACES);
}

static void child_event(struct events *events, folder_id parent, const struct notify_event *event)
{
	struct tree *tree = events->tree;
	folder_id child;

	if (!(event->mask & IN_ATTRIB)) {
		tree_look_at_child(tree, parent, event->name, event->mask);
		return;
	}
	child = folders_find(&tree->folders, parent, event->name);
	if (child != FOLDER_NONE && (tree->folders.folder[child].watch[FOLDER_SELF] < 0 ||
	                             tree->folders.folder[child].watch[FOLDER_NEW] < 0 ||
	                             tree->folders.folder[child].watch[FOLDER_CUR] < 0))
		tree_look(tree, child, TREE_DEEP);
}

/* A name came, went or was changed in a folder itself. */
static void structure_event(struct events *events, folder_id id, const struct notify_event *event)
{
	if (strcmp(event->name, "new") == 0)
		place_event(events, id, FOLDER_NEW, event);
	else if (strcmp(event->name, "cur") == 0)
		place_event(events, id, FOLDER_CUR, event);
	else if ((events->tree->folders.folder[id].flags &
	          (FOLDER_IS_WALKED | FOLDER_IS_LOOP | FOLDER_IS_OVER)) == FOLDER_IS_WALKED)
		child_event(events, id, event);
}

/* The folders that the watch belongs to as their own directory, in the scratch. */
static size_t own_directories(struct events *events, int watch)
{
	size_t position = 0, count = 0;
	uint32_t place;

	while (groups_next(&events->tree->watches, watch, &position, &place)) {
		if (place_role(place) != FOLDER_SELF)
			continue;
		events->place = memory_grow(events->place, &events->place_room, count + 1,
		                            sizeof *events->place);
		events->place[count++] = place_folder(place);
	}
	return count;
}

static void name_event(struct events *events, const struct notify_event *event)
{
	const struct folders *folders = &events->tree->folders;
	size_t count, i;

	if (!(event->mask & IN_ATTRIB) && holds_messages(events, event->watch))
		message_event(events, event);
	count = own_directories(events, event->watch);
	for (i = 0; i < count && events->tree->gone == NULL; i++)
		if ((folders->folder[events->place[i]].flags & FOLDER_IS_USED) &&
		    folders->folder[events->place[i]].watch[FOLDER_SELF] == event->watch)
			structure_event(events, events->place[i], event);
	if ((event->mask & (IN_CREATE | IN_MOVED_TO)) && events->tree->gone == NULL)
		tree_name_came(events->tree, event->watch, event->name);
}

void events_take(void *context, const struct notify_event *event)
{
	struct events *events = context;
	struct tree *tree = events->tree;

	if (tree->gone != NULL)
		return;
	if (event->mask & IN_Q_OVERFLOW) {
		report_all(tree->report);
		tree_rescan_later(tree, events->now);
	} else if (event->mask & IN_IGNORED) {
		tree_watch_lost(tree, event->watch);
	} else if (event->name[0] != '\0') {
		name_event(events, event);
	} else {
		tree_way_changed(tree, event->watch);
	}
}

int events_read(struct events *events, clock_ms now)
{
	bool is_more = false;
	int reads, state = 0;

	events->now = now;
	for (reads = 0; (reads < READS_MAX && state == 0) || (is_more && state != -1); reads++) {
		state = notify_read(events->tree->notify, events_take, events);
		is_more = tree_look_changed(events->tree);
	}
	if (state == 1)
		renames_expire(&events->renames, now, half_given_up, events);
	return state == -1 ? -1 : 0;
}

clock_ms events_due(const struct events *events)
{
	return renames_due(&events->renames);
}
