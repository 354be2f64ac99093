#include "gate.h"

#include <string.h>

static bool has_joint(const struct config *config)
{
	return config->prefix != NULL &&
	       (config->prefix[0] != '\0' || config->separator[0] != '\0');
}

/* Why the syncer can't be given this mailbox by name, or NULL when it can. */
static const char *refuse(const struct config *config, const char *mailbox)
{
	if (mailbox[0] == '-' && !has_joint(config))
		return "it would be taken for an option";
	if (mailbox[strcspn(mailbox, config->unspeakable)] != '\0')
		return "it holds a character of unspeakable";
	return NULL;
}

const char *gate_ask(const struct config *config, const char *mailbox, gate_pass *pass,
                     void *context)
{
	const char *why, *name;

	if (config_ignores(config, mailbox))
		return NULL;
	why = refuse(config, mailbox);
	name = why != NULL ? "" : mailbox;
	pass(context, name, config_inter_delay(config, name));
	return why;
}
