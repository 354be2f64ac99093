#include "reports.h"

#include "clock.h"
#include "message.h"

/* A run of the gate that puts what it passes first. */
struct opening {
	struct schedule *schedule;
	bool done;
};

static void put_first(void *context, const char *name, clock_ms inter_delay)
{
	struct opening *opening = context;

	opening->done &= schedule_put_first(opening->schedule, name, inter_delay);
}

bool reports_open(struct reports *reports, const struct config *config,
                  const struct subject *subject, struct schedule *schedule,
                  struct origins *origins, bool verbose)
{
	struct opening opening = { schedule, true };

	*reports = (struct reports){ .config = config, .subject = subject, .schedule = schedule,
		                     .origins = origins, .verbose = verbose };
	if (subject != NULL)
		gate_open(&reports->gate, config, &subject->what, subject->store, !subject->known);
	else
		gate_open(&reports->gate, config, NULL, NULL, false);
	gate_ask_inboxes(&reports->gate, put_first, &opening);
	return opening.done;
}

/* Whether it has not been told before; from now on it has. */
static bool is_news(bool *told)
{
	bool news = !*told;

	*told = true;
	return news;
}

static void tell(struct reports *reports, const char *store, const char *mailbox,
                 struct gate_answer answer)
{
	switch (answer.verdict) {
	case GATE_PASSED:
	case GATE_IGNORED: break;
	case GATE_EXCLUDED:
		if (reports->verbose)
			message_print("%s: %s is not in %s: nothing to sync", store, mailbox,
			              reports->config->channel);
		break;
	case GATE_DROPPED:
		if (is_news(&reports->told_dropped))
			message_error("%s: mailbox %s can't be synced: %s; its changes are left "
			              "out (told once)", store, mailbox, answer.why);
		break;
	case GATE_WIDENED:
		if (is_news(&reports->told_widened))
			message_error("%s: mailbox %s can't be given to %s: %s; all mailboxes are "
			              "synced for it (told once)", store, mailbox,
			              reports->config->sync[0], answer.why);
		break;
	}
}

/* A run of the gate that passes on what a store has reported. */
struct passing {
	struct schedule *schedule;
	uint64_t origins;
};

static void pass_on(void *context, const char *name, clock_ms inter_delay)
{
	const struct passing *passing = context;

	schedule_change(passing->schedule, name, inter_delay, passing->origins, clock_now());
}

void reports_take(struct reports *reports, size_t store, const char *mailbox)
{
	const struct subject *subject = reports->subject;
	const char *name = reports->config->stores[store].name;
	struct passing passing = { reports->schedule, origins_set(reports->origins, name) };

	tell(reports, name, mailbox,
	     gate_ask(&reports->gate, subject != NULL ? subject->store[store] : NULL, mailbox,
	              pass_on, &passing));
}

void reports_close(struct reports *reports)
{
	gate_close(&reports->gate);
}
