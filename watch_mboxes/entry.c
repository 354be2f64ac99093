#include "entry.h"

#include <string.h>

#include "hot.h"
#include "message.h"
#include "state.h"
#include "tree_place.h"
#include "tree_walk.h"

HOT const char *entry_name(void *context, uint32_t mailbox)
{
	struct tree *tree = context;
	struct mailstore *mailstore = mailstore_of(tree);
	const char *path = tree_path_below(tree, mailbox);

	if (mailbox == mailstore->inbox)
		return "INBOX";
	if (path == NULL || naming_file(&mailstore->options->naming, path, mailstore->name,
	                                sizeof mailstore->name) != NAMING_MAILBOX)
		return NULL;
	return mailstore->name;
}

bool entry_is_news(void *context, uint32_t mailbox)
{
	struct tree *tree = context;
	const char *path = tree_path(tree, mailbox);
	bool is_name_only = mailbox == mailstore_of(tree)->inbox && !tree_is_inbox(tree, mailbox);

	return is_name_only || !echo_is_same(&mailstore_of(tree)->echo, mailbox, path);
}

/* Says once that a file is ignored, as it would be a second INBOX. */
static void double_tell(struct mailstore *mailstore, const char *path)
{
	if (!mailstore->is_double_told)
		message_error("%s/%s: ignored, since INBOX is elsewhere (see --inbox)",
		              mailstore->options->base, path);
	mailstore->is_double_told = true;
}

/* What a file at path below the base may be, as flags. */
static unsigned file_flags(struct tree *tree, const char *path)
{
	struct mailstore *mailstore = mailstore_of(tree);
	char *name = mailstore->name;

	switch (naming_file(&mailstore->options->naming, path, name, sizeof mailstore->name)) {
	case NAMING_MAILBOX:
		return watchoptions_exclude(tree->options, name) ? 0 : FOLDER_IS_BOX;
	case NAMING_NAMELESS:
		return watchoptions_exclude(tree->options, path)
		               ? 0 : FOLDER_IS_BOX | FOLDER_IS_NAMELESS;
	case NAMING_DOUBLE:
		double_tell(mailstore, path);
		break;
	case NAMING_NONE:
		break;
	}
	return 0;
}

/* What the parent's child of that name may be, as flags; 0 for nothing. */
static unsigned flags_for(struct tree *tree, folder_id parent, const char *name,
                          enum entry_kind kind)
{
	char path[PATH_MAX];
	unsigned flags = 0;

	if (!tree_path_child(tree, parent, name, path))
		return 0;
	if (kind != ENTRY_FILE && naming_is_walked(&mailstore_of(tree)->options->naming, name))
		flags |= FOLDER_IS_WALKED;
	if (kind != ENTRY_DIRECTORY)
		flags |= file_flags(tree, path);
	if (flags == 0)
		return 0;
	return flags | (kind == ENTRY_FILE   ? FOLDER_IS_FILE
	                : kind == ENTRY_LINK ? FOLDER_IS_LINK
	                                     : 0);
}

folder_id entry_add(struct tree *tree, folder_id parent, const char *name, enum entry_kind kind)
{
	unsigned flags = flags_for(tree, parent, name, kind);

	return flags == 0 ? FOLDER_NONE
	                  : folders_add(&tree->folders, parent, name, flags | FOLDER_IS_FRESH);
}

bool entry_is(struct tree *tree, folder_id id, enum entry_kind kind)
{
	unsigned flags = tree_folder(tree, id)->flags;

	if (flags & FOLDER_IS_LINK)
		return kind == ENTRY_LINK;
	return kind == (flags & FOLDER_IS_FILE ? ENTRY_FILE : ENTRY_DIRECTORY);
}

HOT void entry_changed(struct tree *tree, folder_id id)
{
	/* Lines that wait were judged before this change: the next one must not be left out. */
	if (report_is_behind(tree->report))
		echo_forget(&mailstore_of(tree)->echo, id);
	report_mailbox(tree->report, id);
}

/* Whether the mailbox is called INBOX. */
static bool is_inbox(struct tree *tree, folder_id id)
{
	const char *inbox = mailstore_of(tree)->options->naming.inbox;
	const char *path = tree_path_below(tree, id);

	return id == mailstore_of(tree)->inbox ||
	       (inbox != NULL && path != NULL && !tree_is_root(tree, id) &&
	        strcmp(path, inbox) == 0);
}

void entry_gone(struct tree *tree, folder_id id)
{
	if (!(tree_folder(tree, id)->flags & FOLDER_IS_MAILBOX))
		return;
	folder_mark(tree_folder(tree, id), FOLDER_IS_MAILBOX, false);
	echo_forget(&mailstore_of(tree)->echo, id);
	if (is_inbox(tree, id))
		report_mailbox(tree->report, mailstore_of(tree)->inbox);
	else
		report_all(tree->report);
}

HOT void entry_set_time(struct tree *tree, clock_ms now)
{
	struct mailstore *mailstore = mailstore_of(tree);

	/* What was due then was written then. */
	if (mailstore->alls != tree->report->alls)
		mailstore->last_all = tree->now;
	mailstore->alls = tree->report->alls;
	tree->now = now;
}

void entry_lose(struct tree *tree, folder_id id)
{
	struct mailstore *mailstore = mailstore_of(tree);

	tree_walk_lose_children(tree, id);
	entry_gone(tree, id);
	/* A name that passes was never there, unless a sync of all may have met it. */
	if (bursts_has_come(&mailstore->bursts, id, mailstore->last_all))
		report_all(tree->report);
	tree_place_drop(tree, id, FOLDER_SELF);
	if (tree_folder(tree, id)->flags & FOLDER_IS_LINKED)
		tree_place_drop_way(tree, id);
	report_forget(tree->report, id);
	bursts_forget(&mailstore->bursts, id);
	echo_forget(&mailstore->echo, id);
	folders_remove(&tree->folders, id);
}
