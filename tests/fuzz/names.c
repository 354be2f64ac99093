/* What a watcher reports, down to the syncer's arguments and to what is shown of them. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lines.h"
#include "mbsyncrc_parse.h"
#include "message.h"
#include "mswatch/arguments.h"
#include "mswatch/gate.h"
#include "mswatch/quoting.h"

static char sync_word[] = "sync";
static char *command[] = { sync_word, NULL };

/* Takes the quotes away as a shell does; each word ends with a NUL then.  Returns the length. */
static size_t unquote(const char *text, char *words)
{
	const char *begin = words;
	bool quoted = false;

	for (; *text != '\0'; text++) {
		if (*text == '\'')
			quoted = !quoted;
		else if (quoted)
			*words++ = *text;
		else if (*text == ' ')
			*words++ = '\0';
		else if (*text == '\\')
			*words++ = *++text;
		else if (strchr("\t\n\"$`&|;<>()*?[]{}~#!", *text) != NULL)
			abort();
		else
			*words++ = *text;
	}
	*words++ = '\0';
	return (size_t)(words - begin);
}

static void check_quotes(const char *shown, char *const argv[])
{
	char *words = malloc(strlen(shown) + 1), *at = words;
	size_t length = unquote(shown, words);

	for (; *argv != NULL; at += strlen(at) + 1, argv++)
		if (at >= words + length || strcmp(at, *argv) != 0)
			abort();
	if (at != words + length)
		abort();
	free(words);
}

static void check_harmless(const char *shown)
{
	for (; *shown != '\0'; shown++) {
		unsigned char byte = (unsigned char)*shown;

		if ((byte < ' ' && byte != '\n' && byte != '\t') || byte == 0x7f ||
		    (byte == 0xc2 && (unsigned char)shown[1] < 0xa0))
			abort();
	}
}

/* One mailbox: an argument of its own, never an option, unchanged behind the prefix. */
static void check_argument(const struct config *config, const char *name, char *const argv[])
{
	size_t prefix = config->prefix != NULL ? strlen(config->prefix) : 0;
	size_t joint = config->prefix != NULL ? strlen(config->separator) : 0;

	if (strcmp(argv[0], command[0]) != 0 || argv[1] == NULL || argv[2] != NULL ||
	    argv[1][0] == '-' || strcmp(argv[1] + prefix + joint, name) != 0 ||
	    (prefix > 0 && strncmp(argv[1], config->prefix, prefix) != 0))
		abort();
}

/* Only what the gate lets through by its name is the syncer's to take. */
static void give(void *context, const char *line, clock_ms inter_delay)
{
	const struct config *config = context;
	char **argv, *text, *shown;

	(void)inter_delay;
	if (line[0] == '\0')
		return;
	argv = arguments_new(config, command, false, &line, 1);
	check_argument(config, line, argv);
	text = quoting_format(argv);
	check_quotes(text, argv);
	shown = message_escape(text, strlen(text));
	check_harmless(shown);
	free(shown);
	free(text);
	free(argv);
}

/* --- with the setting channel --- */

static const char file[] =
	"IMAPStore server\nHost h\n\nMaildirStore local\nPath ~/M/\nFlatten .\nInbox ~/M/INBOX\n\n"
	"MaildirStore plain\nPath ~/P/\nSubFolders Verbatim\n\n"
	"Channel work\nFar :server:\nNear :local:\nPatterns * !Spam%\n\n"
	"Channel sent\nFar :server:\nNear :plain:x/\nPatterns *\n\nGroup all work sent\n";

static char channel[] = "all";

/* What "all" means; it is read once. */
static const struct mbsyncsubject *find_subject(void)
{
	static struct mbsyncsubject subject;
	const struct mbsyncrc_place place = { .file = "rc", .home = "/h", .version = MBSYNC_1_5 };

	if (subject.rc == NULL &&
	    !mbsyncsubject_find(&subject, mbsyncrc_parse(&place, file, sizeof file - 1, NULL, NULL),
	                        channel))
		abort();
	return &subject;
}

static void take(void *context, const char *line, size_t length, bool whole)
{
	const struct config *config = context;
	const struct mbsyncsubject *subject = config->channel != NULL ? find_subject() : NULL;
	const struct gate gate = { .config = config, .subject = subject };

	if (!whole || length == 0)
		return;
	(void)gate_ask(&gate, subject != NULL ? subject->rc->store[*line & 1] : NULL, line, give,
	               context);
}

/* How the syncer is given names, then what a watcher prints. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count)
{
	static char none[] = "", chan[] = "chan", colon[] = ":", unspeakable[] = ",;";
	static const struct config ways[] = {
		{ .unspeakable = none },
		{ .unspeakable = unspeakable },
		{ .unspeakable = none, .prefix = chan, .separator = colon },
		{ .unspeakable = none, .prefix = none, .separator = none },
		{ .unspeakable = unspeakable, .channel = channel, .sync = command },
	};
	static struct lines lines;
	struct config config;

	if (count == 0)
		return 0;
	config = ways[bytes[0] % 5];
	lines_reset(&lines);
	lines_feed(&lines, (const char *)bytes + 1, count - 1, take, &config);
	return 0;
}
