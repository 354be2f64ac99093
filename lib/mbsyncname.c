#include "mbsyncname.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "memory.h"
#include "patterns.h"
#include "utf7.h"

/* --- texts --- */

static bool is_set(const char *string)
{
	return string != NULL && *string != '\0';
}

static bool starts_with(const char *text, const char *start)
{
	return strncmp(text, start, strlen(start)) == 0;
}

/* INBOX, or what lies below it. */
static bool is_inbox(const char *name)
{
	return starts_with(name, "INBOX") && (name[5] == '\0' || name[5] == '/');
}

/* A copy with every old replaced. */
static char *replace(const char *text, const char *old, char new)
{
	char *copy = memory_new(strlen(text) + 1, 1), *out = copy;
	size_t length = strlen(old);

	while (*text != '\0') {
		if (strncmp(text, old, length) == 0) {
			*out++ = new;
			text += length;
		} else {
			*out++ = *text++;
		}
	}
	return copy;
}

/* --- what a side lists --- */

/* What a channel's Patterns make mbsync list of a store. */
struct wanted {
	bool path, inbox;
};

/* The pattern behind the box, for the few bytes that decide. */
static void want_pattern(struct wanted *wanted, const char *box, const char *pattern, bool flat)
{
	char start[8] = "";
	size_t length = strnlen(box, sizeof start - 1);

	memcpy(start, box, length);
	memcpy(start + length, pattern, strnlen(pattern, sizeof start - 1 - length));
	if (strncmp(start, "INBOX", 5) != 0) {
		wanted->path = true;
		return;
	}
	switch (start[5]) {
	case '\0': wanted->inbox = true; break;
	case '/':
		wanted->path |= flat;
		wanted->inbox |= !flat;
		break;
	case '*':
	case '%': wanted->path = wanted->inbox = true; break;
	default: wanted->path = true; break;
	}
}

static struct wanted want(const struct mbsyncrc_channel *channel, enum mbsyncrc_side side)
{
	struct wanted wanted = { false, false };

	for (size_t i = 0; i < channel->patterns.count; i++) {
		if (channel->patterns.word[i][0] != '!')
			want_pattern(&wanted, channel->box[side], channel->patterns.word[i],
			             is_set(channel->store[side]->flatten));
	}
	return wanted;
}

enum listed { LISTED_NEVER, LISTED_IF_THERE, LISTED_ALWAYS };

/* Whether INBOX is listed with everything else: no prefix, or one that is INBOX itself. */
static bool imap_has_inbox(const struct mbsyncrc_store *store)
{
	const char *path = store->path != NULL ? store->path : "";

	if (*path == '\0')
		return true;
	if (strncasecmp(path, "INBOX", 5) != 0)
		return false;
	return path[5] == '\0' || (store->delimiter != '\0' ? path[5] == store->delimiter
	                                                    : strchr("./", path[5]) != NULL);
}

/* A Path without / is the beginning of directories' names, which 1.4 does not look for. */
static bool path_is_listed(const struct mbsyncrc_store *store, enum mbsync_version version)
{
	size_t length = store->path != NULL ? strlen(store->path) : 0;

	return length > 0 && (version != MBSYNC_1_4 || store->path[length - 1] == '/');
}

static enum listed maildir_lists(const struct mbsyncrc_store *store, struct wanted wanted,
                                 enum mbsync_version version, const char *name)
{
	bool inbox = is_inbox(name) && (name[5] == '\0' || !is_set(store->flatten));
	bool listed = wanted.path && path_is_listed(store, version);

	if (store->subfolders == MBSYNCRC_SUBFOLDERS_MAILDIRPP)
		return strcmp(name, "INBOX") == 0 ? LISTED_ALWAYS : LISTED_IF_THERE;
	if (!inbox)
		return listed ? LISTED_IF_THERE : LISTED_NEVER;
	if (wanted.inbox)
		return name[5] == '\0' ? LISTED_ALWAYS : LISTED_IF_THERE;
	return listed && mbsyncrc_nested_inbox(store) != NULL ? LISTED_IF_THERE : LISTED_NEVER;
}

static enum listed imap_lists(const struct mbsyncrc_store *store, struct wanted wanted,
                              const char *name)
{
	if (!is_inbox(name))
		return LISTED_IF_THERE;
	if (!wanted.inbox && !imap_has_inbox(store))
		return LISTED_NEVER;
	return name[5] == '\0' && !store->subscribed_only ? LISTED_ALWAYS : LISTED_IF_THERE;
}

/* Whether this side has the mailbox, which is called so behind Far or Near, in its list. */
static enum listed lists(const struct mbsyncrc_channel *channel, enum mbsyncrc_side side,
                         enum mbsync_version version, const char *name)
{
	const struct mbsyncrc_store *store = channel->store[side];
	struct wanted wanted = want(channel, side);

	if (is_set(store->map_inbox) && strcmp(name, store->map_inbox) == 0)
		return LISTED_ALWAYS;
	return store->imap ? imap_lists(store, wanted, name)
	                   : maildir_lists(store, wanted, version, name);
}

/* --- what a side can't hold --- */

static const char *imap_refuses(const struct mbsyncrc_store *store, const char *name)
{
	if (!is_set(store->path) && strcasecmp(name, "INBOX") == 0)
		return "an IMAP server takes it for INBOX";
	if (store->delimiter != '\0' && store->delimiter != '/' &&
	    strchr(name, store->delimiter) != NULL)
		return "it holds the other side's PathDelimiter";
	return NULL;
}

static const char *maildir_refuses(const struct mbsyncrc_store *store, const char *name)
{
	bool parts = strchr(name, '/') != NULL, flat = is_set(store->flatten);

	if (store->subfolders == MBSYNCRC_SUBFOLDERS_MAILDIRPP) {
		if (strchr(name, '.') != NULL ||
		    (parts && flat && strchr(store->flatten, '.') != NULL))
			return "it would hold a dot, and the other side is Maildir++";
		return NULL;
	}
	if (parts && !flat && store->subfolders == MBSYNCRC_SUBFOLDERS_NONE)
		return "the other side has no SubFolders";
	return store->path == NULL && (flat || !is_inbox(name)) ? "the other side has no Path"
	                                                        : NULL;
}

/* Why every run for this name, behind Far or Near, fails in this store; NULL: it does not. */
static const char *refuses(const struct mbsyncrc_store *store, const char *name)
{
	if ((is_set(store->map_inbox) && strcmp(name, store->map_inbox) == 0) ||
	    strcmp(name, "INBOX") == 0)
		return NULL;
	if (is_set(store->flatten) && strstr(name, store->flatten) != NULL)
		return "it holds what the other side's Flatten stands for";
	return store->imap ? imap_refuses(store, name) : maildir_refuses(store, name);
}

/* --- a mailbox of a channel --- */

static struct mbsyncname answer(enum mbsyncname_kind kind, const char *why)
{
	return (struct mbsyncname){ .kind = kind, .why = why };
}

static bool is_sayable(const char *name)
{
	return *name != '\0' && strpbrk(name, ",\n") == NULL;
}

/* What is asked: a channel, and the side that reported. */
struct question {
	const struct mbsyncrc_channel *channel;
	const struct mbsyncrc_words *boxes; /* or NULL */
	enum mbsyncrc_side side, other;
	enum mbsync_version version;
};

/* Whether the Patterns, or the boxes, let the name through; "" is INBOX in boxes. */
static bool selects(const struct question *question, const char *name)
{
	const struct mbsyncrc_words *words = question->boxes;

	if (words == NULL)
		return patterns_select(question->channel->patterns.word,
		                       question->channel->patterns.count, name);
	for (size_t i = 0; i < words->count; i++) {
		if (strcmp(*words->word[i] != '\0' ? words->word[i] : "INBOX", name) == 0)
			return true;
	}
	return false;
}

/* EXCLUDED, NAME or OTHER, by what the sides list; a box that is named needs no list. */
static enum mbsyncname_kind judge(const struct question *question, const char *name,
                                  const char *glued)
{
	const struct mbsyncrc_channel *channel = question->channel;
	enum listed here = lists(channel, question->side, question->version, name);
	enum listed there = lists(channel, question->other, question->version, glued);

	if (question->boxes != NULL || there == LISTED_ALWAYS)
		return MBSYNCNAME_NAME;
	if (here == LISTED_NEVER)
		return there == LISTED_NEVER ? MBSYNCNAME_EXCLUDED : MBSYNCNAME_OTHER;
	return channel->store[question->side]->subscribed_only ? MBSYNCNAME_OTHER : MBSYNCNAME_NAME;
}

/* name: in the channel's terms, but for the side's box in front of it. */
static struct mbsyncname find_behind_box(const struct question *question, const char *name)
{
	const struct mbsyncrc_channel *channel = question->channel;
	struct mbsyncname found = answer(MBSYNCNAME_EXCLUDED, NULL);
	const char *rest, *refused;
	char *glued;

	if (!starts_with(name, channel->box[question->side]))
		return found;
	rest = name + strlen(channel->box[question->side]);
	if (!selects(question, rest))
		return found;
	glued = memory_format("%s%s", channel->box[question->other], rest);
	refused = refuses(channel->store[question->other], glued);
	found.kind = judge(question, name, glued);
	free(glued);
	if (found.kind == MBSYNCNAME_EXCLUDED)
		return found;
	if (refused != NULL)
		return answer(MBSYNCNAME_IMPOSSIBLE, refused);
	if (!is_sayable(rest))
		return answer(MBSYNCNAME_ALL, "its name is empty, or holds a comma or a newline");
	if (found.kind == MBSYNCNAME_OTHER)
		found.why = "only what the other side has decides whether the channel holds it";
	found.name[found.count++] = memory_copy(rest);
	return found;
}

/* Takes the names of the second, and of both kinds the one that syncs more. */
static void join(struct mbsyncname *first, struct mbsyncname *second)
{
	if (second->kind > first->kind) {
		first->kind = second->kind;
		first->why = second->why;
	}
	for (size_t i = 0; i < second->count; i++) {
		if (first->count == 0 || strcmp(first->name[0], second->name[i]) != 0)
			first->name[first->count++] = second->name[i];
		else
			free(second->name[i]);
	}
}

/* The mailbox of a channel without Patterns is the side's box. */
static struct mbsyncname find_single(const struct question *question, const char *name, bool inbox)
{
	const struct mbsyncrc_store *store = question->channel->store[question->side];
	const char *said = question->channel->box[question->side],
		   *box = *said != '\0' ? said : "INBOX";
	bool mapped = is_set(store->map_inbox) && strcmp(box, store->map_inbox) == 0;

	if (!(mapped ? inbox : strcmp(box, name) == 0))
		return answer(MBSYNCNAME_EXCLUDED, NULL);
	if (question->boxes != NULL)
		return answer(MBSYNCNAME_IMPOSSIBLE,
		              "the channel has no Patterns, so it takes no mailboxes");
	return answer(MBSYNCNAME_CHANNEL, NULL);
}

/* With Patterns.  INBOX has a second name by MapInbox, which hides what has that name. */
static struct mbsyncname find_in_patterns(const struct question *question, const char *name,
                                          bool inbox)
{
	const char *mapped = question->channel->store[question->side]->map_inbox;
	struct mbsyncname found, alias;

	if (!is_set(mapped))
		return find_behind_box(question, name);
	if (!inbox && strcmp(name, mapped) == 0)
		return answer(MBSYNCNAME_EXCLUDED, NULL);
	found = find_behind_box(question, name);
	if (inbox) {
		alias = find_behind_box(question, mapped);
		join(&found, &alias);
	}
	return found;
}

/* name: the store's own, in mbsync's encoding. */
static struct mbsyncname find_own(const struct question *question, const char *name)
{
	const struct mbsyncrc_store *store = question->channel->store[question->side];
	bool inbox = strcmp(name, "INBOX") == 0;
	struct mbsyncname found;
	char *canonical;

	if (is_set(store->flatten) && strchr(name, '/') != NULL)
		return answer(MBSYNCNAME_ALL,
		              "it holds a /, and mbsync takes none where Flatten is set");
	canonical = is_set(store->flatten) ? replace(name, store->flatten, '/') : memory_copy(name);
	found = question->channel->patterns_line == 0
	                ? find_single(question, canonical, inbox)
	                : find_in_patterns(question, canonical, inbox);
	free(canonical);
	return found;
}

/* An IMAP store's name as mbsync has it: modified UTF-7 in 1.4, else UTF-8; NULL for no UTF-8. */
static char *encode(const char *reported, enum mbsync_version version)
{
	char *utf8 = utf7_decode(reported), *utf7;

	if (utf8 == NULL)
		utf8 = memory_copy(reported);
	utf7 = utf7_encode(utf8);
	if (version == MBSYNC_1_4 || utf7 == NULL) {
		free(utf8);
		return utf7;
	}
	free(utf7);
	return utf8;
}

struct mbsyncname mbsyncname_find(const struct mbsyncrc_channel *channel,
                                  const struct mbsyncrc_words *boxes, enum mbsyncrc_side side,
                                  enum mbsync_version version, const char *reported)
{
	const struct question question = {
		.channel = channel,
		.boxes = boxes,
		.side = side,
		.version = version,
		.other = side == MBSYNCRC_FAR ? MBSYNCRC_NEAR : MBSYNCRC_FAR,
	};
	struct mbsyncname found;
	char *name;

	if (channel->store[MBSYNCRC_FAR] == NULL || channel->store[MBSYNCRC_NEAR] == NULL)
		return answer(MBSYNCNAME_EXCLUDED, NULL);
	name = channel->store[side]->imap ? encode(reported, version) : memory_copy(reported);
	if (name == NULL)
		return answer(MBSYNCNAME_ALL, "its name is no UTF-8");
	found = find_own(&question, name);
	free(name);
	return found;
}

bool mbsyncname_wants_path(const struct mbsyncrc_channel *channel, enum mbsyncrc_side side)
{
	return want(channel, side).path;
}

void mbsyncname_free(struct mbsyncname *name)
{
	while (name->count > 0)
		free(name->name[--name->count]);
}

/* --- a server's names --- */

/* Whether it is INBOX in any case, alone or before the delimiter. */
static bool is_server_inbox(const char *name, char delimiter)
{
	return strncasecmp(name, "INBOX", 5) == 0 && (name[5] == '\0' || name[5] == delimiter);
}

/* What follows the prefix in the name, or NULL; INBOX is the same in any case. */
static const char *behind_prefix(const char *name, const char *prefix, char delimiter)
{
	size_t same =
		is_server_inbox(name, delimiter) && is_server_inbox(prefix, delimiter) ? 5 : 0;

	return starts_with(name + same, prefix + same) ? name + strlen(prefix) : NULL;
}

/* Where mbsync does without a name, whatever it is called. */
static bool is_left_out(const char *own)
{
	char *whole = memory_format("/%s/", own);
	bool out = strstr(whole, "//") != NULL || strstr(whole, "/./") != NULL ||
	           strstr(whole, "/../") != NULL;

	free(whole);
	return out;
}

char *mbsyncname_of_server(const struct mbsyncrc_store *store, const char *space, char delimiter,
                           const char *name)
{
	const char *prefix = store->path != NULL ? store->path : store->use_namespace ? space : "";
	const char *rest, *lock = strrchr(name, '.');
	char between[2] = { delimiter, '\0' }, *own;

	if (store->delimiter != '\0')
		between[0] = store->delimiter;
	rest = behind_prefix(name, prefix, *between);
	/* behind a prefix it would be taken for the real one, which no prefix hides */
	if (rest != NULL && rest != name && is_server_inbox(rest, *between))
		return NULL;
	if (rest == NULL && is_server_inbox(name, *between))
		rest = name;
	if (rest == NULL || (lock != NULL && lock != name && strcmp(lock, ".lock") == 0) ||
	    (*between != '/' && strchr(rest, '/') != NULL))
		return NULL;
	own = *between == '\0' ? memory_copy(rest) : replace(rest, between, '/');
	if (rest == name && is_server_inbox(name, *between))
		memcpy(own, "INBOX", 5);
	if (!is_left_out(own))
		return own;
	free(own);
	return NULL;
}
