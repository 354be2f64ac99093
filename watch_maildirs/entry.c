#include "entry.h"

#include <stdio.h>
#include <string.h>

#include "folders.h"
#include "layout.h"
#include "message.h"
#include "options.h"
#include "place.h"
#include "report.h"
#include "state.h"

struct tree_root *entry_root(struct tree *tree, folder_id id)
{
	folder_id top = folders_root(&tree->folders, id);

	return top == tree->root[0].folder ? &tree->root[0] : &tree->root[1];
}

const char *entry_path(struct tree *tree, folder_id id)
{
	const char *path = tree_path(tree, id, FOLDER_SELF, false);

	return path != NULL ? path : tree_folder(tree, id)->name;
}

const char *entry_shown(struct tree *tree, folder_id id)
{
	const char *path = entry_path(tree, id);
	char *newline;

	memmove(tree->path, path, strlen(path) + 1);
	while ((newline = strchr(tree->path, '\n')) != NULL)
		*newline = '?';
	return tree->path;
}

const char *entry_name(void *context, uint32_t mailbox)
{
	struct tree *tree = context;
	const char *path = tree_path(tree, mailbox, FOLDER_SELF, true);

	if (path == NULL || (tree_folder(tree, mailbox)->flags & FOLDER_IS_NAMELESS))
		return NULL;
	return layout_name(&tree->options->layout, entry_root(tree, mailbox)->kind, path,
	                   tree->name, sizeof tree->name) == LAYOUT_MAILBOX ? tree->name : NULL;
}

/* What the layout says about a folder at path below its root, as flags. */
static unsigned flags_for(struct tree *tree, enum layout_root kind, const char *path)
{
	const struct layout *layout = &tree->options->layout;
	unsigned flags = layout_is_walked(layout, kind, path) ? FOLDER_IS_WALKED : 0;

	switch (layout_name(layout, kind, path, tree->name, sizeof tree->name)) {
	case LAYOUT_MAILBOX:
		return options_exclude(tree->options, tree->name) ? flags : flags | FOLDER_IS_BOX;
	case LAYOUT_NAMELESS:
		return options_exclude(tree->options, path) ? flags :
		       flags | FOLDER_IS_BOX | FOLDER_IS_NAMELESS;
	case LAYOUT_WALKED:
		return flags;
	case LAYOUT_DOUBLE:
		if (!tree->is_double_told)
			message_error("%s/%s: ignored, since INBOX is elsewhere (see %s)",
			              tree->options->base, path,
			              tree->options->store != NULL ? "--store" : "--inbox");
		tree->is_double_told = true;
		break;
	case LAYOUT_NONE:
		break;
	}
	return 0;
}

unsigned entry_flags(struct tree *tree, folder_id parent, const char *name)
{
	char path[PATH_MAX];
	const char *above = tree_path(tree, parent, FOLDER_SELF, true);

	if (above == NULL ||
	    (above[0] != '\0' &&
	     snprintf(path, sizeof path, "%s/%s", above, name) >= (int)sizeof path))
		return 0;
	return flags_for(tree, entry_root(tree, parent)->kind, above[0] != '\0' ? path : name);
}

folder_id entry_add_root(struct tree *tree, enum layout_root kind, const char *path)
{
	return folders_add(&tree->folders, FOLDER_NONE, path, flags_for(tree, kind, ""));
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
		place_drop(tree, id, (enum folder_role)role);
	if (tree_folder(tree, id)->flags & FOLDER_IS_LINKED)
		place_drop_way(tree, id);
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
