/* What a mailstore of Maildirs (mailstore.h) has beside its tree.  For its own modules only. */
#ifndef WATCH_MAILDIRS_STATE_H
#define WATCH_MAILDIRS_STATE_H

#include <stdbool.h>

#include "echo.h"
#include "layout.h"
#include "options.h"
#include "renames.h"
#include "tree.h"

struct mailstore {
	const struct options *options;
	bool is_double_told;
	struct echo echo;
	struct renames renames;
	char name[LAYOUT_NAME_MAX]; /* scratch: the name that was asked for last */
};

static inline struct mailstore *mailstore_of(const struct tree *tree)
{
	return tree->mailstore;
}

/* Where the paths of the folder start: the first root is the base. */
static inline enum layout_root layout_root_of(struct tree *tree, folder_id id)
{
	return tree_root_of(tree, id) == &tree->root[0] ? LAYOUT_BASE : LAYOUT_INBOX;
}

#endif
