#include "ending.h"

#include <string.h>

#include "child.h"
#include "fallback.h"
#include "message.h"
#include "stores.h"

/* How long the children's guards are waited for at the end, in ms. */
#define ENDING_TIME (CHILD_GRACE + 2000)

static void end_children(struct engine *engine, void end_store(struct store *),
                         void end_syncer(struct syncer *), void end_hook(struct hook *))
{
	stores_each(engine, end_store);
	end_syncer(&engine->syncer);
	end_hook(&engine->hook);
}

void ending_begin(struct engine *engine, clock_ms now)
{
	if (engine->options.verbose)
		message_print("Ending the watchers and the syncer");
	engine->state = ENGINE_ENDING;
	engine->deadline = now + ENDING_TIME;
	service_send(&engine->service, "STOPPING=1");
	end_children(engine, store_end, syncer_end, hook_end);
}

void ending_signal(struct engine *engine, int number, clock_ms now)
{
	engine->ending[engine->state == ENGINE_ENDING] = number;
	if (engine->state == ENGINE_ENDING) {
		end_children(engine, store_kill, syncer_kill, hook_kill);
		engine->deadline = now;
	} else {
		ending_begin(engine, now);
	}
}

bool ending_is_over(const struct engine *engine, clock_ms now)
{
	if (engine->state != ENGINE_ENDING)
		return false;
	if (now >= engine->deadline)
		return true;
	return stores_have_ended(engine) && syncer_is_gone(&engine->syncer) &&
	       hook_is_gone(&engine->hook);
}

void ending_tell(const struct engine *engine)
{
	const char *first = sigabbrev_np(engine->ending[0]);
	const char *second = sigabbrev_np(engine->ending[1]);

	if (first == NULL)
		return;
	if (second == NULL)
		message_print("ended by SIG%s", first);
	else
		message_print("ended by SIG%s, at once by SIG%s", first, second);
}
