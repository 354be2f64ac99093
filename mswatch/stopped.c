#include "stopped.h"

#include "message.h"
#include "signals.h"

void stopped_take(struct child *child, const char *name)
{
	char words[CHILD_ROOM];

	if (child->state != CHILD_RUNNING || child->stopped == 0)
		return;
	if (signals_is_terminals(child->stopped)) {
		child_end(child);
	} else if (child->stopped_process != 0) {
		message_error("%s: %s", name, child_describe_stop(child->stopped,
		              child->stopped_process, words, sizeof words));
		child->stopped_process = 0;
	}
}

void left_take(const struct child *child, bool *told, const char *name)
{
	char process[CHILD_ROOM];

	if (!child->is_left || *told)
		return;
	*told = true;
	message_error("%s: %s of it can't be killed (another user's, or held up by a disk): "
	              "waiting until it has ended by itself",
	              name, child_describe_left(child, process, sizeof process));
}
