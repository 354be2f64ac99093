#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "config.h"
#include "duration.h"
#include "invocation.h"
#include "memory.h"
#include "shell.h"
#include "value.h"
#include "wildcard.h"

struct check {
	const char *name;       /* the file's */
	const struct config_statement *statement;
	const struct config_statement *store;   /* that the statement stands in */
	bool elsewhere;         /* programs are looked for in a way that we do not know */
	config_find *find;
	config_complain *warn;
	void *context;
};

__attribute__((format(printf, 2, 3)))
static void warn(struct check *check, const char *format, ...)
{
	char text[EXECUTABLE_ROOM + 200], *whole;
	va_list list;

	va_start(list, format);
	vsnprintf(text, sizeof text, format, list);
	va_end(list);
	whole = memory_format("%s:%u: %s: %s", check->name, check->statement->line,
	                      check->statement->setting->name, text);
	check->warn(check->context, whole);
	free(whole);
}

/* --- words --- */

static void warn_of_word(struct check *check, const struct word *word, enum shell_meaning meaning)
{
	switch (meaning) {
	case SHELL_NOTHING:
		break;
	case SHELL_HOME:
		warn(check, "%.80s: ~ stands for itself, there is no shell: write the whole path",
		     word->text);
		break;
	case SHELL_VALUE:
		warn(check, "%.80s: nothing is put in its place, there is no shell: write what is "
		     "meant, or run it by sh -c \"...\"", word->text);
		break;
	case SHELL_QUOTE:
		warn(check, "%.80s: a single quote is an ordinary character and encloses nothing: "
		     "use double quotes", word->text);
		break;
	case SHELL_OPERATOR:
		warn(check, "%.80s: it is passed on as it is, there is no shell: run it by "
		     "sh -c \"...\", or put it in double quotes if it is meant so", word->text);
		break;
	}
}

static void check_word(struct check *check, const struct word *word)
{
	warn_of_word(check, word, shell_meaning(word));
}

/* A word where nothing but this one meaning is wrong. */
static void check_word_for(struct check *check, const struct word *word, enum shell_meaning wrong)
{
	if (shell_meaning(word) == wrong)
		warn_of_word(check, word, wrong);
}

/* --- commands --- */

/* What stands where a program does: a mistaken word, or a program to look for. */
static void check_program(struct check *check, const struct word *word)
{
	char room[EXECUTABLE_ROOM];
	const char *fault;

	if (shell_meaning(word) != SHELL_NOTHING) {
		check_word(check, word);
		return;
	}
	fault = check->elsewhere ? NULL : check->find(check->context, word->text, room);
	if (fault != NULL)
		warn(check, "%s%s", fault, strchr(word->text, '/') != NULL
		     ? "" : ": install it, or write its whole path");
}

/* A value that an option has in the next word, or in its own: its reader may know ~ or patterns. */
static void check_value(struct check *check, const struct invocation *invocation, char letter,
                        const struct word *word)
{
	bool is_pattern = invocation->reader == READER_WATCHER && letter == 'x';
	bool is_ssh = invocation->reader == READER_REMOTE;

	if (is_pattern || (is_ssh && letter == 'o')) /* ssh_config(5) has ~ and ${} of its own */
		check_word_for(check, word, SHELL_QUOTE);
	else if (!(is_ssh && (letter == 'i' || letter == 'S') && word->text[0] == '~'))
		check_word(check, word);
}

/* The options behind a program; returns the words that they are. */
static size_t check_options(struct check *check, const struct invocation *invocation,
                            const struct word *words, size_t count)
{
	struct invocation_option option;
	size_t i = 0;

	while (i < count && invocation_option(invocation, words[i].text, &option)) {
		i += option.length <= count - i ? option.length : count - i;
		if (option.is_last)
			break;
		check_value(check, invocation, option.letter, &words[i - 1]);
	}
	return i;
}

/* A shell reads what is behind -c itself; a quote that it will not find closed is not its own. */
static size_t check_shell(struct check *check, const struct invocation *invocation,
                          const struct word *words, size_t count)
{
	size_t i = 0, length = check_options(check, invocation, words, count);

	while (i < length && !invocation_is_script_option(words[i].text))
		i++;
	if (i == length)
		return length;
	if (length < count && words[length].text[0] == '\'' &&
	    strchr(words[length].text + 1, '\'') == NULL)
		warn_of_word(check, &words[length], SHELL_QUOTE);
	return count;
}

/* What stands between a wrapper and its program; with another PATH nothing is known of that. */
static size_t check_wrapper(struct check *check, const struct invocation *invocation,
                            const struct word *words, size_t count)
{
	size_t first = check_options(check, invocation, words, count), i = first;

	for (; i < count && invocation_is_operand(invocation, words[i].text, i - first); i++) {
		check_word(check, &words[i]);
		check->elsewhere |= invocation->assigns && strncmp(words[i].text, "PATH=", 5) == 0;
	}
	check->elsewhere |= invocation->elsewhere || (invocation->assigns && first > 0);
	return i;
}

static void check_command(struct check *check, const struct word *words, size_t count);

/* Whether a shell that stands in the first word is given a script by -c. */
static bool is_script(const struct word *words, size_t count)
{
	for (size_t i = 1; i < count && words[i].text[0] == '-'; i++)
		if (invocation_is_script_option(words[i].text))
			return true;
	return false;
}

/* The arguments of a program that nothing is known of: it may run a shell or ssh, too. */
static void check_arguments(struct check *check, const struct word *words, size_t count)
{
	for (; count > 0; words++, count--) {
		enum invocation_reader reader = invocation_find(words->text)->reader;

		if (reader == READER_REMOTE || reader == READER_WATCHER ||
		    (reader == READER_SHELL && is_script(words, count))) {
			check->elsewhere = true;
			check_command(check, words, count);
			return;
		}
		check_word(check, words);
	}
}

/* A program and all behind it. */
static void check_command(struct check *check, const struct word *words, size_t count)
{
	const struct invocation *invocation;
	size_t used;

	while (count > 0) {
		invocation = invocation_find(words->text);
		check_program(check, words++);
		count--;
		switch (invocation->reader) {
		case READER_SHELL:
			used = check_shell(check, invocation, words, count);
			check_arguments(check, words + used, count - used);
			return;
		case READER_REMOTE:
			used = check_options(check, invocation, words, count);
			if (used < count)
				check_word(check, &words[used]);
			return;
		case READER_WRAPPER:
			used = count > 0 ? check_wrapper(check, invocation, words, count) : 0;
			words += used;
			count -= used;
			if (count > 0 && words->text[0] == '-')
				return; /* flock FILE -c SCRIPT */
			break;
		case READER_WATCHER:
			used = check_options(check, invocation, words, count);
			check_arguments(check, words + used, count - used);
			return;
		case READER_PLAIN:
			check_arguments(check, words, count);
			return;
		}
	}
}

/* --- statements --- */

static bool is_same_command(const struct words *one, const struct words *other)
{
	if (one->count != other->count)
		return false;
	for (size_t i = 0; i < one->count; i++)
		if (strcmp(one->list[i].text, other->list[i].text) != 0)
			return false;
	return true;
}

/* Whether a store before this one has the same watcher: all changes would come twice. */
static void check_watch_is_new(struct check *check, const struct config *config)
{
	const struct config_statement *one = config->statements, *store = NULL;

	for (; one != check->statement; one++) {
		if (one->setting->kind == KIND_STORES)
			store = one;
		if (one->setting != check->statement->setting || store == NULL ||
		    !is_same_command(&one->words, &check->statement->words))
			continue;
		warn(check, "stores %.80s and %.80s have the same command, see line %u: each store "
		     "needs a watcher of its own mailstore", store->words.list[0].text,
		     check->store->words.list[0].text, one->line);
		return;
	}
}

/* Whether a word holds the name: all that ssh runs may be one. */
static bool is_mentioned(char *const *words, const char *name)
{
	while (*words != NULL && strstr(*words, name) == NULL)
		words++;
	return *words != NULL;
}

/* A watcher on another host that nothing there ends with its connection. */
static void check_remote_watcher(struct check *check, char *const *word)
{
	static const char *const watchers[] = { "watch_maildirs", "watch_mboxes" };

	while (*word != NULL && invocation_find(*word)->reader != READER_REMOTE)
		word++;
	for (size_t i = 0; *word != NULL && i < sizeof watchers / sizeof *watchers; i++)
		if (is_mentioned(word + 1, watchers[i]) && !is_mentioned(word + 1, "inputkill"))
			warn(check, "%s may outlive its connection: put inputkill in front of it",
			     watchers[i]);
}

/* inputkill that ends a watcher which is well, as it reads nothing. */
static void check_heartbeat(struct check *check, const struct config_store *store)
{
	char *const *inputkill = invocation_search(store->watch, "inputkill");
	const char *limit = inputkill != NULL ? invocation_value(inputkill, 't') : NULL;
	clock_ms span;

	if (limit == NULL || duration_parse(limit, &span) != NULL ||
	    (store->heartbeat > 0 && store->heartbeat < span))
		return;
	warn(check, "inputkill -t %.80s: it ends the watcher again and again: add a `heartbeat` "
	     "of a third of that to its block", limit);
}

static void check_watch(struct check *check, const struct config *config)
{
	const char *name = check->store->words.list[0].text;

	check_watch_is_new(check, config);
	for (size_t i = 0; i < config->store_count; i++) {
		if (strcmp(config->stores[i].name, name) != 0)
			continue;
		check_remote_watcher(check, config->stores[i].watch);
		check_heartbeat(check, &config->stores[i]);
	}
}

/* Whether the word is this option of mbsync's, perhaps among others; -D has letters of its own. */
static bool is_option(const char *word, char letter, const char *name)
{
	if (word[0] == '-' && word[1] == '-')
		return strcmp(word + 2, name) == 0;
	return word[0] == '-' && word[1] != 'D' && strchr(word, letter) != NULL;
}

/* What mbsync is given at each run, before the mailboxes that have changed. */
static void check_mbsync(struct check *check, const struct config *config)
{
	char *const *word = invocation_search(config->sync, "mbsync");

	if (word == NULL)
		return;
	if (config->channel == NULL && config->prefix == NULL)
		warn(check, "mbsync knows mailboxes by their channels: add `channel NAME`");
	for (word++; *word != NULL; word++) {
		if (is_option(*word, 'a', "all"))
			warn(check, "%.80s: mbsync syncs everything whenever anything has changed",
			     *word);
		else if (is_option(*word, 'c', "config") && word[1] != NULL)
			word++;
		else if ((*word)[0] != '-')
			warn(check,
			     "%.80s: it is synced as a whole whenever anything has changed: "
			     "channels are added behind, by themselves",
			     *word);
	}
}

/* Characters may be any, but quotes around them are no part of the set. */
static void check_characters(struct check *check, const struct word *word)
{
	size_t length = strlen(word->text);

	if (length > 2 && word->text[length - 1] == '\'')
		check_word_for(check, word, SHELL_QUOTE);
}

/* Mail that nobody is told of is not what wildcards are for. */
static void check_ignored(struct check *check, const struct words *words)
{
	for (size_t i = 0; i < words->count; i++) {
		const char *pattern = words->list[i].pattern;

		if (pattern != NULL && wildcard_matches(pattern, "INBOX"))
			warn(check, "%.80s: INBOX is one of these: new mail there is not acted on",
			     words->list[i].text);
	}
}

static void check_statement(struct check *check, const struct config *config)
{
	const struct words *words = &check->statement->words;

	check->elsewhere = false;
	switch (check->statement->setting->kind) {
	case KIND_STORES:
		check->store = check->statement;
		check_word(check, &words->list[0]);
		break;
	case KIND_COMMAND:
		check_command(check, words->list, words->count);
		if (check->store != NULL && check->statement->setting->scope == SCOPE_STORE)
			check_watch(check, config);
		else if (strcmp(check->statement->setting->name, "sync") == 0)
			check_mbsync(check, config);
		break;
	case KIND_CHANNEL:
		for (size_t i = 0; i < words->count; i++)
			check_word(check, &words->list[i]);
		break;
	case KIND_PAIR:
		check_word(check, &words->list[0]);
		check_word_for(check, &words->list[1], SHELL_QUOTE);
		break;
	case KIND_MAILBOXES: check_ignored(check, words); break;
	case KIND_CHARACTERS:
		check_characters(check, &words->list[0]);
		break;
	default:
		break;
	}
}

void config_check(const struct config *config, const char *name, config_find *find,
                  config_complain *warn_to, void *context)
{
	struct check check = { .name = name, .find = find, .warn = warn_to, .context = context };

	for (size_t i = 0; i < config->statement_count; i++) {
		check.statement = &config->statements[i];
		if (check.statement->line != 0) /* a default has none */
			check_statement(&check, config);
	}
}

bool config_is_open_to_others(mode_t mode, uid_t owner, uid_t self)
{
	return (mode & (S_IWGRP | S_IWOTH)) != 0 || (owner != self && owner != 0);
}
