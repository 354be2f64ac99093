#include "init_plan.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "init_host.h"
#include "mbsyncname.h"
#include "memory.h"

/* --- which channels and stores --- */

static void add_channel(struct init_plan *plan, const struct mbsyncrc_channel *channel)
{
	for (size_t i = 0; i < plan->channels; i++) {
		if (plan->channel[i] == channel)
			return;
	}
	plan->channel = memory_grow(plan->channel, &plan->channel_room, plan->channels + 1,
	                            sizeof(const struct mbsyncrc_channel *));
	plan->channel[plan->channels++] = channel;
}

static void add_store(struct init_plan *plan, const struct mbsyncrc_store *store)
{
	for (size_t i = 0; i < plan->stores; i++) {
		if (plan->store[i].store == store)
			return;
	}
	plan->store =
		memory_grow(plan->store, &plan->store_room, plan->stores + 1, sizeof *plan->store);
	plan->store[plan->stores++] = (struct init_store){ .store = store };
}

/* The list with one name more; sort says of what. */
static char *append_name(char *list, const char *sort, const char *name)
{
	char *longer = memory_format("%s%s%s", list, sort, name);

	free(list);
	return longer;
}

static char *explain_unknown(const struct mbsyncrc *rc, const struct init_request *request)
{
	char *list = memory_copy(""), *fault;

	for (size_t i = 0; i < rc->channels; i++)
		list = append_name(list, i == 0 ? " Channel " : ", ", rc->channel[i]->name);
	if (rc->channels > 0 && rc->groups > 0)
		list = append_name(list, ";", "");
	for (size_t i = 0; i < rc->groups; i++)
		list = append_name(list, i == 0 ? " Group " : ", ", rc->group[i]->name);
	fault = memory_format("%s: %s has no Channel or Group of that name; there %s%s",
	                      request->name, request->file, *list != '\0' ? "are:" : "is none",
	                      list);
	free(list);
	return fault;
}

static char *take_members(struct init_plan *plan, const struct mbsyncrc_group *group)
{
	for (size_t i = 0; i < group->count; i++) {
		if (group->member[i].channel == NULL)
			return memory_format("Group %s: there is no Channel %s, so each sync of it "
			                     "fails: mend %s first",
			                     group->name, group->member[i].written,
			                     plan->request->file);
		add_channel(plan, group->member[i].channel);
	}
	if (group->count == 0)
		return memory_format("Group %s: has no channels: mend %s first", group->name,
		                     plan->request->file);
	return NULL;
}

/* As mbsync looks its arguments up: groups first, and a colon ends a name. */
static char *take_channels(struct init_plan *plan, const struct mbsyncrc *rc)
{
	const char *name = plan->request->name;
	const struct mbsyncrc_group *group = mbsyncrc_group(rc, name);
	const struct mbsyncrc_channel *channel = mbsyncrc_channel(rc, name);

	if (group == NULL && channel == NULL)
		return explain_unknown(rc, plan->request);
	if (strchr(name, ':') != NULL)
		return memory_format("%s: mbsync takes what follows a colon for a mailbox: give it "
		                     "another name in %s",
		                     name, plan->request->file);
	plan->group = group != NULL;
	if (plan->group)
		return take_members(plan, group);
	add_channel(plan, channel);
	return NULL;
}

static char *take_stores(struct init_plan *plan)
{
	for (size_t i = 0; i < plan->channels; i++) {
		for (int side = MBSYNCRC_NEAR; side >= MBSYNCRC_FAR; side--) {
			if (plan->channel[i]->store[side] == NULL)
				return memory_format("Channel %s: lacks a store: mend %s first",
				                     plan->channel[i]->name, plan->request->file);
			add_store(plan, plan->channel[i]->store[side]);
		}
	}
	return NULL;
}

/* --- mailboxes of several channels --- */

static bool is_prefix_of_other(const char *one, const char *other)
{
	size_t length = strlen(one), others = strlen(other);

	return strncmp(one, other, length < others ? length : others) == 0;
}

static const char *single_mailbox(const struct mbsyncrc_channel *channel, enum mbsyncrc_side side)
{
	return *channel->box[side] != '\0' ? channel->box[side] : "INBOX";
}

static bool holds(const struct mbsyncrc_channel *channel, enum mbsyncrc_side side,
                  enum mbsync_version version, const char *mailbox)
{
	struct mbsyncname name = mbsyncname_find(channel, NULL, side, version, mailbox);
	bool is_held = name.kind != MBSYNCNAME_EXCLUDED;

	mbsyncname_free(&name);
	return is_held;
}

/* A channel and its side that is the store in question. */
struct user {
	const struct mbsyncrc_channel *channel;
	enum mbsyncrc_side side;
};

static bool may_meet(const struct user *one, const struct user *other, enum mbsync_version version)
{
	bool many = one->channel->patterns_line != 0, others = other->channel->patterns_line != 0;

	if (one->channel->store[one->side]->map_inbox != NULL)
		return true;
	if (many && others)
		return is_prefix_of_other(one->channel->box[one->side],
		                          other->channel->box[other->side]);
	if (many)
		return holds(one->channel, one->side, version,
		             single_mailbox(other->channel, other->side));
	return holds(other->channel, other->side, version, single_mailbox(one->channel, one->side));
}

static bool is_shared(const struct init_plan *plan, const struct mbsyncrc_store *store,
                      enum mbsync_version version)
{
	for (size_t i = 0; i < 2 * plan->channels; i++) {
		struct user one = { plan->channel[i / 2], i % 2 };

		if (one.channel->store[one.side] != store)
			continue;
		for (size_t j = i + 1; j < 2 * plan->channels; j++) {
			struct user other = { plan->channel[j / 2], j % 2 };

			if (other.channel->store[other.side] == store &&
			    may_meet(&one, &other, version))
				return true;
		}
	}
	return false;
}

/* --- how each is watched --- */

/* Its server's name; NULL: it has a Tunnel, and none. */
static const char *server_name(const struct mbsyncrc_store *store)
{
	return store->account != NULL ? store->account->host : NULL;
}

bool init_plan_is_elsewhere(const struct init_plan *plan, const struct init_store *store)
{
	const char *server = server_name(store->store);

	return store->way == INIT_SSH && server != NULL &&
	       init_host_differs(plan->request->host, server);
}

/* Of several servers the host is the one that an account names. */
static bool is_for_ssh(const struct init_plan *plan, const struct mbsyncrc_store *store,
                       size_t servers)
{
	const char *host = plan->request->host, *server = server_name(store);

	return host != NULL && (servers == 1 || (server != NULL && init_host_is(host, server)));
}

static char *refuse_path(const struct init_plan *plan, const struct mbsyncrc_store *store)
{
	return memory_format("%s:%u: Path %s: the names of mailboxes begin with it on the server, "
	                     "and watch_maildirs there can't leave it out: watch_imap can, "
	                     "`mswatch --init %s`",
	                     plan->request->file, store->path_line, store->path,
	                     plan->request->name);
}

/* Whether what lies on the server bears the store's own names. */
static bool bears_own_names(const struct mbsyncrc_store *store)
{
	return store->path == NULL || *store->path == '\0' ||
	       (strncasecmp(store->path, "INBOX", 5) == 0 && strlen(store->path) == 6);
}

static char *explain_ways(const struct init_plan *plan, const struct mbsyncrc_store *store)
{
	const char *name = plan->request->name, *host = plan->request->host;

	if (host != NULL)
		return memory_format(
			"store %s: is one of several servers, and its account's Host "
			"is not %s; watch_imap could watch it, but is not installed here",
			store->name, host);
	return memory_format("store %s: two ways to watch a server: over ssh, where you have a "
	                     "shell there and watch_maildirs is installed there: `mswatch --init "
	                     "%s HOST`; or by watch_imap, which is not installed here",
	                     store->name, name);
}

static char *choose_way(const struct init_plan *plan, struct init_store *chosen, size_t servers)
{
	const struct mbsyncrc_store *store = chosen->store;

	if (!store->imap)
		chosen->way = INIT_MAILDIR;
	else if (is_for_ssh(plan, store, servers))
		chosen->way = INIT_SSH;
	else
		chosen->way = INIT_IMAP;
	if (chosen->way == INIT_SSH && !bears_own_names(store))
		return refuse_path(plan, store);
	if (chosen->way == INIT_IMAP && !plan->request->watch_imap)
		return explain_ways(plan, store);
	return NULL;
}

static char *choose_ways(struct init_plan *plan, enum mbsync_version version)
{
	size_t servers = 0;
	char *fault = NULL;

	for (size_t i = 0; i < plan->stores; i++)
		servers += plan->store[i].store->imap;
	if (servers == 0 && plan->request->host != NULL)
		return memory_format("%s: all of its stores are Maildirs here: leave %s out",
		                     plan->request->name, plan->request->host);
	for (size_t i = 0; i < plan->stores && fault == NULL; i++) {
		plan->store[i].shared = is_shared(plan, plan->store[i].store, version);
		fault = choose_way(plan, &plan->store[i], servers);
	}
	return fault;
}

/* --- what can be written --- */

/* A tab is none here: it can be quoted. */
static bool has_control(const char *text)
{
	for (; *text != '\0'; text++) {
		if (iscntrl((unsigned char)*text) && *text != '\t')
			return true;
	}
	return false;
}

static char *check_words(const struct init_plan *plan)
{
	const char *told = plan->request->told_file;

	if (has_control(plan->request->name))
		return memory_copy("a channel's name with a control character can't stand in a "
		                   "configuration of mswatch");
	if (told != NULL && has_control(told))
		return memory_format("%s: a name with a control character can't stand in a "
		                     "configuration of mswatch",
		                     told);
	for (size_t i = 0; i < plan->stores; i++) {
		if (has_control(plan->store[i].store->name))
			return memory_format(
				"store %s: a name with a control character can't stand "
				"in a configuration of mswatch",
				plan->store[i].store->name);
	}
	return NULL;
}

char *init_plan_make(struct init_plan *plan, const struct mbsyncrc *rc,
                     const struct init_request *request)
{
	char *fault;

	*plan = (struct init_plan){ .request = request };
	if (request->host != NULL && !init_host_is_right(request->host))
		return memory_format("\"%s\": not a host: give what follows ssh, as in "
		                     "me@mail.example.org",
		                     request->host);
	fault = take_channels(plan, rc);
	if (fault == NULL)
		fault = take_stores(plan);
	if (fault == NULL)
		fault = check_words(plan);
	return fault != NULL ? fault : choose_ways(plan, rc->version);
}

void init_plan_free(struct init_plan *plan)
{
	free(plan->channel);
	free(plan->store);
	*plan = (struct init_plan){ 0 };
}
