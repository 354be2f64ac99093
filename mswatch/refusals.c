#include "refusals.h"

#include "message.h"

/* Whether it has not been told before; from now on it has. */
static bool is_news(bool *told)
{
	bool news = !*told;

	*told = true;
	return news;
}

void refusals_tell(struct refusals *refusals, const char *store, const char *mailbox,
                   struct gate_answer answer)
{
	switch (answer.verdict) {
	case GATE_PASSED:
	case GATE_IGNORED: break;
	case GATE_EXCLUDED:
		if (refusals->verbose)
			message_print("%s: %s is not in %s: nothing to sync", store, mailbox,
			              refusals->config->channel);
		break;
	case GATE_DROPPED:
		if (is_news(&refusals->told_dropped))
			message_error("%s: mailbox %s can't be synced: %s; its changes are left "
			              "out (told once)", store, mailbox, answer.why);
		break;
	case GATE_WIDENED:
		if (is_news(&refusals->told_widened))
			message_error("%s: mailbox %s can't be given to %s: %s; all mailboxes are "
			              "synced for it (told once)", store, mailbox,
			              refusals->config->sync[0], answer.why);
		break;
	}
}
