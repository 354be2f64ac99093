#include "mailstore.h"

#include "entry.h"
#include "events.h"
#include "look.h"
#include "message.h"
#include "state.h"
#include "tree_roots.h"
#include "tree_update.h"
#include "tree_watch.h"

static void tell_empty(const struct tree *tree)
{
	const struct options *options = mailstore_of(tree)->options;

	message_error("%s: no mailbox found, which is a directory with cur/ and new/ (see %s, "
	              "--exclude); waiting for one", options->base,
	              options->store != NULL ? "--store" : "--maildir, --layout");
}

/* A part of the way to an INBOX is awaited wherever it is missing; a follow_is_inside. */
static bool is_anywhere(const void *context, const char *path)
{
	(void)context;
	(void)path;
	return true;
}

static void root_add(struct tree *tree, enum layout_root kind, const char *path)
{
	struct tree_root *root = tree_root_add(tree, path, entry_root_flags(tree, kind));

	root->directory = path;
	root->is_whole = true;
	root->is_inside = kind == LAYOUT_INBOX ? is_anywhere : tree_roots_is_inside;
	root->may_come = kind == LAYOUT_INBOX;
}

static bool roots_add(struct tree *tree)
{
	const struct options *options = mailstore_of(tree)->options;

	root_add(tree, LAYOUT_BASE, options->base);
	if (options->inbox != NULL)
		root_add(tree, LAYOUT_INBOX, options->inbox);
	return true;
}

static const struct tree_kind maildirs = {
	.roots_add = roots_add,
	.tell_empty = tell_empty,
	.look = look_at,
	.meet = look_meet,
	.lose = entry_lose,
	.empty = entry_empty,
	.take = events_take,
	.watcher = {
		.name = entry_name,
		.read = events_read,
		.read_due = events_due,
		.tick = tree_update_tick,
		.tick_due = tree_update_due,
		.mounts_changed = tree_update_mounts,
	},
};

int mailstore_watch(const struct options *options, struct report *report)
{
	static struct mailstore mailstore;
	static struct tree tree = { .kind = &maildirs, .mailstore = &mailstore };

	mailstore.options = options;
	if (options->watch.no_echo)
		echo_start(&mailstore.echo);
	tree.options = &options->watch;
	tree.report = report;
	return tree_watch(&tree);
}
