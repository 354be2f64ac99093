#include "tree_events.h"

#include <stdbool.h>
#include <sys/inotify.h>

#include "hot.h"
#include "memory.h"
#include "tree.h"
#include "tree_update.h"

/* So many full buffers are read before anything is printed. */
#define READS_MAX 64

/* The folders that the watch belongs to as their own directory, in the scratch. */
static size_t find_own(struct tree *tree, int watch)
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

HOT void tree_events_each(struct tree *tree, const struct inotify_notice *event,
                          tree_events_take *take)
{
	size_t count = find_own(tree, event->watch);

	for (size_t i = 0; i < count && tree->gone == NULL; i++) {
		folder_id id = tree->own[i];

		if ((tree_folder(tree, id)->flags & FOLDER_IS_USED) &&
		    tree_value(tree, id, FOLDER_SELF) == event->watch)
			take(tree, id, event);
	}
}

/* What an event means to ways. */
static void way_event(struct tree *tree, const struct inotify_notice *event)
{
	if (event->name[0] == '\0' && (event->mask & ~(uint32_t)(IN_MODIFY | IN_CLOSE_WRITE)))
		tree_update_way(tree, event->watch);
	else if (event->mask & (IN_CREATE | IN_MOVED_TO))
		tree_update_name_came(tree, event->watch, event->name);
}

HOT static void take(void *context, const struct inotify_notice *event)
{
	struct tree *tree = context;

	if (tree->gone != NULL)
		return;
	if (event->mask & IN_Q_OVERFLOW) {
		tree_report_unseen(tree);
		tree_update_later(tree);
	} else if (event->mask & IN_IGNORED) {
		tree_update_watch_lost(tree, event->watch);
	} else {
		tree->kind->take(tree, event);
		if (tree->gone == NULL)
			way_event(tree, event);
	}
}

HOT int tree_events_read(struct tree *tree)
{
	bool is_more = false;
	int state = 0;

	for (int reads = 0; (reads < READS_MAX && state == 0) || (is_more && state != -1);
	     reads++) {
		state = inotify_read(tree->inotify, take, tree);
		is_more = tree_update_changed(tree);
	}
	return state;
}
