#include "mbsyncrc_parse.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "mbsyncrc_options.h"
#include "mbsyncrc_reader.h"
#include "mbsyncrc_stores.h"
#include "memory.h"

static const char *const side_names[] = { [MBSYNCRC_FAR] = "Far", [MBSYNCRC_NEAR] = "Near" };

/* --- channels --- */

/* What is not kept of a channel's section. */
struct channel_section {
	struct mbsyncrc_options options;
	bool said[2]; /* a store for each side, be it one that exists or not */
};

/* :STORE:BOX; a box that is not said leaves an earlier one. */
static void read_side(struct mbsyncrc_reader *reader, struct mbsyncrc_channel *channel,
                      struct channel_section *section, enum mbsyncrc_side side)
{
	char *colon = *reader->value == ':' ? strchr(reader->value + 1, ':') : NULL;

	if (colon == NULL) {
		mbsyncrc_refuse(reader, "%s %s: it has to be :STORE: or :STORE:MAILBOX",
		                reader->keyword, reader->value);
		return;
	}
	*colon = '\0';
	section->said[side] = true;
	channel->store[side] = mbsyncrc_store(reader->rc, reader->value + 1);
	if (channel->store[side] == NULL)
		mbsyncrc_refuse(reader, "no store %s in front of this line", reader->value + 1);
	else if (colon[1] != '\0') {
		free(channel->box[side]);
		channel->box[side] = memory_copy(colon + 1);
	}
}

static void read_patterns(struct mbsyncrc_reader *reader, struct mbsyncrc_channel *channel)
{
	mbsyncrc_read_words(reader, &channel->patterns);
	channel->patterns_line = reader->line;
}

static void read_channel_line(struct mbsyncrc_reader *reader, struct mbsyncrc_channel *channel,
                              struct channel_section *section)
{
	if (mbsyncrc_keyword(reader, "Far") || mbsyncrc_keyword(reader, "Master")) {
		read_side(reader, channel, section, MBSYNCRC_FAR);
	} else if (mbsyncrc_keyword(reader, "Near") || mbsyncrc_keyword(reader, "Slave")) {
		read_side(reader, channel, section, MBSYNCRC_NEAR);
	} else if (mbsyncrc_keyword(reader, "Pattern") || mbsyncrc_keyword(reader, "Patterns")) {
		read_patterns(reader, channel);
	} else if (mbsyncrc_keyword(reader, "MaxSize")) {
		mbsyncrc_read_size(reader);
	} else if (!mbsyncrc_options_read(reader, &section->options)) {
		mbsyncrc_refuse_keyword(reader, "a Channel");
	}
}

static void finish_channel(struct mbsyncrc_reader *reader, const struct mbsyncrc_channel *channel,
                           const struct channel_section *section)
{
	const char *fault = mbsyncrc_options_fault(&section->options, reader->place->version);

	for (int side = MBSYNCRC_FAR; side <= MBSYNCRC_NEAR; side++) {
		if (!section->said[side])
			mbsyncrc_refuse_section(reader, channel->line, "channel %s has no %s store",
			                        channel->name, side_names[side]);
	}
	if (fault != NULL)
		mbsyncrc_refuse_section(reader, channel->line, "channel %s: %s", channel->name,
		                        fault);
	if (strchr(channel->name, ':') != NULL)
		mbsyncrc_advise(reader, channel->line,
		                "channel %s can't be named to mbsync: it takes what "
		                "follows the colon for a mailbox",
		                channel->name);
}

static struct mbsyncrc_channel *channel_new(struct mbsyncrc_reader *reader)
{
	struct mbsyncrc *rc = reader->rc;
	struct mbsyncrc_channel *channel = memory_new(1, sizeof *channel);

	channel->name = memory_copy(reader->value);
	channel->line = reader->line;
	for (int side = MBSYNCRC_FAR; side <= MBSYNCRC_NEAR; side++)
		channel->box[side] = memory_copy("");
	rc->channel = memory_grow(rc->channel, &rc->channel_room, rc->channels + 1,
	                          sizeof(struct mbsyncrc_channel *));
	rc->channel[rc->channels++] = channel;
	return channel;
}

static void read_channel(struct mbsyncrc_reader *reader)
{
	struct mbsyncrc_channel *channel = channel_new(reader);
	struct channel_section section = { .said = { false } };

	while (mbsyncrc_next_inner(reader))
		read_channel_line(reader, channel, &section);
	finish_channel(reader, channel, &section);
}

/* --- groups --- */

/* CHANNEL or CHANNEL:BOX,BOX. */
static void member_add(struct mbsyncrc_group *group, const char *written)
{
	const char *colon = strchr(written, ':');
	struct mbsyncrc_member *member;

	group->member = memory_grow(group->member, &group->room, group->count + 1, sizeof *member);
	member = &group->member[group->count++];
	*member = (struct mbsyncrc_member){ .written = memory_copy(written),
		                            .chosen = colon != NULL };
	while (colon != NULL) {
		const char *box = colon + 1;
		char *copy = memory_format("%.*s", (int)strcspn(box, ","), box);

		mbsyncrc_words_add(&member->boxes, copy);
		free(copy);
		colon = strchr(box, ',');
	}
}

static void read_members(struct mbsyncrc_reader *reader, struct mbsyncrc_group *group,
                         const char *word)
{
	for (; word != NULL; word = mbsyncrc_word(reader))
		member_add(group, word);
}

static void read_group(struct mbsyncrc_reader *reader)
{
	struct mbsyncrc *rc = reader->rc;
	struct mbsyncrc_group *group = memory_new(1, sizeof *group);

	group->name = memory_copy(reader->value);
	group->line = reader->line;
	rc->group = memory_grow(rc->group, &rc->group_room, rc->groups + 1,
	                        sizeof(struct mbsyncrc_group *));
	rc->group[rc->groups++] = group;
	read_members(reader, group, mbsyncrc_word(reader));
	while (mbsyncrc_next_inner(reader)) {
		if (mbsyncrc_keyword(reader, "Channel") || mbsyncrc_keyword(reader, "Channels")) {
			read_members(reader, group, reader->value);
			continue;
		}
		mbsyncrc_refuse_keyword(reader, "a Group");
	}
}

/* Channels may stand behind the groups that hold them. */
static void group_finish(struct mbsyncrc_reader *reader, struct mbsyncrc_group *group)
{
	if (group->count == 0)
		mbsyncrc_advise(reader, group->line,
		                "group %s is empty: mbsync takes that for an error", group->name);
	for (size_t i = 0; i < group->count; i++) {
		struct mbsyncrc_member *member = &group->member[i];
		char *name =
			memory_format("%.*s", (int)strcspn(member->written, ":"), member->written);

		member->channel = mbsyncrc_channel(reader->rc, name);
		if (member->channel == NULL)
			mbsyncrc_advise(reader, group->line, "group %s: no channel %s", group->name,
			                name);
		else if (member->chosen && member->channel->patterns_line == 0)
			mbsyncrc_advise(reader, group->line,
			                "group %s: channel %s has no Patterns, so it takes "
			                "no mailboxes",
			                group->name, name);
		free(name);
	}
}

/* --- in front of the sections --- */

static void read_field_delimiter(struct mbsyncrc_reader *reader)
{
	char delimiter = mbsyncrc_read_character(reader);

	if (delimiter != '\0' && !ispunct((unsigned char)delimiter))
		mbsyncrc_refuse(reader, "FieldDelimiter %s: it has to be a punctuation character",
		                reader->value);
}

static bool read_global(struct mbsyncrc_reader *reader, struct mbsyncrc_options *options)
{
	if (mbsyncrc_keyword(reader, "FSync"))
		mbsyncrc_read_bool(reader);
	else if (mbsyncrc_keyword(reader, "FieldDelimiter"))
		read_field_delimiter(reader);
	else if (mbsyncrc_keyword(reader, "BufferLimit") && mbsyncrc_read_size(reader) == 0)
		mbsyncrc_refuse(reader, "BufferLimit can't be 0");
	else
		return mbsyncrc_keyword(reader, "BufferLimit") ||
		       mbsyncrc_options_read(reader, options);
	return true;
}

/* All up to the end of the section, whatever it was meant to be. */
static void pass_over(struct mbsyncrc_reader *reader)
{
	mbsyncrc_refuse(reader,
	                "%s starts no section, and is no global keyword; is an empty line in front "
	                "of it too many?",
	                reader->keyword);
	mbsyncrc_skip_words(reader);
	while (mbsyncrc_next_inner(reader))
		;
}

/* --- the file --- */

static bool is_full(const struct mbsyncrc_reader *reader)
{
	const struct mbsyncrc *rc = reader->rc;

	return rc->channels == MBSYNCRC_MOST || rc->groups == MBSYNCRC_MOST;
}

/* Returns whether the line started a section. */
static bool read_section(struct mbsyncrc_reader *reader)
{
	bool is_channel = mbsyncrc_keyword(reader, "Channel");

	if (!is_channel && !mbsyncrc_keyword(reader, "Group"))
		return mbsyncrc_read_store(reader);
	if (is_full(reader)) {
		mbsyncrc_advise(reader, reader->line,
		                "more than %d channels or groups: this one is left out",
		                MBSYNCRC_MOST);
		while (mbsyncrc_next_inner(reader))
			mbsyncrc_skip_words(reader);
	} else if (is_channel) {
		read_channel(reader);
	} else {
		read_group(reader);
	}
	return true;
}

static void read_all(struct mbsyncrc_reader *reader)
{
	struct mbsyncrc_options options = { 0 };
	bool in_front = true;
	const char *fault;

	while (mbsyncrc_next(reader)) {
		if (reader->keyword == NULL)
			continue;
		if (read_section(reader))
			in_front = false;
		else if (!read_global(reader, &options))
			pass_over(reader);
		else if (!in_front)
			mbsyncrc_refuse(
				reader,
				"%s: what holds for all goes in front of all sections; is an "
				"empty line in front of it too many?",
				reader->keyword);
	}
	fault = mbsyncrc_options_fault(&options, reader->place->version);
	if (fault != NULL)
		mbsyncrc_refuse_section(reader, 1, "in front of the sections: %s", fault);
}

struct mbsyncrc *mbsyncrc_parse(const struct mbsyncrc_place *place, const char *text, size_t length,
                                mbsyncrc_complain *complain, void *context)
{
	struct mbsyncrc_reader reader = {
		.place = place,
		.complain = complain,
		.context = context,
		.at = text,
		.end = text + length,
	};

	reader.rc = memory_new(1, sizeof *reader.rc);
	reader.rc->version = place->version;
	read_all(&reader);
	for (size_t i = 0; i < reader.rc->groups; i++)
		group_finish(&reader, reader.rc->group[i]);
	explicit_bzero(reader.buffer, sizeof reader.buffer);
	return reader.rc;
}

/* --- their end --- */

static void channel_free(struct mbsyncrc_channel *channel)
{
	free(channel->name);
	for (int side = MBSYNCRC_FAR; side <= MBSYNCRC_NEAR; side++)
		free(channel->box[side]);
	mbsyncrc_words_free(&channel->patterns);
	free(channel);
}

static void group_free(struct mbsyncrc_group *group)
{
	for (size_t i = 0; i < group->count; i++) {
		free(group->member[i].written);
		mbsyncrc_words_free(&group->member[i].boxes);
	}
	free(group->member);
	free(group->name);
	free(group);
}

void mbsyncrc_free(struct mbsyncrc *rc)
{
	if (rc == NULL)
		return;
	for (size_t i = 0; i < rc->stores; i++)
		mbsyncrc_store_free(rc->store[i]);
	for (size_t i = 0; i < rc->accounts; i++)
		mbsyncrc_account_free(rc->account[i]);
	for (size_t i = 0; i < rc->channels; i++)
		channel_free(rc->channel[i]);
	for (size_t i = 0; i < rc->groups; i++)
		group_free(rc->group[i]);
	free(rc->store);
	free(rc->account);
	free(rc->channel);
	free(rc->group);
	free(rc);
}

/* --- questions --- */
