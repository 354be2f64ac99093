#include "mbsyncrc_options.h"

#include <strings.h>

/* The kinds of changes; 1.5 renamed some, and takes the old names, too. */
static const struct kind {
	const char *name;
	unsigned bit;
	bool is_new; /* since 1.5 */
} kinds[] = {
	{ "New", 1, false }, { "ReNew", 2, false }, { "Upgrade", 2, true }, { "Delete", 4, false },
	{ "Gone", 4, true }, { "Flags", 8, false }, { "Old", 16, true },
};
enum { KIND_OLD = 16, KIND_FULL = 32 };

static unsigned find_kind(const char *word, enum mbsync_version version)
{
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		if (strcasecmp(word, kinds[i].name) == 0 &&
		    (!kinds[i].is_new || version != MBSYNC_1_4))
			return kinds[i].bit;
	}
	return 0;
}

/* PullNew and the like. */
static unsigned find_half(const char *word, const char *way, enum mbsync_version version)
{
	if (strncasecmp(word, way, 4) != 0)
		return 0;
	if (version != MBSYNC_1_4 && strcasecmp(word + 4, "Full") == 0)
		return KIND_FULL;
	return find_kind(word + 4, version);
}

static bool read_sync_word(struct mbsyncrc_options *options, const char *word,
                           enum mbsync_version version)
{
	unsigned kind = find_kind(word, version), pull = find_half(word, "Pull", version),
		 push = find_half(word, "Push", version);

	options->kinds |= kind;
	options->pull |= pull;
	options->push |= push;
	if (strcasecmp(word, "Pull") == 0)
		options->only_pull = true;
	else if (strcasecmp(word, "Push") == 0)
		options->only_push = true;
	else if (strcasecmp(word, "Full") == 0 || strcasecmp(word, "All") == 0)
		options->kinds |= KIND_FULL;
	else if (strcasecmp(word, "None") == 0 || strcasecmp(word, "Noop") == 0)
		options->none = true;
	else
		return (kind | pull | push) != 0;
	return true;
}

static void read_sync(struct mbsyncrc_reader *reader, struct mbsyncrc_options *options)
{
	for (const char *word = reader->value; word != NULL; word = mbsyncrc_word(reader)) {
		if (!read_sync_word(options, word, reader->place->version))
			mbsyncrc_refuse(reader, "Sync %s: mbsync knows no such changes", word);
	}
}

static void read_sides(struct mbsyncrc_reader *reader, struct mbsyncrc_sides *sides)
{
	for (const char *word = reader->value; word != NULL; word = mbsyncrc_word(reader)) {
		if (strcasecmp(word, "Both") == 0)
			sides->both = true;
		else if (strcasecmp(word, "Far") == 0 || strcasecmp(word, "Near") == 0 ||
		         strcasecmp(word, "Master") == 0 || strcasecmp(word, "Slave") == 0)
			sides->one = true;
		else if (strcasecmp(word, "None") == 0)
			sides->none = true;
		else
			mbsyncrc_refuse(reader, "%s %s: None, Far, Near or Both", reader->keyword,
			                word);
	}
}

static bool read_both_sides(struct mbsyncrc_reader *reader, struct mbsyncrc_options *options)
{
	static const char *const keywords[] = { "Create", "Remove", "Expunge", "ExpungeSolo" };
	size_t count = reader->place->version == MBSYNC_1_4 ? 3 : 4;

	for (size_t i = 0; i < count; i++) {
		if (!mbsyncrc_keyword(reader, keywords[i]))
			continue;
		read_sides(reader, &options->sides[i]);
		return true;
	}
	return false;
}

static void read_expire_side(struct mbsyncrc_reader *reader)
{
	if (!mbsyncrc_value(reader, "Far") && !mbsyncrc_value(reader, "Near"))
		mbsyncrc_refuse(reader, "ExpireSide %s: Far or Near", reader->value);
}

bool mbsyncrc_options_read(struct mbsyncrc_reader *reader, struct mbsyncrc_options *options)
{
	if (mbsyncrc_keyword(reader, "Sync"))
		read_sync(reader, options);
	else if (mbsyncrc_keyword(reader, "CopyArrivalDate") ||
	         mbsyncrc_keyword(reader, "ExpireUnread"))
		mbsyncrc_read_bool(reader);
	else if (mbsyncrc_keyword(reader, "MaxMessages"))
		mbsyncrc_read_number(reader);
	else if (reader->place->version != MBSYNC_1_4 && mbsyncrc_keyword(reader, "ExpireSide"))
		read_expire_side(reader);
	else if (!mbsyncrc_keyword(reader, "SyncState"))
		return read_both_sides(reader, options);
	return true;
}

/* --- which of them go together --- */

/* One way of 1.4, where Full stands for Pull Push. */
static bool sync_clashes_1_4(const struct mbsyncrc_options *options)
{
	bool full = (options->kinds & KIND_FULL) != 0;
	unsigned kind = options->kinds & ~(unsigned)KIND_FULL, half = options->pull | options->push;

	if (half == 0)
		return false;
	return (half & kind) != 0 ||
	       ((options->only_pull || full) && (options->pull | kind) != 0) ||
	       ((options->only_push || full) && (options->push | kind) != 0);
}

static bool sync_clashes_1_5(const struct mbsyncrc_options *options)
{
	unsigned kind = options->kinds, half = options->pull | options->push;
	bool way = options->only_pull || options->only_push;

	if (options->none)
		return way || (kind | half) != 0;
	if (half == 0)
		return false;
	if (kind != 0 && (way || (half & kind) != 0 || ((half | kind) & KIND_FULL) != 0))
		return true;
	return (options->only_pull && options->only_push) ||
	       (options->only_pull && (options->pull & ~(unsigned)KIND_OLD) != 0) ||
	       (options->only_push && (options->push & ~(unsigned)KIND_OLD) != 0);
}

const char *mbsyncrc_options_fault(const struct mbsyncrc_options *options,
                                   enum mbsync_version version)
{
	if (version == MBSYNC_1_4 ? sync_clashes_1_4(options) : sync_clashes_1_5(options))
		return "what Sync says clashes, or says a thing twice";
	for (size_t i = 0; i < sizeof options->sides / sizeof *options->sides; i++) {
		const struct mbsyncrc_sides *sides = &options->sides[i];

		if ((sides->both && sides->one) ||
		    (version != MBSYNC_1_4 && sides->none && (sides->both || sides->one)))
			return "of Create, Remove or Expunge, None or Both stands beside another "
			       "side";
	}
	return NULL;
}
