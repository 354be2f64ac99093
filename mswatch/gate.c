#include "gate.h"

#include <stdlib.h>
#include <string.h>

#include "memory.h"

#define INBOX "INBOX"

/* --- delays --- */

/* Of two that name one mailbox the shorter counts. */
static void add_delay(struct gate *gate, const char *argument, clock_ms delay)
{
	for (size_t i = 0; i < gate->delay_count; i++) {
		struct gate_delay *one = &gate->delays[i];

		if (strcmp(one->argument, argument) == 0) {
			one->delay = one->delay < delay ? one->delay : delay;
			return;
		}
	}
	gate->delays = memory_grow(gate->delays, &gate->delay_room, gate->delay_count + 1,
	                           sizeof *gate->delays);
	gate->delays[gate->delay_count++] =
		(struct gate_delay){ .argument = memory_copy(argument), .delay = delay };
}

/* So that a mailbox has one delay, whichever side reports it and by whatever name. */
static void add_delays(struct gate *gate, const struct mbsyncrc_store *store)
{
	for (size_t i = 0; i < gate->config->delay_count; i++) {
		const struct config_delay *delay = &gate->config->delays[i];
		struct mbsyncarguments arguments = { 0 };

		mbsyncarguments_add(&arguments, gate->subject, store, delay->mailbox);
		for (size_t j = 0; j < arguments.count; j++)
			add_delay(gate, arguments.list[j].text, delay->delay);
		mbsyncarguments_free(&arguments);
	}
}

/* Of an argument, in which the mailbox has this name, and which is another one as reported. */
static clock_ms delay_of(const struct gate *gate, const char *argument, const char *mailbox,
                         const char *reported)
{
	const struct config_delay *own = config_delay(gate->config, mailbox);

	if (own != NULL)
		return own->delay;
	for (size_t i = 0; i < gate->delay_count; i++)
		if (strcmp(gate->delays[i].argument, argument) == 0)
			return gate->delays[i].delay;
	own = config_wild_delay(gate->config, mailbox, reported);
	return own != NULL ? own->delay : gate->config->inter_delay;
}

void gate_open(struct gate *gate, const struct config *config, const struct mbsyncsubject *subject,
               const struct mbsyncrc_store *const *store, bool doubtful)
{
	*gate = (struct gate){ .config = config, .subject = subject, .doubtful = doubtful };
	for (size_t i = 0; subject != NULL && i < config->store_count; i++)
		add_delays(gate, store[i]);
}

void gate_close(struct gate *gate)
{
	while (gate->delay_count > 0)
		free(gate->delays[--gate->delay_count].argument);
	free(gate->delays);
	*gate = (struct gate){ 0 };
}

/* --- names --- */

static struct gate_answer answer(enum gate_verdict verdict, const char *why)
{
	return (struct gate_answer){ .verdict = verdict, .why = why };
}

/* Whether what the syncer is given may begin with a dash. */
static bool takes_dashes(const struct config *config)
{
	if (config->channel != NULL)
		return config_ends_options(config);
	return config->prefix != NULL &&
	       (config->prefix[0] != '\0' || config->separator[0] != '\0');
}

/* Why the syncer can't be given the argument, in which the mailbox has this name; NULL: it can. */
static const char *refuse(const struct config *config, const char *argument, const char *mailbox)
{
	if (argument[0] == '-' && !takes_dashes(config))
		return "it would be taken for an option";
	if (mailbox[strcspn(mailbox, config->unspeakable)] != '\0')
		return "it holds a character of unspeakable";
	return NULL;
}

static struct gate_answer widen(const struct gate *gate, const char *why, gate_pass *pass,
                                void *context)
{
	pass(context, "", gate->config->inter_delay);
	return answer(GATE_WIDENED, why);
}

/* Without channel: the name is the syncer's own. */
static struct gate_answer ask_plain(const struct gate *gate, const char *mailbox, gate_pass *pass,
                                    void *context)
{
	const char *why = refuse(gate->config, mailbox, mailbox);

	if (why != NULL)
		return widen(gate, why, pass, context);
	pass(context, mailbox, config_inter_delay(gate->config, mailbox));
	return answer(GATE_PASSED, NULL);
}

/* --- arguments for mbsync --- */

/* The mailbox in the argument; "": a channel alone. */
static const char *mailbox_in(const char *argument)
{
	const char *colon = strchr(argument, ':');

	return colon != NULL ? colon + 1 : "";
}

/* Passes them one by one; what can't be given makes them all. */
static struct gate_answer pass_arguments(const struct gate *gate, struct mbsyncarguments *arguments,
                                         const char *reported, bool heeding, gate_pass *pass,
                                         void *context)
{
	bool passed = false, all = arguments->all;
	const char *why = arguments->why;

	for (size_t i = 0; i < arguments->count; i++) {
		const struct mbsyncargument *one = &arguments->list[i];
		const char *refused = refuse(gate->config, one->text, mailbox_in(one->text));

		if (heeding && config_ignores(gate->config, one->name))
			continue;
		passed = true;
		if (refused == NULL) {
			pass(context, one->text, delay_of(gate, one->text, one->name, reported));
			continue;
		}
		all = true;
		why = refused;
	}
	if (all)
		return widen(gate, why, pass, context);
	if (why != NULL)
		return answer(GATE_DROPPED, why);
	if (passed)
		return answer(GATE_PASSED, NULL);
	return answer(arguments->count > 0 ? GATE_IGNORED : GATE_EXCLUDED, NULL);
}

/* Whether the versions of mbsync may call it differently. */
static bool is_encoded(const char *mailbox)
{
	for (; *mailbox != '\0'; mailbox++)
		if (*mailbox == '&' || (*mailbox & 0x80) != 0)
			return true;
	return false;
}

/* Heeding: what the setting ignore says counts. */
static struct gate_answer look_up(const struct gate *gate, const struct mbsyncrc_store *store,
                                  const char *mailbox, bool heeding, gate_pass *pass,
                                  void *context)
{
	struct mbsyncarguments arguments = { 0 };
	struct gate_answer found;

	if (heeding && config_ignores(gate->config, mailbox))
		return answer(GATE_IGNORED, NULL);
	if (gate->subject == NULL || mailbox[0] == '\0')
		return ask_plain(gate, mailbox, pass, context);
	if (gate->doubtful && is_encoded(mailbox))
		return widen(gate, "the version of mbsync is not known, and with it the encoding "
		             "of names", pass, context);
	mbsyncarguments_add(&arguments, gate->subject, store, mailbox);
	found = pass_arguments(gate, &arguments, mailbox, heeding, pass, context);
	mbsyncarguments_free(&arguments);
	return found;
}

struct gate_answer gate_ask(const struct gate *gate, const struct mbsyncrc_store *store,
                            const char *mailbox, gate_pass *pass, void *context)
{
	return look_up(gate, store, mailbox, true, pass, context);
}

struct gate_answer gate_demand(const struct gate *gate, const struct mbsyncrc_store *store,
                               const char *mailbox, gate_pass *pass, void *context)
{
	return look_up(gate, store, mailbox, false, pass, context);
}

clock_ms gate_delay(const struct gate *gate, const char *name)
{
	const char *mailbox;

	if (gate->subject == NULL)
		return config_inter_delay(gate->config, name);
	mailbox = mbsyncsubject_mailbox(gate->subject, name);
	if (*mailbox == '\0')
		return gate->config->inter_delay;
	return delay_of(gate, name, mailbox, mailbox);
}

void gate_ask_inboxes(const struct gate *gate, gate_pass *pass, void *context)
{
	struct mbsyncarguments arguments = { 0 };

	if (gate->subject == NULL) {
		(void)gate_ask(gate, NULL, INBOX, pass, context);
		return;
	}
	if (config_ignores(gate->config, INBOX))
		return;
	mbsyncarguments_add_inboxes(&arguments, gate->subject);
	(void)pass_arguments(gate, &arguments, INBOX, true, pass, context);
	mbsyncarguments_free(&arguments);
}
