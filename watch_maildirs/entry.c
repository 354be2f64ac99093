#include "entry.h"

#include "hot.h"
#include "message.h"
#include "state.h"
#include "tree_place.h"

HOT const char *entry_name(void *context, uint32_t mailbox)
{
	struct tree *tree = context;
	struct mailstore *mailstore = mailstore_of(tree);
	const char *path = tree_path_below(tree, mailbox);

	if (path == NULL || (tree_folder(tree, mailbox)->flags & FOLDER_IS_NAMELESS))
		return NULL;
	return layout_name(&mailstore->options->layout, layout_root_of(tree, mailbox), path,
	                   mailstore->name, sizeof mailstore->name) == LAYOUT_MAILBOX
	               ? mailstore->name : NULL;
}

/* Says once that a folder is ignored, as it would be a second INBOX. */
static void double_tell(struct mailstore *mailstore, const char *path)
{
	if (!mailstore->is_double_told)
		message_error("%s/%s: ignored, since INBOX is elsewhere (see %s)",
		              mailstore->options->base, path,
		              mailstore->options->store != NULL ? "--store" : "--inbox");
	mailstore->is_double_told = true;
}

/* What the layout says about a folder at path below its root, as flags. */
static unsigned flags_for(struct tree *tree, enum layout_root kind, const char *path)
{
	struct mailstore *mailstore = mailstore_of(tree);
	const struct layout *layout = &mailstore->options->layout;
	unsigned flags = layout_is_walked(layout, kind, path) ? FOLDER_IS_WALKED : 0;
	char *name = mailstore->name;

	switch (layout_name(layout, kind, path, name, sizeof mailstore->name)) {
	case LAYOUT_MAILBOX:
		return watchoptions_exclude(tree->options, name) ? flags : flags | FOLDER_IS_BOX;
	case LAYOUT_NAMELESS:
		return watchoptions_exclude(tree->options, path) ? flags :
		       flags | FOLDER_IS_BOX | FOLDER_IS_NAMELESS;
	case LAYOUT_WALKED:
		return flags;
	case LAYOUT_DOUBLE:
		double_tell(mailstore, path);
		break;
	case LAYOUT_NONE:
		break;
	}
	return 0;
}

unsigned entry_flags(struct tree *tree, folder_id parent, const char *name)
{
	char path[PATH_MAX];

	return tree_path_child(tree, parent, name, path)
	               ? flags_for(tree, layout_root_of(tree, parent), path) : 0;
}

unsigned entry_root_flags(struct tree *tree, enum layout_root kind)
{
	return flags_for(tree, kind, "");
}

folder_id entry_add(struct tree *tree, folder_id parent, const char *name)
{
	unsigned flags = entry_flags(tree, parent, name);

	if (flags == 0)
		return FOLDER_NONE;
	return folders_add(&tree->folders, parent, name, flags | FOLDER_IS_FRESH);
}

/*
 * Forgets a folder's directory and all below it; true when one of them may
 * have been a mailbox since the last look.
 */
static bool empty(struct tree *tree, folder_id id)
{
	unsigned flags = tree_folder(tree, id)->flags;
	bool any = (flags & FOLDER_IS_BOX) && (flags & FOLDER_IS_MET);
	folder_id child;

	while ((child = tree_folder(tree, id)->child) != FOLDER_NONE) {
		any |= empty(tree, child);
		folders_remove(&tree->folders, child);
	}
	for (int role = 0; role < FOLDER_ROLES; role++)
		tree_place_drop(tree, id, (enum folder_role)role);
	if (tree_folder(tree, id)->flags & FOLDER_IS_LINKED)
		tree_place_drop_way(tree, id);
	report_forget(tree->report, id);
	return any;
}

void entry_lose(struct tree *tree, folder_id id)
{
	if (empty(tree, id))
		report_all(tree->report);
	folders_remove(&tree->folders, id);
}

void entry_empty(struct tree *tree, folder_id id)
{
	struct folder *folder = tree_folder(tree, id);

	if (empty(tree, id))
		report_all(tree->report);
	folder_mark(folder, FOLDER_IS_MET, false);
	folder_mark(folder, FOLDER_IS_MAILBOX, false);
}
