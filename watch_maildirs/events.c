#include "events.h"

#include <string.h>
#include <sys/inotify.h>

#include "change.h"
#include "entry.h"
#include "hot.h"
#include "state.h"
#include "tree_events.h"
#include "tree_update.h"

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
HOT static void report_watch(const struct tree *tree, int watch)
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
	if (tree_value(tree, id, FOLDER_NEW) == watch)
		return FOLDER_NEW;
	return tree_value(tree, id, FOLDER_CUR) == watch ? FOLDER_CUR : FOLDER_SELF;
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
HOT static void message_event(struct tree *tree, const struct inotify_notice *event)
{
	struct mailstore *mailstore = mailstore_of(tree);
	struct renames *renames = &mailstore->renames;
	struct rename_half half;

	if (tree->options->all_events) {
		report_watch(tree, event->watch);
		return;
	}
	if (event->mask & IN_MOVED_FROM) {
		renames_add(renames, event->watch, event->cookie, event->name, tree->now,
		            half_given_up, tree);
		return;
	}
	if ((event->mask & IN_MOVED_TO) && renames_match(renames, event->cookie, &half)) {
		renamed(tree, &half, event);
		return;
	}
	if (!change_is_message(event->name))
		return;
	if ((event->mask & IN_MOVED_TO) && echo_is_own(&mailstore->echo, event->name))
		return;
	report_watch(tree, event->watch);
}

/* The folder's own new/ or cur/ came, went, or can be read now. */
static void place_event(struct tree *tree, folder_id id, enum folder_role role,
                        const struct inotify_notice *event)
{
	const struct folder *folder = &tree->folders.folder[id];

	if ((event->mask & IN_ATTRIB) && tree_value(tree, id, role) >= 0)
		return;
	if ((event->mask & GONE) && (folder->flags & FOLDER_IS_BOX))
		report_all(tree->report);
	tree_update(tree, id, DEPTH_PLACES);
}

/*
 * Whether an event tells of more than a look can find: a directory that has
 * gone may have been a mailbox since the last look, one that has come may have
 * held or been one until its watch was set, and a link may have led to one.
 */
static bool is_past_finding(struct tree *tree, folder_id parent, const char *name, uint32_t mask)
{
	bool is_directory = (mask & IN_ISDIR) != 0, is_whole;
	folder_id child;
	unsigned flags;

	if (mask & (IN_DELETE | IN_MOVED_FROM))
		return is_directory && entry_flags(tree, parent, name) != 0;
	child = folders_find(&tree->folders, parent, name);
	if (child == FOLDER_NONE)
		return false;
	flags = tree_folder(tree, child)->flags;
	if (!is_directory && !(flags & FOLDER_IS_LINKED))
		return false;
	is_whole = !is_directory || (mask & IN_MOVED_TO);
	return (flags & FOLDER_IS_WALKED) || (is_whole && !(flags & FOLDER_IS_MAILBOX));
}

/*
 * Looks at the parent's child of that name, known or not, since an event with
 * that mask told of it.  What may have come and gone unseen is told as all.
 */
static void child_look(struct tree *tree, folder_id parent, const char *name, uint32_t mask)
{
	folder_id child = folders_find(&tree->folders, parent, name);
	bool is_replaced = child != FOLDER_NONE &&
	                   (tree_folder(tree, child)->flags & FOLDER_IS_LINKED);

	if (child != FOLDER_NONE && (mask & (IN_DELETE | IN_MOVED_FROM))) {
		entry_lose(tree, child);
		child = FOLDER_NONE;
	}
	if (child == FOLDER_NONE)
		child = entry_add(tree, parent, name);
	if (child != FOLDER_NONE)
		tree_update(tree, child, DEPTH_ALL);
	if (is_replaced || is_past_finding(tree, parent, name, mask))
		report_all(tree->report);
}

static void child_event(struct tree *tree, folder_id parent, const struct inotify_notice *event)
{
	folder_id child;

	if (!(event->mask & IN_ATTRIB)) {
		child_look(tree, parent, event->name, event->mask);
		return;
	}
	child = folders_find(&tree->folders, parent, event->name);
	if (child != FOLDER_NONE && folders_is_unwatched(&tree->folders, child))
		tree_update(tree, child, DEPTH_ALL);
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

HOT void events_take(struct tree *tree, const struct inotify_notice *event)
{
	enum folder_role role;
	size_t position = 0;
	folder_id id;

	if (event->name[0] == '\0')
		return;
	if (!(event->mask & IN_ATTRIB) && next_mailbox(tree, event->watch, &position, &id, &role))
		message_event(tree, event);
	tree_events_each(tree, event, structure_event);
}

HOT int events_read(void *context, clock_ms now)
{
	struct tree *tree = context;
	int state;

	tree->now = now;
	state = tree_events_read(tree);
	if (state == 1)
		renames_expire(&mailstore_of(tree)->renames, now, half_given_up, tree);
	return state == -1 ? -1 : 0;
}

HOT clock_ms events_due(const void *context)
{
	return renames_due(&mailstore_of(context)->renames);
}
