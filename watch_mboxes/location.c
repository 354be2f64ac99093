#include "location.h"

#include <stdbool.h>
#include <string.h>

#include "folders.h"
#include "state.h"

static const char *find(struct tree *tree, folder_id id, bool relative)
{
	return folders_path(&tree->folders, id, FOLDER_SELF, relative, tree->path,
	                    sizeof tree->path);
}

const char *location_path(struct tree *tree, folder_id id)
{
	const char *path = find(tree, id, false);

	return path != NULL ? path : tree_folder(tree, id)->name;
}

const char *location_below(struct tree *tree, folder_id id)
{
	return find(tree, id, true);
}

const char *location_shown(struct tree *tree, folder_id id)
{
	const char *path = location_path(tree, id);
	char *newline;

	memmove(tree->path, path, strlen(path) + 1);
	while ((newline = strchr(tree->path, '\n')) != NULL)
		*newline = '?';
	return tree->path;
}
