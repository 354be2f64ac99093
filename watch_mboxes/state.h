/* What a mailstore of mboxes (mailstore.h) has beside its tree.  For its own modules only. */
#ifndef WATCH_MBOXES_STATE_H
#define WATCH_MBOXES_STATE_H

#include <stdbool.h>

#include "bursts.h"
#include "clock.h"
#include "echo.h"
#include "naming.h"
#include "options.h"
#include "tree.h"

struct mailstore {
	const struct options *options;
	struct bursts bursts;
	struct echo echo;
	folder_id inbox;        /* has INBOX's name, wherever that is; or FOLDER_NONE */
	bool is_inbox_awaited;  /* at its last look its directory was watched for it */
	bool is_double_told;
	unsigned long alls;     /* empty lines, at the last look at the report */
	clock_ms last_all;      /* when there was a new one */
	char name[NAMING_NAME_MAX]; /* scratch: the name that was asked for last */
};

static inline struct mailstore *mailstore_of(const struct tree *tree)
{
	return tree->mailstore;
}

/* Whether it is an INBOX outside the base. */
static inline bool tree_is_inbox(const struct tree *tree, folder_id id)
{
	return tree->roots > 1 && tree->root[1].folder == id;
}

#endif
