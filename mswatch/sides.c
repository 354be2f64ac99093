#include "sides.h"

#include <stdlib.h>
#include <string.h>

#include "invocation.h"
#include "memory.h"

static const char *side_word(enum mbsyncrc_side side)
{
	return side == MBSYNCRC_FAR ? "far" : "near";
}

/* The subject's store of that name, or NULL. */
static const struct mbsyncrc_store *find_named(const struct mbsyncsubject *subject,
                                               const char *name)
{
	const struct mbsyncrc_store *store = mbsyncrc_store(subject->rc, name);

	if (store != NULL && !mbsyncsubject_has(subject, MBSYNCRC_FAR, store) &&
	    !mbsyncsubject_has(subject, MBSYNCRC_NEAR, store))
		store = NULL;
	return store;
}

/* The names of the stores that the subject has on a side, "a, b", each once. */
static char *list_stores(const struct mbsyncsubject *subject, enum mbsyncrc_side side)
{
	char *list = memory_copy(""), *longer;

	for (size_t i = 0; i < subject->rc->stores; i++) {
		const struct mbsyncrc_store *store = subject->rc->store[i];

		if (!mbsyncsubject_has(subject, side, store))
			continue;
		longer = memory_format("%s%s%s", list, *list != '\0' ? ", " : "", store->name);
		free(list);
		list = longer;
	}
	return list;
}

/* The only store of that side, or NULL with *fault. */
static const struct mbsyncrc_store *find_only(const struct mbsyncsubject *subject,
                                              enum mbsyncrc_side side, const char *store,
                                              char **fault)
{
	const char *word = side_word(side);
	const struct mbsyncrc_store *found;
	bool several;
	char *list;

	found = mbsyncsubject_store(subject, side, &several);
	if (found != NULL)
		return found;
	list = list_stores(subject, side);
	if (several)
		*fault = memory_format("store %.80s: %s has several stores on the %s side: add "
		                       "`side %s STORE` to its block, STORE one of %s", store,
		                       subject->name, word, word, list);
	else
		*fault = memory_format("store %.80s: %s has no store on the %s side", store,
		                       subject->name, word);
	free(list);
	return NULL;
}

/* --- what side says --- */

static enum mbsyncrc_side side_of(const struct config_store *store)
{
	return store->side == CONFIG_SIDE_FAR ? MBSYNCRC_FAR : MBSYNCRC_NEAR;
}

static const struct mbsyncrc_store *find_by_side(const struct mbsyncsubject *subject,
                                                 const struct config_store *store, char **fault)
{
	const struct mbsyncrc_store *found;
	char *list;

	if (store->side_store == NULL)
		return find_only(subject, side_of(store), store->name, fault);
	found = mbsyncrc_store(subject->rc, store->side_store);
	if (found != NULL && mbsyncsubject_has(subject, side_of(store), found))
		return found;
	list = list_stores(subject, side_of(store));
	*fault = memory_format("side: %s has no store %.80s on the %s side, but %s", subject->name,
	                       store->side_store, side_word(side_of(store)), list);
	free(list);
	return NULL;
}

/* Whether what side says is not this store, which has the name. */
static bool is_contradicted(const struct mbsyncsubject *subject, const struct config_store *store,
                            const struct mbsyncrc_store *named)
{
	if (store->side == CONFIG_SIDE_GUESS)
		return false;
	return !mbsyncsubject_has(subject, side_of(store), named) ||
	       (store->side_store != NULL && strcmp(store->side_store, named->name) != 0);
}

/* --- what the watcher's command says --- */

/* The STORE that the command gives to its watcher, or NULL. */
static const char *find_in_command(char *const *words)
{
	char *const *watcher = invocation_search(words, "watch_maildirs");

	if (watcher != NULL)
		return invocation_value(watcher, 'S');
	watcher = invocation_search(words, "watch_imap");
	while (watcher != NULL && watcher[1] != NULL)
		watcher++;
	return watcher != NULL ? *watcher : NULL;
}

/*
 * Whether the watcher would watch another store than the one that was found, or
 * none: then *fault says so.  What another host or file calls a store says nothing.
 */
static bool is_watched_elsewhere(const struct mbsyncsubject *subject,
                                 const struct config_store *store,
                                 const struct mbsyncrc_store *found, char **fault)
{
	char *const *watcher = invocation_search(store->watch, "watch_maildirs");
	const char *said = find_in_command(store->watch);
	const struct mbsyncrc_store *its = said != NULL ? mbsyncrc_store(subject->rc, said) : NULL;

	if (said == NULL || strcmp(invocation_name(store->watch[0]), "ssh") == 0 ||
	    (watcher != NULL && invocation_value(watcher, 'c') != NULL))
		return false;
	if (watcher != NULL && its == NULL)
		*fault = memory_format("store %.80s: -S %.80s: mbsync has no store of that name",
		                       store->name, said);
	else if (watcher != NULL && its->imap)
		*fault = memory_format("store %.80s: -S %.80s: that is no MaildirStore",
		                       store->name, said);
	else if (its != NULL && found != NULL && its != found)
		*fault = memory_format("store %.80s: its name or `side` says that it is mbsync's "
		                       "store %.80s, but its watcher watches %.80s",
		                       store->name, found->name, its->name);
	return *fault != NULL;
}

/* --- what its block, or the others', say --- */

/* By its name, its side or its command; NULL where they don't tell, or with *fault. */
static const struct mbsyncrc_store *find_told(const struct mbsyncsubject *subject,
                                              const struct config_store *store, char **fault)
{
	const struct mbsyncrc_store *named = find_named(subject, store->name);
	const char *said;

	if (named != NULL && is_contradicted(subject, store, named))
		*fault = memory_format("side: %.80s is also the name of a store of %s, but not on "
		                       "the side that is said here: leave side out, or give "
		                       "this block another name",
		                       store->name, subject->name);
	else if (named != NULL)
		return named;
	else if (store->side != CONFIG_SIDE_GUESS)
		return find_by_side(subject, store, fault);
	said = find_in_command(store->watch);
	return said != NULL && *fault == NULL ? find_named(subject, said) : NULL;
}

/* What is known of the stores that do not tell it themselves. */
struct others {
	size_t untold[2];       /* how many there are here; and of remote ones */
	bool has_far;           /* one of all is, or must be, the far one */
};

static struct others look_at_others(const struct config *config,
                                    const struct mbsyncsubject *subject)
{
	bool several;
	const struct mbsyncrc_store *far = mbsyncsubject_store(subject, MBSYNCRC_FAR, &several);
	struct others others = { .has_far = far != NULL && far->imap };

	for (size_t i = 0; i < config->store_count; i++) {
		const struct config_store *store = &config->stores[i];
		const struct mbsyncrc_store *told;
		char *fault = NULL;

		told = find_told(subject, store, &fault);
		if (told == NULL && fault == NULL)
			others.untold[config_is_remote(store)]++;
		others.has_far |= config_is_remote(store) ||
		                  (told != NULL && mbsyncsubject_has(subject, MBSYNCRC_FAR, told));
		free(fault);
	}
	return others;
}

/* The only remote one is far; the only other one is near, where there is a far one. */
static const struct mbsyncrc_store *find_by_place(const struct config *config,
                                                  const struct config_store *store,
                                                  const struct mbsyncsubject *subject, char **fault)
{
	const struct others others = look_at_others(config, subject);
	bool remote = config_is_remote(store);

	if (others.untold[remote] == 1 && others.has_far)
		return find_only(subject, remote ? MBSYNCRC_FAR : MBSYNCRC_NEAR, store->name,
		                 fault);
	*fault = memory_format("store %.80s: which store of %s this is can't be told: add `side "
	                       "near` or `side far` to its block", store->name, subject->name);
	return NULL;
}

const struct mbsyncrc_store *sides_find(const struct config *config, size_t index,
                                        const struct mbsyncsubject *subject, char **fault,
                                        unsigned *line)
{
	const struct config_store *store = &config->stores[index];
	const struct mbsyncrc_store *found;

	*line = store->side_line != 0 ? store->side_line : store->line;
	*fault = NULL;
	found = find_told(subject, store, fault);
	if (found == NULL && *fault == NULL)
		found = find_by_place(config, store, subject, fault);
	if (*fault == NULL && is_watched_elsewhere(subject, store, found, fault))
		found = NULL;
	return found;
}

const char *sides_name(const struct mbsyncsubject *subject, const struct mbsyncrc_store *store)
{
	if (!mbsyncsubject_has(subject, MBSYNCRC_NEAR, store))
		return "far";
	return mbsyncsubject_has(subject, MBSYNCRC_FAR, store) ? "far and near" : "near";
}
