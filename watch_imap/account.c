#include "account.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "capture.h"
#include "certificates.h"
#include "login.h"
#include "mbsyncfile.h"
#include "mbsyncrc_parse.h"
#include "mbsyncversion.h"
#include "memory.h"
#include "message.h"
#include "statuses.h"

/* --- the file --- */

/* What is wrong with the file, by line, until it is known what of it concerns the store. */
struct complaints {
	struct complaint {
		unsigned line;
		char *message;
	} *list;
	size_t count, room;
};

static void complain(void *context, enum mbsyncrc_problem problem, unsigned line,
                     const char *message)
{
	struct complaints *complaints = context;

	(void)problem;
	complaints->list = memory_grow(complaints->list, &complaints->room, complaints->count + 1,
	                               sizeof *complaints->list);
	complaints->list[complaints->count++] =
		(struct complaint){ .line = line, .message = memory_copy(message) };
}

static void read_file(struct account *account, const struct options *options,
                      struct complaints *complaints)
{
	enum mbsync_version version = MBSYNC_1_5;
	char buffer[EXECUTABLE_ROOM];

	/* where there is no mbsync the account is all that counts, and that is the same for both */
	(void)mbsyncversion_ask("mbsync", &version, buffer);
	account->file =
		options->file != NULL ? memory_copy(options->file) : mbsyncfile_default(version);
	if (account->file == NULL)
		message_fatal(SESSION_MISCONFIGURED,
		              "no file to read: neither -c nor $HOME is given");
	account->rc = mbsyncfile_read_logins(account->file, version, complain, complaints);
	if (account->rc == NULL)
		message_fatal(SESSION_MISCONFIGURED, "%s: %s%s", account->file,
		              mbsyncfile_problem(errno),
		              errno == ENOENT ? ": name another one with -c" : "");
}

static unsigned later(unsigned one, unsigned other, unsigned line)
{
	return other > one && other <= line ? other : one;
}

/* The line where the section begins that the line is in. */
static unsigned find_section(const struct mbsyncrc *rc, unsigned line)
{
	unsigned found = 0;

	for (size_t i = 0; i < rc->accounts; i++)
		found = later(found, rc->account[i]->line, line);
	for (size_t i = 0; i < rc->stores; i++)
		found = later(found, rc->store[i]->line, line);
	for (size_t i = 0; i < rc->channels; i++)
		found = later(found, rc->channel[i]->line, line);
	for (size_t i = 0; i < rc->groups; i++)
		found = later(found, rc->group[i]->line, line);
	return found;
}

/* Tells what concerns the store and its account, or all. */
static void tell_complaints(const struct account *account, struct complaints *complaints, bool all)
{
	const struct mbsyncrc_store *store = account->store;

	for (size_t i = 0; i < complaints->count; i++) {
		unsigned section = find_section(account->rc, complaints->list[i].line);

		if (all || store == NULL || section == store->line ||
		    (store->account != NULL && section == store->account->line))
			message_error("%s", complaints->list[i].message);
		free(complaints->list[i].message);
	}
	free(complaints->list);
}

/* "a, b" */
static char *list_stores(const struct mbsyncrc *rc)
{
	char *list = memory_copy(""), *more;

	for (size_t i = 0; i < rc->stores; i++) {
		if (!rc->store[i]->imap)
			continue;
		more = memory_format("%s%s%s", list, *list != '\0' ? ", " : "", rc->store[i]->name);
		free(list);
		list = more;
	}
	return list;
}

/* The account's only store; NULL: it has none, or several. */
static const struct mbsyncrc_store *only_store(const struct mbsyncrc *rc,
                                               const struct mbsyncrc_account *account)
{
	const struct mbsyncrc_store *found = NULL;

	for (size_t i = 0; i < rc->stores; i++) {
		if (!rc->store[i]->imap || rc->store[i]->account != account)
			continue;
		if (found != NULL)
			return NULL;
		found = rc->store[i];
	}
	return found;
}

static void find_store(struct account *account, const char *name)
{
	struct mbsyncrc_account *login = mbsyncrc_account(account->rc, name);

	account->store = mbsyncrc_store(account->rc, name);
	if (account->store != NULL && !account->store->imap)
		message_fatal(SESSION_MISCONFIGURED,
		              "%s: %s is a MaildirStore: watch_maildirs is for it", account->file,
		              name);
	if (account->store != NULL || login == NULL)
		return;
	account->store = only_store(account->rc, login);
	if (account->store != NULL)
		return;
	account->own = (struct mbsyncrc_store){
		.name = login->name, .imap = true, .account = login, .use_namespace = true
	};
	account->store = &account->own;
}

/* --- what can't be --- */

/* NULL: nothing.  The caller frees. */
static char *fault(const struct mbsyncrc_account *login)
{
	if (login->tls_unknown)
		return memory_format("%s has to be None, STARTTLS or IMAPS", login->tls_keyword);
	if (login->tunnel == NULL && login->host == NULL)
		return memory_copy("it has neither Host nor Tunnel");
	if (login->tunnel != NULL && login->tls != MBSYNCRC_TLS_NONE)
		return memory_format("it has both Tunnel and %s: the Tunnel alone will do",
		                     login->tls_keyword);
	if (login->pass_command != NULL && *login->pass_command == '+')
		return memory_copy("PassCmd begins with +, so it asks on a terminal, and there is "
		                   "none: give one that does not ask (pass, secret-tool, gpg with "
		                   "an agent)");
	if (login->user_command != NULL && *login->user_command == '+')
		return memory_copy("UserCmd begins with +, so it asks on a terminal, and there is "
		                   "none");
	if (login->tunnel == NULL && login->tls != MBSYNCRC_TLS_NONE)
		return certificates_fault(login);
	return NULL;
}

static void warn_of_readers(const struct account *account)
{
	struct stat status;

	if (account->store->account->pass_line != 0 && stat(account->file, &status) == 0 &&
	    (status.st_mode & (S_IRGRP | S_IROTH)) != 0)
		message_error("%s:%u: others can read the password: chmod 600, or use PassCmd",
		              account->file, account->store->account->pass_line);
}

static void warn_of_mechanisms(const struct account *account)
{
	const struct mbsyncrc_account *login = account->store->account;

	for (size_t i = 0; i < login->mechanisms.count; i++) {
		const char *word = login->mechanisms.word[i];

		if (!login_is_mechanism(word))
			message_error("%s:%u: AuthMechs %s: there is no such mechanism: PLAIN, "
			              "LOGIN, EXTERNAL, XOAUTH2 and OAUTHBEARER are known here",
			              account->file, login->line, word);
	}
}

void account_read(struct account *account, const struct options *options)
{
	struct complaints complaints = { .list = NULL };
	char *list, *why;

	*account = (struct account){ .rc = NULL };
	read_file(account, options, &complaints);
	find_store(account, options->store);
	tell_complaints(account, &complaints, options->test || options->verbose);
	if (account->store == NULL) {
		list = list_stores(account->rc);
		message_fatal(SESSION_MISCONFIGURED, "%s has no IMAPStore or IMAPAccount %s%s%s",
		              account->file, options->store, *list != '\0' ? "; it has " : "",
		              list);
	}
	if (account->store->account == NULL)
		message_fatal(SESSION_MISCONFIGURED, "%s:%u: store %s has no account",
		              account->file, account->store->line, account->store->name);
	why = fault(account->store->account);
	if (why != NULL)
		message_fatal(SESSION_MISCONFIGURED, "%s:%u: %s: %s", account->file,
		              account->store->account->line, options->store, why);
	warn_of_readers(account);
	warn_of_mechanisms(account);
}

/* --- secrets --- */

static void ask(const struct account *account, const char *setting, const char *command,
                struct secret *answer)
{
	char *why = capture_line(command, answer);

	if (why != NULL)
		message_fatal(SESSION_MISCONFIGURED, "%s: %s of %s: %s", account->file, setting,
		              account->store->name, why);
}

void account_ask(struct account *account)
{
	struct mbsyncrc_account *login = account->store->account;
	struct secret user = { .bytes = NULL };

	if (login->pass != NULL) {
		secret_add(&account->secret, login->pass, strlen(login->pass));
		explicit_bzero(login->pass, strlen(login->pass));
	}
	if (login->user_command != NULL) {
		ask(account, "UserCmd", login->user_command, &user);
		account->user = memory_format("%.*s", (int)user.length, user.bytes);
		secret_free(&user);
	} else if (login->user != NULL) {
		account->user = memory_copy(login->user);
	}
	if (login->pass_command != NULL)
		ask(account, "PassCmd", login->pass_command, &account->secret);
}

bool account_is_private(const struct account *account)
{
	const struct mbsyncrc_account *login = account->store->account;

	return login->tunnel != NULL || login->tls != MBSYNCRC_TLS_NONE;
}

void account_forget(struct account *account)
{
	secret_free(&account->secret);
}

void account_free(struct account *account)
{
	account_forget(account);
	mbsyncrc_free(account->rc);
	free(account->file);
	free(account->user);
}
