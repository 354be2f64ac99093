#include "stopped.h"

#include <string.h>

#include "message.h"
#include "signals.h"

void stopped_take(struct child *child, const char *name)
{
	const char *signal_name = sigabbrev_np(child->stopped);

	if (child->state != CHILD_RUNNING || child->stopped == 0)
		return;
	if (signals_is_terminals(child->stopped)) {
		child_end(child);
	} else if (child->stopped_process != 0) {
		message_error("%s: stopped by SIG%s; it goes on after: kill -CONT %d", name,
		              signal_name != NULL ? signal_name : "STOP",
		              (int)child->stopped_process);
		child->stopped_process = 0;
	}
}
