#include <stdio.h>
#include <string.h>

#include "duration.h"
#include "memory.h"
#include "parse.h"

/* max_pending: more names than this are no help to anybody. */
#define PENDING_MAX 1000000
#define PENDING_MAX_TEXT "1000000"

static void complain_value(struct parse *parse, const char *name, const char *text,
                           const char *why)
{
	parse_complain(parse, parse->line, "%s %.80s: %s", name, text[0] != '\0' ? text : "\"\"",
	               why);
}

static bool read_time(struct parse *parse, const char *name, const char *text, clock_ms *time)
{
	const char *why = duration_parse(text, time);

	if (why != NULL)
		complain_value(parse, name, text, why);
	return why == NULL;
}

/* A setting that is a time and nothing else. */
static void read_one_time(struct parse *parse, const char *name, const struct word *arguments,
                          size_t count, clock_ms *time)
{
	if (count == 0)
		parse_complain(parse, parse->line, "%s: a time is missing: for example %s 90s",
		               name, name);
	else if (count > 1)
		parse_complain(parse, parse->line,
		               "%s: %zu words, one time is expected: for example %s 90s",
		               name, count, name);
	else
		read_time(parse, name, arguments[0].text, time);
}

static void read_hook_timeout(struct parse *parse, const char *name,
                              const struct word *arguments, size_t count)
{
	clock_ms time = -1;

	read_one_time(parse, name, arguments, count, &time);
	if (time == 0)
		complain_value(parse, name, arguments[0].text,
		               "a hook needs some time: give more than 0");
	else if (time > 0)
		parse->config->hook_timeout = time;
}

static bool mailbox_is_named(struct parse *parse, const char *name, const struct word *mailbox)
{
	if (mailbox->text[0] != '\0')
		return true;
	parse_complain(parse, parse->line, "%s: an empty mailbox name: give a name, such as INBOX",
	               name);
	return false;
}

static void add_delay(struct parse *parse, const char *mailbox, clock_ms delay)
{
	parse->delays = memory_grow(parse->delays, &parse->delay_room, parse->delay_count + 1,
	                            sizeof *parse->delays);
	parse->delays[parse->delay_count] = (struct parse_delay){
		.delay = { .mailbox = memory_copy(mailbox), .delay = delay },
		.line = parse->line,
		.order = parse->delay_count,
	};
	parse->delay_count++;
}

static void read_inter_delay(struct parse *parse, const char *name,
                             const struct word *arguments, size_t count)
{
	clock_ms delay;

	if (count <= 1) {
		read_one_time(parse, name, arguments, count, &parse->config->inter_delay);
		return;
	}
	if (!read_time(parse, name, arguments[0].text, &delay))
		return;
	for (size_t i = 1; i < count; i++)
		if (mailbox_is_named(parse, name, &arguments[i]))
			add_delay(parse, arguments[i].text, delay);
}

static void read_ignore(struct parse *parse, const char *name, const struct word *arguments,
                        size_t count)
{
	struct config *config = parse->config;

	if (count == 0)
		parse_complain(parse, parse->line,
		               "%s: a mailbox is missing: for example %s drafts trash", name, name);
	for (size_t i = 0; i < count; i++) {
		if (!mailbox_is_named(parse, name, &arguments[i]))
			continue;
		config->ignored = memory_grow(config->ignored, &parse->ignored_room,
		                              config->ignored_count + 1, sizeof *config->ignored);
		config->ignored[config->ignored_count++] = memory_copy(arguments[i].text);
	}
}

static void read_command(struct parse *parse, const char *name, const struct word *arguments,
                         size_t count, char ***command)
{
	if (count == 0 || arguments[0].text[0] == '\0') {
		parse_complain(parse, parse->line, "%s: the program is missing: %s PROGRAM ARGS...",
		               name, name);
		return;
	}
	*command = memory_new(count + 1, sizeof **command);
	for (size_t i = 0; i < count; i++)
		(*command)[i] = memory_copy(arguments[i].text);
}

static void read_prefix(struct parse *parse, const char *name, const struct word *arguments,
                        size_t count)
{
	if (count != 2) {
		parse_complain(parse, parse->line,
		               "%s: PREFIX and SEPARATOR are expected, two words: "
		               "for example %s mydomain :", name, name);
		return;
	}
	parse->config->prefix = memory_copy(arguments[0].text);
	parse->config->separator = memory_copy(arguments[1].text);
}

static void read_unspeakable(struct parse *parse, const char *name,
                             const struct word *arguments, size_t count)
{
	if (count != 1) {
		parse_complain(parse, parse->line,
		               "%s: all characters are expected in one word: "
		               "for example %s \",;\"", name, name);
		return;
	}
	for (const char *c = arguments[0].text; *c != '\0'; c++) {
		if (*c & 0x80) {
			complain_value(parse, name, arguments[0].text,
			               "only ASCII characters can be given");
			return;
		}
	}
	parse->config->unspeakable = memory_copy(arguments[0].text);
}

static void read_max_pending(struct parse *parse, const char *name,
                             const struct word *arguments, size_t count)
{
	size_t number = 0;
	const char *digit = count == 1 ? arguments[0].text : "";

	for (; *digit >= '0' && *digit <= '9' && number <= PENDING_MAX; digit++)
		number = number * 10 + (size_t)(*digit - '0');
	if (count == 1 && *digit == '\0' && number >= 1 && number <= PENDING_MAX)
		parse->config->max_pending = number;
	else if (count == 1)
		complain_value(parse, name, arguments[0].text,
		               "not a whole number from 1 to " PENDING_MAX_TEXT);
	else
		parse_complain(parse, parse->line, "%s: one number is expected: for example %s 10000",
		               name, name);
}

/* NAME, NAME yes or NAME no; returns whether it could be read. */
static bool read_answer(struct parse *parse, const char *name, const struct word *arguments,
                        size_t count, bool *answer)
{
	const char *text = count == 0 ? "yes" : arguments[0].text;
	char hint[80];

	*answer = strcmp(text, "yes") == 0;
	if (count <= 1 && (*answer || strcmp(text, "no") == 0))
		return true;
	snprintf(hint, sizeof hint, "write %s or %s no, on a line of its own", name, name);
	complain_value(parse, name, text, hint);
	return false;
}

static void read_remote(struct parse *parse, const char *name, const struct word *arguments,
                        size_t count)
{
	bool answer;

	if (read_answer(parse, name, arguments, count, &answer))
		parse_store(parse)->remote = answer ? CONFIG_REMOTE_YES : CONFIG_REMOTE_NO;
}

static void read_required(struct parse *parse, const char *name, const struct word *arguments,
                          size_t count)
{
	bool answer;

	if (read_answer(parse, name, arguments, count, &answer))
		parse_store(parse)->required = answer;
}

/* Whether the statement may stand here; notes that it did. */
static bool setting_is_first(struct parse *parse, enum keyword keyword, size_t count)
{
	unsigned first = parse->set[keyword];

	if (keyword == KEYWORD_IGNORE || (keyword == KEYWORD_INTER_DELAY && count > 1))
		return true;
	if (first == 0)
		parse->set[keyword] = parse->line;
	else if (keyword == KEYWORD_WATCH)
		parse_complain(parse, parse->line,
		               "watch: this store has one in line %u already: "
		               "give each watcher a store of its own", first);
	else
		parse_complain(parse, parse->line, "%s: set in line %u already: keep one of the two",
		               keyword_name(keyword), first);
	return first == 0;
}

/* Where a setting that is one time is kept; NULL: it is something else. */
static clock_ms *find_time(const struct parse *parse, enum keyword keyword)
{
	struct config *config = parse->config;

	switch (keyword) {
	case KEYWORD_BASE_DELAY: return &config->base_delay;
	case KEYWORD_MAX_DELAY: return &config->max_delay;
	case KEYWORD_POLL_PERIOD: return &config->poll_period;
	case KEYWORD_RESUME_AFTER: return &config->resume_after;
	case KEYWORD_HEARTBEAT: return &parse_store(parse)->heartbeat;
	default: return NULL;
	}
}

/* Where a setting that is a command is kept; NULL: it is something else. */
static char ***find_command(const struct parse *parse, enum keyword keyword)
{
	struct config *config = parse->config;

	switch (keyword) {
	case KEYWORD_SYNC: return &config->sync;
	case KEYWORD_ON_SUCCESS: return &config->on_success;
	case KEYWORD_ON_FAILURE: return &config->on_failure;
	case KEYWORD_WATCH: return &parse_store(parse)->watch;
	default: return NULL;
	}
}

void setting_read(struct parse *parse, enum keyword keyword, const struct word *arguments,
                  size_t count)
{
	const char *name = keyword_name(keyword);
	clock_ms *time = find_time(parse, keyword);
	char ***command = find_command(parse, keyword);

	if (!setting_is_first(parse, keyword, count))
		return;
	if (time != NULL)
		read_one_time(parse, name, arguments, count, time);
	if (command != NULL)
		read_command(parse, name, arguments, count, command);
	switch (keyword) {
	case KEYWORD_INTER_DELAY: read_inter_delay(parse, name, arguments, count); break;
	case KEYWORD_MAX_PENDING: read_max_pending(parse, name, arguments, count); break;
	case KEYWORD_IGNORE: read_ignore(parse, name, arguments, count); break;
	case KEYWORD_MAILBOX_PREFIX: read_prefix(parse, name, arguments, count); break;
	case KEYWORD_UNSPEAKABLE: read_unspeakable(parse, name, arguments, count); break;
	case KEYWORD_HOOK_TIMEOUT: read_hook_timeout(parse, name, arguments, count); break;
	case KEYWORD_REMOTE: read_remote(parse, name, arguments, count); break;
	case KEYWORD_REQUIRED: read_required(parse, name, arguments, count); break;
	default: break;
	}
}
