#include "subject.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "executable.h"
#include "guess.h"
#include "invocation.h"
#include "mbsyncfile.h"
#include "mbsyncrc_parse.h"
#include "mbsyncversion.h"
#include "memory.h"
#include "message.h"
#include "names.h"
#include "sides.h"

#define MBSYNC "mbsync"

/* How a subject is read. */
struct reading {
	const struct config *config;
	const char *name;               /* of config's file */
	bool thorough;
	char *const *mbsync;            /* in sync, from its first word on; NULL: it is not there */
	enum mbsync_version version;
	struct subject *subject;
};

/* --- mbsync, as sync runs it --- */

char *const *subject_mbsync(char *const *words)
{
	while (words != NULL && *words != NULL) {
		const struct invocation *invocation = invocation_find(*words);

		if (strcmp(invocation_name(*words), MBSYNC) == 0)
			return words;
		words = invocation->reader == READER_WRAPPER ? invocation_behind(invocation, words)
		                                             : NULL;
	}
	return NULL;
}

/* The FILE of -c FILE, --config FILE or --config=FILE, which mbsync takes before channels; or NULL.
 */
static const char *find_file(char *const *mbsync)
{
	for (; mbsync != NULL && *mbsync != NULL; mbsync++) {
		const char *word = *mbsync;

		if (strncmp(word, "--config=", 9) == 0)
			return word + 9;
		if (strcmp(word, "--config") == 0 ||
		    (word[0] == '-' && word[1] != '-' && strchr(word, 'c') != NULL))
			return mbsync[1];
	}
	return NULL;
}

static void ask_version(struct reading *reading)
{
	char room[EXECUTABLE_ROOM];
	const char *why = mbsyncversion_ask(reading->mbsync != NULL ? *reading->mbsync : MBSYNC,
	                                    &reading->version, room);

	reading->subject->known = why == NULL;
	if (why == NULL)
		return;
	reading->version = MBSYNC_1_5;
	message_error("%s: which version of mbsync it is, and so the encoding of its names, is not "
	              "known: mailboxes with an & or a letter that is not ASCII mean all", why);
}

/* --- its file --- */

__attribute__((format(printf, 3, 4)))
static void complain(const struct reading *reading, unsigned line, const char *format, ...)
{
	va_list list;
	char *what = NULL;

	va_start(list, format);
	if (vasprintf(&what, format, list) == -1)
		message_fatal(1, "out of memory");
	va_end(list);
	message_error("%s:%u: %s", reading->name, line, what);
	free(what);
}

static bool is_there(const char *file)
{
	return access(file, F_OK) == 0;
}

/* The file that mbsync takes by itself; NULL, told: that is not known. */
static char *default_file(const struct reading *reading)
{
	const unsigned line = reading->config->channel_line;
	char *old = mbsyncfile_default(MBSYNC_1_4), *file = mbsyncfile_default(reading->version);

	if (file == NULL) {
		complain(reading, line, "channel: HOME is not set: name mbsync's configuration, "
		         "channel NAME FILE");
	} else if (!reading->subject->known && strcmp(old, file) != 0 && is_there(old)) {
		complain(reading, line, "channel: only the version of mbsync decides whether it "
		         "reads %s or %s: name it, channel NAME FILE", file, old);
		free(file);
		file = NULL;
	}
	free(old);
	return file;
}

static char *choose_file(const struct reading *reading)
{
	const char *given = find_file(reading->mbsync);

	if (reading->config->channel_file != NULL)
		return memory_copy(reading->config->channel_file);
	return given != NULL ? memory_copy(given) : default_file(reading);
}

static void take_problem(void *context, enum mbsyncrc_problem problem, unsigned line,
                         const char *message)
{
	const struct reading *reading = context;

	(void)line;
	if (problem != MBSYNCRC_ADVICE || reading->thorough)
		message_error("%s", message);
}

static bool read_file(struct reading *reading)
{
	struct subject *subject = reading->subject;

	subject->rc = mbsyncfile_read(subject->file, reading->version, take_problem, reading);
	if (subject->rc == NULL) {
		complain(reading, reading->config->channel_line, "channel: %s: %s%s", subject->file,
		         mbsyncfile_problem(errno),
		         subject->file[0] == '~' ? "; ~ stands for itself, there is no shell: "
		                                   "write the whole path" : "");
		return false;
	}
	if (subject->rc->refused)
		message_error("%s: mbsync refuses the file for that: no sync succeeds until it is "
		              "mended", subject->file);
	return true;
}

static void check_readable(const struct subject *subject, const struct mbsyncrc_account *account,
                           const char *option, const char *file)
{
	if (file != NULL && access(file, R_OK) == -1)
		message_error("%s:%u: %s %s: %s: mbsync refuses its configuration where it can't "
		              "read it", subject->file, account->line, option, file,
		              strerror(errno));
}

static void check_account(const struct subject *subject, const struct mbsyncrc_account *account)
{
	check_readable(subject, account, "CertificateFile", account->certificates);
	check_readable(subject, account, "ClientCertificate", account->client_certificate);
	check_readable(subject, account, "ClientKey", account->client_key);
}

static void check_certificates(const struct subject *subject)
{
	const struct mbsyncrc *rc = subject->rc;

	for (size_t i = 0; i < rc->accounts; i++)
		check_account(subject, rc->account[i]);
	for (size_t i = 0; i < rc->stores; i++)
		if (rc->store[i]->own_account)
			check_account(subject, rc->store[i]->account);
}

/* --- its channel --- */

/* The group or channel that was probably meant, or NULL. */
static const char *guess_name(const struct mbsyncrc *rc, const char *text)
{
	struct guess guess = guess_start(text);
	const char *best = NULL;

	for (size_t i = 0; i < rc->channels; i++)
		if (guess_is_nearer(&guess, rc->channel[i]->name))
			best = rc->channel[i]->name;
	for (size_t i = 0; i < rc->groups; i++)
		if (guess_is_nearer(&guess, rc->group[i]->name))
			best = rc->group[i]->name;
	return best;
}

/* The names that there are, the first few. */
static const char *list_names(const struct mbsyncrc *rc, char buffer[NAMES_ROOM])
{
	const char **names = memory_new(rc->groups + rc->channels + 1, sizeof *names);
	size_t count = 0;

	for (size_t i = 0; i < rc->groups; i++)
		names[count++] = rc->group[i]->name;
	for (size_t i = 0; i < rc->channels; i++)
		names[count++] = rc->channel[i]->name;
	names_format(names, count, buffer);
	free(names);
	return count > 0 ? buffer : "none";
}

static bool is_clear(const struct mbsyncrc_channel *channel)
{
	return channel != NULL && channel->store[MBSYNCRC_FAR] != NULL &&
	       channel->store[MBSYNCRC_NEAR] != NULL;
}

static bool is_any_clear(const struct mbsyncsubject *what)
{
	const struct mbsyncrc_member *member;

	for (size_t i = 0; i < mbsyncsubject_count(what); i++)
		if (is_clear(mbsyncsubject_channel(what, i, &member)))
			return true;
	return false;
}

static bool find_channel(const struct reading *reading)
{
	const struct config *config = reading->config;
	struct subject *subject = reading->subject;
	char room[NAMES_ROOM];
	const char *meant;

	if (!mbsyncsubject_find(&subject->what, subject->rc, config->channel)) {
		meant = guess_name(subject->rc, config->channel);
		complain(reading, config->channel_line,
		         "channel %s: no channel or group of %s: %s%s%s", config->channel,
		         subject->file, meant != NULL ? "did you mean " : "it has ",
		         meant != NULL ? meant : list_names(subject->rc, room),
		         meant != NULL ? "?" : "");
		return false;
	}
	if (is_any_clear(&subject->what))
		return true;
	complain(reading, config->channel_line, "channel %s: what it syncs is not clear in %s: it "
	         "needs a far and a near store that exist", config->channel, subject->file);
	return false;
}

/* All that are not clear are told. */
static bool find_stores(const struct reading *reading)
{
	const struct config *config = reading->config;
	struct subject *subject = reading->subject;
	bool all = true;

	subject->store = memory_new(config->store_count, sizeof *subject->store);
	for (size_t i = 0; i < config->store_count; i++) {
		unsigned line;
		char *fault;

		subject->store[i] = sides_find(config, i, &subject->what, &fault, &line);
		if (subject->store[i] != NULL)
			continue;
		complain(reading, line, "%s", fault);
		free(fault);
		all = false;
	}
	return all;
}

/* --- warnings --- */

/* Whether mbsync, as sync runs it, reads this file. */
static void check_option(const struct reading *reading)
{
	const char *given = find_file(reading->mbsync), *file = reading->config->channel_file;
	char *usual;

	if (file == NULL || reading->mbsync == NULL)
		return;
	usual = given == NULL ? mbsyncfile_default(reading->version) : memory_copy(given);
	if (usual == NULL || strcmp(usual, file) != 0)
		complain(reading, reading->config->channel_line,
		         "channel: mbsync reads %s, not %s: add -c %s to mbsync in sync",
		         usual != NULL ? usual : "another file", file, file);
	free(usual);
}

/* Whether -s says something else than /, or, by_default, says nothing. */
static bool is_separated(char *const *watcher, bool by_default)
{
	const char *separator = invocation_value(watcher, 's');

	return separator != NULL ? strcmp(separator, "/") != 0 : by_default;
}

/* What to do so that there is a / between the parts of the watcher's names; NULL: nothing. */
static const char *advise_separator(const struct config_store *store)
{
	char *const *maildirs = invocation_search(store->watch, "watch_maildirs");
	char *const *mboxes = invocation_search(store->watch, "watch_mboxes");
	const char *layout;

	if (mboxes != NULL && is_separated(mboxes, false))
		return "leave -s out of watch_mboxes";
	if (maildirs == NULL || invocation_value(maildirs, 'S') != NULL)
		return NULL;
	layout = invocation_value(maildirs, 'l');
	if (layout != NULL && strcmp(layout, "maildir++") != 0)
		return NULL;
	return is_separated(maildirs, true) ? "add -s / to watch_maildirs" : NULL;
}

/* Whether each watcher's names have the / that mbsync's have. */
static void check_separators(const struct reading *reading)
{
	for (size_t i = 0; i < reading->config->store_count; i++) {
		const struct config_store *store = &reading->config->stores[i];
		const char *advice = advise_separator(store);

		if (advice != NULL)
			complain(reading, store->line, "store %s: mbsync's names have a / between "
			         "their parts: %s", store->name, advice);
	}
}

/* The STORE of watch_imap, which options may follow; NULL: of another file, or there is none. */
static const char *find_account(char *const *watcher)
{
	const struct invocation *invocation = invocation_find(*watcher);
	struct invocation_option option = { .length = 1 };
	const char *found = NULL;

	for (watcher++; *watcher != NULL; watcher += option.length) {
		if (option.is_last || !invocation_option(invocation, *watcher, &option)) {
			found = *watcher;
			option.length = 1;
		} else if (option.letter == 'c' || (option.length > 1 && watcher[1] == NULL)) {
			return NULL;
		}
	}
	return found;
}

/* Whether what watch_imap is to watch is there. */
static void check_accounts(const struct reading *reading)
{
	const struct subject *subject = reading->subject;

	for (size_t i = 0; i < reading->config->store_count; i++) {
		const struct config_store *store = &reading->config->stores[i];
		char *const *watcher = invocation_search(store->watch, "watch_imap");
		const char *name = watcher != NULL ? find_account(watcher) : NULL;

		if (name == NULL || mbsyncrc_store(subject->rc, name) != NULL ||
		    mbsyncrc_account(subject->rc, name) != NULL ||
		    invocation_find(store->watch[0])->reader == READER_REMOTE)
			continue;
		complain(reading, store->line, "store %s: %s has no IMAPStore or IMAPAccount %s, "
		         "which watch_imap is given", store->name, subject->file, name);
	}
}

/* What would be taken for an option. */
static void check_dashes(const struct reading *reading)
{
	const struct mbsyncsubject *what = &reading->subject->what;
	const struct mbsyncrc_member *member;

	if (config_ends_options(reading->config))
		return;
	for (size_t i = 0; i < mbsyncsubject_count(what); i++) {
		const struct mbsyncrc_channel *channel = mbsyncsubject_channel(what, i, &member);

		if (channel != NULL && channel->name[0] == '-')
			message_error("%s:%u: channel %s: mbsync takes it for an option, so all is "
			              "synced for its mailboxes: end sync with --",
			              reading->subject->file, channel->line, channel->name);
	}
}

static void check(struct reading *reading)
{
	check_dashes(reading);
	check_option(reading);
	check_separators(reading);
	check_accounts(reading);
	mbsyncsubject_check(&reading->subject->what, reading->subject->file, take_problem, reading);
}

struct subject *subject_read(const struct config *config, const char *name, bool thorough)
{
	struct subject *subject = memory_new(1, sizeof *subject);
	struct reading reading = { .config = config, .name = name, .thorough = thorough,
		                   .mbsync = subject_mbsync(config->sync), .subject = subject };

	ask_version(&reading);
	subject->file = choose_file(&reading);
	if (subject->file != NULL && read_file(&reading)) {
		check_certificates(subject);
		if (find_channel(&reading) && find_stores(&reading)) {
			if (thorough)
				check(&reading);
			return subject;
		}
	}
	subject_free(subject);
	return NULL;
}

void subject_free(struct subject *subject)
{
	if (subject == NULL)
		return;
	free(subject->store);
	mbsyncrc_free(subject->rc);
	free(subject->file);
	free(subject);
}
