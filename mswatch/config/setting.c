#include "setting.h"

#include <string.h>

#include "config.h"
#include "guess.h"

#define PROGRAM "PROGRAM ARGS..."

#define IN_FILE(field) .scope = SCOPE_FILE, .place = offsetof(struct config, field)
#define IN_STORE(field) .scope = SCOPE_STORE, .place = offsetof(struct config_store, field)
#define RESERVED .reserved = true

const struct setting settings[] = {
	{ "base_delay", KIND_TIME, IN_FILE(base_delay), .example = "90s",
	  .standard = "10", RESERVED },
	{ "inter_delay", KIND_DELAY, IN_FILE(inter_delay), .example = "90s",
	  .standard = "60", RESERVED },
	{ "max_delay", KIND_TIME, IN_FILE(max_delay), .example = "90s",
	  .standard = "10m", RESERVED },
	{ "poll_period", KIND_TIME, IN_FILE(poll_period), .example = "90s",
	  .standard = "1d", RESERVED },
	{ "resume_after", KIND_TIME, IN_FILE(resume_after), .example = "90s", .standard = "60" },
	/* More names than this are no help to anybody. */
	{ "max_pending", KIND_COUNT, IN_FILE(max_pending), .example = "10000",
	  .standard = "10000", .least = 1, .most = 1000000 },
	{ "ignore", KIND_MAILBOXES, IN_FILE(ignored), .example = "drafts trash", RESERVED },
	{ "channel", KIND_CHANNEL, IN_FILE(channel), .example = "mychannel",
	  .second = offsetof(struct config, channel_file) },
	{ "mailbox_prefix", KIND_PAIR, IN_FILE(prefix), .example = "mydomain :",
	  .second = offsetof(struct config, separator), RESERVED },
	{ "unspeakable", KIND_CHARACTERS, IN_FILE(unspeakable), .example = "\",;\"",
	  .standard = "\"\"" },
	{ "sync", KIND_COMMAND, IN_FILE(sync), .example = PROGRAM, .needed = true, RESERVED },
	{ "on_success", KIND_COMMAND, IN_FILE(on_success), .example = PROGRAM },
	{ "on_failure", KIND_COMMAND, IN_FILE(on_failure), .example = PROGRAM },
	{ "hook_timeout", KIND_TIME, IN_FILE(hook_timeout), .example = "90s", .standard = "60",
	  .least = 1, .too_little = "a hook needs some time: give more than 0" },
	{ "store", KIND_STORES, IN_FILE(stores), .example = "NAME { watch " PROGRAM " }",
	  .needed = true, RESERVED },
	{ "watch", KIND_COMMAND, IN_STORE(watch), .example = PROGRAM, .needed = true, RESERVED },
	{ "side", KIND_SIDE, IN_STORE(side), .example = "near",
	  .second = offsetof(struct config_store, side_store) },
	{ "remote", KIND_REMOTE, IN_STORE(remote), .example = "no" },
	{ "required", KIND_ANSWER, IN_STORE(required), .example = "no" },
	{ "heartbeat", KIND_TIME, IN_STORE(heartbeat), .example = "90s" },
	{ .name = NULL }
};

const size_t setting_count = sizeof settings / sizeof *settings - 1;

const struct setting *setting_find(const char *text)
{
	for (const struct setting *row = settings; row->name != NULL; row++)
		if (strcmp(text, row->name) == 0)
			return row;
	return NULL;
}

bool setting_is_reserved(const char *text)
{
	const struct setting *row = setting_find(text);

	return row != NULL && row->reserved;
}

const struct setting *setting_guess(const char *text)
{
	const struct setting *best = NULL;
	struct guess guess = guess_start(text);

	for (const struct setting *row = settings; row->name != NULL; row++)
		if (guess_is_nearer(&guess, row->name))
			best = row;
	return best;
}
