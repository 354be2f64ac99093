#include "entry.h"

#include <stdio.h>
#include <string.h>

#include "bursts.h"
#include "echo.h"
#include "folders.h"
#include "location.h"
#include "message.h"
#include "naming.h"
#include "options.h"
#include "place.h"
#include "report.h"
#include "state.h"

const char *entry_name(void *context, uint32_t mailbox)
{
	struct tree *tree = context;
	const char *path = location_below(tree, mailbox);

	if (mailbox == tree->inbox)
		return "INBOX";
	if (path == NULL || naming_file(&tree->options->naming, path, tree->name,
	                                sizeof tree->name) != NAMING_MAILBOX)
		return NULL;
	return tree->name;
}

bool entry_is_news(void *context, uint32_t mailbox)
{
	struct tree *tree = context;
	const char *path = location_path(tree, mailbox);
	bool is_name_only = mailbox == tree->inbox && !tree_is_inbox(tree, mailbox);

	return is_name_only || !echo_is_same(&tree->echo, mailbox, path);
}

static void double_tell(struct tree *tree, const char *path)
{
	if (!tree->is_double_told)
		message_error("%s/%s: ignored, since INBOX is elsewhere (see --inbox)",
		              tree->options->base, path);
	tree->is_double_told = true;
}

/* What a file at path below the base may be, as flags. */
static unsigned file_flags(struct tree *tree, const char *path)
{
	const struct options *options = tree->options;

	switch (naming_file(&options->naming, path, tree->name, sizeof tree->name)) {
	case NAMING_MAILBOX:
		return options_exclude(options, tree->name) ? 0 : FOLDER_IS_BOX;
	case NAMING_NAMELESS:
		return options_exclude(options, path) ? 0 : FOLDER_IS_BOX | FOLDER_IS_NAMELESS;
	case NAMING_DOUBLE:
		double_tell(tree, path);
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
	const char *above = location_below(tree, parent);
	char path[PATH_MAX];
	unsigned flags = 0;

	if (above == NULL || snprintf(path, sizeof path, "%s%s%s", above,
	                              above[0] != '\0' ? "/" : "", name) >= (int)sizeof path)
		return 0;
	if (kind != ENTRY_FILE && naming_is_walked(&tree->options->naming, name))
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

void entry_changed(struct tree *tree, folder_id id)
{
	/* Lines that wait were judged before this change: the next one must not be left out. */
	if (report_is_behind(tree->report))
		echo_forget(&tree->echo, id);
	report_mailbox(tree->report, id);
}

/* Whether the mailbox is called INBOX. */
static bool is_inbox(struct tree *tree, folder_id id)
{
	const char *inbox = tree->options->naming.inbox, *path = location_below(tree, id);

	return id == tree->inbox || (inbox != NULL && path != NULL && !tree_is_root(tree, id) &&
	                             strcmp(path, inbox) == 0);
}

void entry_gone(struct tree *tree, folder_id id)
{
	if (!(tree_folder(tree, id)->flags & FOLDER_IS_MAILBOX))
		return;
	folder_mark(tree_folder(tree, id), FOLDER_IS_MAILBOX, false);
	echo_forget(&tree->echo, id);
	if (is_inbox(tree, id))
		report_mailbox(tree->report, tree->inbox);
	else
		report_all(tree->report);
}

void entry_lose_children(struct tree *tree, folder_id id)
{
	while (tree_folder(tree, id)->child != FOLDER_NONE)
		entry_lose(tree, tree_folder(tree, id)->child);
}

void entry_set_time(struct tree *tree, clock_ms now)
{
	/* What was due then was written then. */
	if (tree->alls != tree->report->alls)
		tree->last_all = tree->now;
	tree->alls = tree->report->alls;
	tree->now = now;
}

void entry_lose(struct tree *tree, folder_id id)
{
	entry_lose_children(tree, id);
	entry_gone(tree, id);
	/* A name that passes was never there, unless a sync of all may have met it. */
	if (bursts_has_come(&tree->bursts, id, tree->last_all))
		report_all(tree->report);
	place_drop(tree, id);
	if (tree_folder(tree, id)->flags & FOLDER_IS_LINKED)
		place_drop_way(tree, id);
	report_forget(tree->report, id);
	bursts_forget(&tree->bursts, id);
	echo_forget(&tree->echo, id);
	folders_remove(&tree->folders, id);
}
