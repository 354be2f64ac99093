#include "tree.h"

#include <string.h>

#include "hot.h"
#include "message.h"

HOT struct tree_root *tree_root_of(struct tree *tree, folder_id id)
{
	folder_id top = folders_root(&tree->folders, id);

	return top == tree->root[0].folder ? &tree->root[0] : &tree->root[1];
}

struct tree_root *tree_root_add(struct tree *tree, const char *path, unsigned flags)
{
	struct tree_root *root = &tree->root[tree->roots++];

	root->folder = folders_add(&tree->folders, FOLDER_NONE, path, flags);
	return root;
}

static const char *find_path(struct tree *tree, folder_id id, bool relative)
{
	return folders_path(&tree->folders, id, FOLDER_SELF, relative, tree->path,
	                    sizeof tree->path);
}

HOT const char *tree_path(struct tree *tree, folder_id id)
{
	const char *path = find_path(tree, id, false);

	return path != NULL ? path : folders_name(&tree->folders, id);
}

HOT const char *tree_path_below(struct tree *tree, folder_id id)
{
	return find_path(tree, id, true);
}

const char *tree_path_shown(struct tree *tree, folder_id id)
{
	const char *path = tree_path(tree, id);
	char *newline;

	memmove(tree->path, path, strlen(path) + 1);
	while ((newline = strchr(tree->path, '\n')) != NULL)
		*newline = '?';
	return tree->path;
}

bool tree_path_child(struct tree *tree, folder_id parent, const char *name, char path[PATH_MAX])
{
	const char *above = tree_path_below(tree, parent);
	size_t used = above != NULL ? strlen(above) : 0, length = strlen(name);

	if (above == NULL || used + length + 2 > PATH_MAX)
		return false;
	memcpy(path, above, used);
	if (used > 0)
		path[used++] = '/';
	memcpy(path + used, name, length + 1);
	return true;
}

void tree_tell_nameless(struct tree *tree, folder_id id)
{
	struct folder *folder = tree_folder(tree, id);

	if ((folder->flags & (FOLDER_IS_NAMELESS | FOLDER_IS_TOLD)) != FOLDER_IS_NAMELESS)
		return;
	message_error("%s: has no name that can be told; its changes are reported as changes of "
	              "all mailboxes (see --exclude)", tree_path_shown(tree, id));
	folder->flags |= FOLDER_IS_TOLD;
}

void tree_report_unseen(struct tree *tree)
{
	if (tree->kind->forget_told != NULL)
		tree->kind->forget_told(tree);
	report_all(tree->report);
}
