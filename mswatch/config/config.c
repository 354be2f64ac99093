#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "invocation.h"

/* The other one is a name, or begins with it, as a delay does. */
static int compare_mailboxes(const void *mailbox, const void *other)
{
	return strcmp(mailbox, *(char *const *)other);
}

const struct config_delay *config_delay(const struct config *config, const char *mailbox)
{
	if (config->delay_count == 0)
		return NULL;
	return bsearch(mailbox, config->delays, config->delay_count, sizeof *config->delays,
	               compare_mailboxes);
}

clock_ms config_inter_delay(const struct config *config, const char *mailbox)
{
	const struct config_delay *found = config_delay(config, mailbox);

	return found != NULL ? found->delay : config->inter_delay;
}

bool config_ignores(const struct config *config, const char *mailbox)
{
	return config->ignored_count > 0 &&
	       bsearch(mailbox, config->ignored, config->ignored_count, sizeof *config->ignored,
	               compare_mailboxes) != NULL;
}

const char *config_all(const struct config *config)
{
	if (config->channel != NULL)
		return config->channel;
	return config->prefix != NULL ? config->prefix : "";
}

bool config_ends_options(const struct config *config)
{
	char **word = config->sync;

	while (*word != NULL && word[1] != NULL)
		word++;
	return *word != NULL && strcmp(*word, "--") == 0;
}

bool config_is_remote(const struct config_store *store)
{
	return store->remote == CONFIG_REMOTE_GUESS
	               ? strcmp(invocation_name(store->watch[0]), "ssh") == 0
	               : store->remote == CONFIG_REMOTE_YES;
}
