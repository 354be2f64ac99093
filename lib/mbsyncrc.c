#include "mbsyncrc.h"

#include <string.h>

struct mbsyncrc_account *mbsyncrc_account(const struct mbsyncrc *rc, const char *name)
{
	for (size_t i = 0; i < rc->accounts; i++) {
		if (strcmp(rc->account[i]->name, name) == 0)
			return rc->account[i];
	}
	return NULL;
}

struct mbsyncrc_store *mbsyncrc_store(const struct mbsyncrc *rc, const char *name)
{
	for (size_t i = 0; i < rc->stores; i++) {
		if (strcmp(rc->store[i]->name, name) == 0)
			return rc->store[i];
	}
	return NULL;
}

struct mbsyncrc_channel *mbsyncrc_channel(const struct mbsyncrc *rc, const char *name)
{
	for (size_t i = 0; i < rc->channels; i++) {
		if (strcmp(rc->channel[i]->name, name) == 0)
			return rc->channel[i];
	}
	return NULL;
}

struct mbsyncrc_group *mbsyncrc_group(const struct mbsyncrc *rc, const char *name)
{
	for (size_t i = 0; i < rc->groups; i++) {
		if (strcmp(rc->group[i]->name, name) == 0)
			return rc->group[i];
	}
	return NULL;
}

/* Whether the path begins with a name that a directory's listing can have, but . and .. */
static bool is_entry(const char *path)
{
	size_t length = strcspn(path, "/");

	return length > 2 || (length > 0 && strspn(path, ".") < length);
}

/* Legacy: no directory with a leading dot is walked at the top, and no other below it. */
static bool is_walked(const struct mbsyncrc_store *store, const char *part, bool top)
{
	if (!is_entry(part))
		return false;
	return store->subfolders != MBSYNCRC_SUBFOLDERS_LEGACY || (*part == '.') != top;
}

const char *mbsyncrc_nested_inbox(const struct mbsyncrc_store *store)
{
	size_t length = store->path != NULL ? strlen(store->path) : 0;
	const char *nested, *part, *slash;

	if (store->imap || store->path == NULL || strncmp(store->inbox, store->path, length) != 0)
		return NULL;
	nested = store->inbox + length;
	for (part = nested; (slash = strchr(part, '/')) != NULL; part = slash + 1) {
		if (!is_walked(store, part, part == nested))
			return NULL;
	}
	return is_entry(part) ? nested : NULL;
}
