#include "mailstore.h"

#include "entry.h"
#include "events.h"
#include "look.h"
#include "message.h"
#include "roots.h"
#include "state.h"
#include "tree_watch.h"

static void tell_empty(const struct tree *tree)
{
	message_error("%s: no mailbox found, which is a file that is empty or begins with "
	              "'From ' (see --mboxes, --inbox, --exclude); waiting for one",
	              mailstore_of(tree)->options->base);
}

static void forget_told(struct tree *tree)
{
	echo_forget_all(&mailstore_of(tree)->echo);
}

static const struct tree_kind mboxes = {
	.roots_add = roots_add,
	.tell_empty = tell_empty,
	.look = look_at,
	.meet = look_meet,
	.put_off = look_put_off,
	.lose = entry_lose,
	.forget_told = forget_told,
	.take = events_take,
	.watcher = {
		.name = entry_name,
		.read = events_read,
		.read_due = events_due,
		.tick = events_tick,
		.tick_due = events_tick_due,
		.mounts_changed = events_mounts,
	},
};

int mailstore_watch(const struct options *options, struct report *report)
{
	static struct mailstore mailstore;
	static struct tree tree = { .kind = &mboxes, .mailstore = &mailstore };
	int status;

	mailstore.options = options;
	mailstore.last_all = -1; /* none yet */
	bursts_start(&mailstore.bursts);
	if (options->watch.no_echo) {
		echo_start(&mailstore.echo);
		report->judge = entry_is_news;
	}
	tree.options = &options->watch;
	tree.report = report;
	status = tree_watch(&tree);
	bursts_end(&mailstore.bursts);
	echo_end(&mailstore.echo);
	return status;
}
