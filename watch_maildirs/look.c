#include "look.h"

#include <sys/stat.h>
#include <unistd.h>

#include "entry.h"
#include "hot.h"
#include "place.h"
#include "state.h"
#include "tree_place.h"
#include "tree_walk.h"

static bool is_due(struct tree *tree, folder_id id, enum folder_role role, enum depth depth)
{
	int value = tree_value(tree, id, role);

	return depth != DEPTH_UNWATCHED || value < 0 ||
	       (value == PLACE_MISSING && tree_value(tree, id, FOLDER_SELF) < 0);
}

/* Looks at the folder's new/ and cur/; reports what they tell. */
static void mailbox_look(struct tree *tree, folder_id id, enum depth depth)
{
	bool was = (tree_folder(tree, id)->flags & FOLDER_IS_MAILBOX) != 0, is, news = false;

	if (!(tree_folder(tree, id)->flags & FOLDER_IS_BOX))
		return;
	if (is_due(tree, id, FOLDER_NEW, depth))
		news |= place_look(tree, id, FOLDER_NEW);
	if (is_due(tree, id, FOLDER_CUR, depth))
		news |= place_look(tree, id, FOLDER_CUR);
	is = folders_is_there(&tree->folders, id, FOLDER_NEW) &&
	     folders_is_there(&tree->folders, id, FOLDER_CUR);
	folder_mark(tree_folder(tree, id), FOLDER_IS_MAILBOX, is);
	if (was && !is)
		report_all(tree->report);
	if (is && (news || !was) && !tree->is_starting)
		report_mailbox(tree->report, id);
	if (is)
		tree_tell_nameless(tree, id);
}

/* Whether the folder is a link itself. */
static bool is_link(struct tree *tree, folder_id id)
{
	const struct folder *folder = tree_folder(tree, id);
	char nothing[1];

	if (tree_is_root(tree, id) ||
	    (tree_value(tree, id, FOLDER_SELF) > 0 && !(folder->flags & FOLDER_IS_LINKED)))
		return false;
	return readlink(tree_path(tree, id), nothing, sizeof nothing) != -1;
}

/* Notes whether the folder is a link, or below one; true when that is news. */
static bool link_note(struct tree *tree, folder_id id)
{
	struct folder *folder = tree_folder(tree, id);
	bool was = (folder->flags & FOLDER_IS_LINK) != 0, is = is_link(tree, id);

	folder_mark(folder, FOLDER_IS_LINK, is);
	return tree_walk_note_beyond(tree, id) || is != was;
}

folder_id look_meet(struct tree *tree, folder_id parent, folder_id known, int directory,
                    const struct dirent *entry)
{
	(void)directory;
	if (entry->d_type != DT_DIR && entry->d_type != DT_LNK && entry->d_type != DT_UNKNOWN)
		return FOLDER_NONE;
	return known != FOLDER_NONE ? known : entry_add(tree, parent, entry->d_name);
}

/* Forgets what was known of links and file systems on the folder's way. */
static void way_forget(struct tree *tree, folder_id id)
{
	struct folder *folder = tree_folder(tree, id);

	if (tree_is_root(tree, id))
		return;
	if (folder->flags & FOLDER_IS_LINKED)
		tree_place_drop_way(tree, id);
	folder_mark(folder, FOLDER_IS_LINKED, false);
	tree_place_note_remote(tree, id, S_IFDIR);
}

HOT bool look_at(struct tree *tree, folder_id id, enum depth depth)
{
	struct folder *folder = tree_folder(tree, id);
	int old = tree_value(tree, id, FOLDER_SELF);
	bool news = false;

	if ((folder->flags & FOLDER_IS_LINKED) && depth == DEPTH_UNWATCHED)
		depth = DEPTH_PLACES;
	if (depth == DEPTH_ALL || (folder->flags & FOLDER_IS_LINKED))
		way_forget(tree, id);
	if (is_due(tree, id, FOLDER_SELF, depth))
		news = place_look(tree, id, FOLDER_SELF);
	if (!tree_walk_meet(tree, id, old, news, &depth))
		return false;
	mailbox_look(tree, id, depth);
	tree_walk_note_right(tree, id);
	if (!tree_walk_is_possible(tree, id) || (!news && depth != DEPTH_ALL))
		return true;
	if (link_note(tree, id))
		depth = DEPTH_ALL;
	tree_walk(tree, id, depth);
	return true;
}
