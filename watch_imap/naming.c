#include "naming.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "lines.h"
#include "mbsyncname.h"
#include "memory.h"
#include "utf7.h"

/* Whether a channel of the store would sync it; without channels there is nobody to ask. */
static bool is_synced(const struct naming *naming, const char *own)
{
	bool asked = false;

	for (size_t i = 0; i < naming->rc->channels; i++) {
		const struct mbsyncrc_channel *channel = naming->rc->channel[i];

		for (int side = MBSYNCRC_FAR; side <= MBSYNCRC_NEAR; side++) {
			struct mbsyncname found;

			if (channel->store[side] != naming->store)
				continue;
			asked = true;
			found = mbsyncname_find(channel, NULL, (enum mbsyncrc_side)side,
			                        naming->rc->version, own);
			mbsyncname_free(&found);
			if (found.kind != MBSYNCNAME_EXCLUDED)
				return true;
		}
	}
	return !asked;
}

static bool is_excluded(const struct naming *naming, const char *name)
{
	for (size_t i = 0; i < naming->excludes; i++) {
		if (fnmatch(naming->exclude[i], name, 0) == 0)
			return true;
	}
	return false;
}

static bool has_8bit(const char *text)
{
	while (*text != '\0' && (unsigned char)*text < 0x80)
		text++;
	return *text != '\0';
}

/*
 * The name in the encoding that was asked for, where it can be; own is taken over.
 * What some servers tell in UTF-8 they call otherwise in their lists.
 */
static char *encode(const struct naming *naming, char *own)
{
	char *encoded = NULL;

	if (naming->utf8)
		encoded = utf7_decode(own);
	else if (has_8bit(own))
		encoded = utf7_encode(own);
	if (encoded == NULL)
		return own;
	free(own);
	return encoded;
}

enum naming_verdict naming_judge(const struct naming *naming, const char *server, char **name)
{
	char *own;

	*name = NULL;
	own = mbsyncname_of_server(naming->store, naming->space != NULL ? naming->space : "",
	                           naming->delimiter, server);
	if (own == NULL)
		return NAMING_ELSEWHERE;
	if (!is_synced(naming, own)) {
		free(own);
		return NAMING_EXCLUDED;
	}
	own = encode(naming, own);
	if (is_excluded(naming, own)) {
		free(own);
		return NAMING_EXCLUDED;
	}
	if (*own != '\0' && strchr(own, '\n') == NULL && strlen(own) <= LINES_MAX)
		*name = own;
	else
		free(own);
	return NAMING_WANTED;
}

bool naming_excludes(const struct naming *naming, const char *name)
{
	return !is_synced(naming, name) || is_excluded(naming, name);
}

void naming_set_delimiter(struct naming *naming, char delimiter)
{
	if (naming->delimiter == '\0')
		naming->delimiter = delimiter;
}

void naming_set_space(struct naming *naming, char *space, char delimiter)
{
	free(naming->space);
	naming->space = space;
	naming->delimiter = delimiter;
}

void naming_free(struct naming *naming)
{
	free(naming->space);
	naming->space = NULL;
}
