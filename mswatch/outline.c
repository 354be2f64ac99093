#include "outline.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "memory.h"
#include "message.h"
#include "quoting.h"
#include "sides.h"

/* A text to write into, which *text is when it is closed. */
static FILE *open_text(char **text, size_t *length)
{
	FILE *out = open_memstream(text, length);

	if (out == NULL) {
		message_error("out of memory");
		exit(1);
	}
	return out;
}

static void close_text(FILE *out)
{
	if (fclose(out) != 0)
		message_fatal(1, "out of memory");
}

/* A line of comment. */
__attribute__((format(printf, 2, 3)))
static void write_line(FILE *out, const char *format, ...)
{
	char *text = NULL, *line;
	va_list list;

	va_start(list, format);
	if (vasprintf(&text, format, list) == -1)
		message_fatal(1, "out of memory");
	va_end(list);
	line = quoting_line(text);
	fprintf(out, "# %s\n", line);
	free(line);
	free(text);
}

static char *join(const struct mbsyncrc_words *words, const char *before)
{
	char *text = NULL;
	size_t length;
	FILE *out = open_text(&text, &length);

	fputs(before, out);
	for (size_t i = 0; i < words->count; i++)
		fprintf(out, " %s", *words->word[i] != '\0' ? words->word[i] : "\"\"");
	close_text(out);
	return text;
}

/* A store in a channel, with its box: "server:lists/". */
static char *describe_end(const struct mbsyncrc_channel *channel, enum mbsyncrc_side side)
{
	const char *box = channel->box[side];

	if (channel->store[side] == NULL)
		return memory_copy("none");
	return memory_format("%s%s%s", channel->store[side]->name, *box != '\0' ? ":" : "", box);
}

static void write_channel(FILE *out, const struct mbsyncrc_channel *channel,
                          const struct mbsyncrc_member *member)
{
	char *far, *near, *which;

	if (channel == NULL) {
		write_line(out, "  %s: there is no such channel", member->written);
		return;
	}
	far = describe_end(channel, MBSYNCRC_FAR);
	near = describe_end(channel, MBSYNCRC_NEAR);
	if (member != NULL && member->chosen)
		which = join(&member->boxes, "only");
	else if (channel->patterns_line != 0)
		which = join(&channel->patterns, "Patterns");
	else
		which = memory_copy("one mailbox");
	write_line(out, "  channel %s: far %s, near %s, %s", channel->name, far, near, which);
	free(which);
	free(near);
	free(far);
}

static char *describe_imap(const struct mbsyncrc_store *store)
{
	const struct mbsyncrc_account *account = store->account;

	if (account != NULL && account->host != NULL)
		return memory_format("IMAP at %s", account->host);
	return memory_copy(account != NULL && account->tunnel != NULL ? "IMAP by a Tunnel"
	                                                              : "IMAP");
}

static void write_store(FILE *out, const struct config_store *ours,
                        const struct mbsyncsubject *what, const struct mbsyncrc_store *store)
{
	char *place;

	if (store->imap)
		place = describe_imap(store);
	else if (store->path != NULL)
		place = memory_format("Maildir %s, Inbox %s", store->path, store->inbox);
	else
		place = memory_format("Maildir, Inbox %s", store->inbox);
	write_line(out, "  store %s: the %s store %s, %s", ours->name, sides_name(what, store),
	           store->name, place);
	free(place);
}

static const char *version_word(const struct subject *subject)
{
	if (!subject->known)
		return "of an unknown version";
	return subject->rc->version == MBSYNC_1_4 ? "1.4" : "1.5 or later";
}

char *outline_format(const struct subject *subject, const struct config *config)
{
	const struct mbsyncsubject *what = &subject->what;
	const struct mbsyncrc_member *member;
	char *text = NULL;
	size_t length;
	FILE *out = open_text(&text, &length);

	write_line(out, "%s %s of %s, as mbsync %s reads it:",
	           what->group != NULL ? "group" : "channel", what->name, subject->file,
	           version_word(subject));
	for (size_t i = 0; i < mbsyncsubject_count(what); i++) {
		const struct mbsyncrc_channel *channel = mbsyncsubject_channel(what, i, &member);

		write_channel(out, channel, member);
	}
	for (size_t i = 0; i < config->store_count; i++)
		write_store(out, &config->stores[i], what, subject->store[i]);
	close_text(out);
	return text;
}
