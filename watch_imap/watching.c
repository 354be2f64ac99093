#include "watching.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "connection.h"
#include "duration.h"
#include "memory.h"
#include "message.h"
#include "retry.h"
#include "signals.h"

enum { CONNECTIONS = 1 + OPTIONS_IDLES, OWN_FDS = 2 };

/* A server that is to say nothing for ever (Timeout 0) is waited for so long, in ms. */
#define LONGEST_TIMEOUT 60000

struct watching {
	struct account *account;
	const struct options *options;
	struct watch watch;
	struct report report;
	struct connection connection[CONNECTIONS];
	size_t connections;
	bool hears_input; /* stdin is of interest, and has not ended */
	char *described;  /* what was told of degraded service, or NULL */
};

static struct session_settings make_settings(const struct watching *watching, const char *mailbox)
{
	const struct account *account = watching->account;
	const struct mbsyncrc_account *login = account->store->account;
	clock_ms timeout = (clock_ms)login->timeout_s * 1000;

	return (struct session_settings){
		.account = login,
		.user = account->user,
		.secret = account->secret.length > 0 ? &account->secret : NULL,
		.is_private = account_is_private(account),
		.has_greeting = login->tunnel != NULL || login->tls != MBSYNCRC_TLS_STARTTLS,
		.timeout = timeout > 0 ? timeout : LONGEST_TIMEOUT,
		.keep = watching->options->keep,
		.poll = watching->options->poll,
		.mailbox = mailbox,
	};
}

static void connect_to(struct watching *watching, const char *mailbox, clock_ms now)
{
	const struct session_settings settings = make_settings(watching, mailbox);

	connection_open(&watching->connection[watching->connections++], &settings, &watching->watch,
	                watching->options->verbose, now);
}

/* The server's name of the mailbox that is printed so; NULL: there is none. */
static const char *find_server_name(const struct watching *watching, const char *name)
{
	const struct mailboxes *mailboxes = &watching->watch.mailboxes;

	for (uint32_t i = 0; i < mailboxes->count; i++) {
		if (mailboxes->list[i].exists && mailboxes->list[i].name != NULL &&
		    strcmp(mailboxes->list[i].name, name) == 0)
			return mailboxes->list[i].server;
	}
	return NULL;
}

/* Once it is known what there is.  Returns -1, or the status to exit with. */
static int connect_others(struct watching *watching, clock_ms now)
{
	const struct options *options = watching->options;

	if (watching->connections > 1 || !session_has_list(watching->connection[0].session))
		return -1;
	for (size_t i = 0; i < options->idles; i++) {
		const char *server = find_server_name(watching, options->idle[i]);

		if (server == NULL) {
			message_error(naming_excludes(&watching->watch.naming, options->idle[i])
			                      ? "-i %s: Patterns in the file, or -x, leave it out"
			                      : "-i %s: there is no such mailbox in the store "
			                        "(-t lists them)",
			              options->idle[i]);
			return SESSION_MISCONFIGURED;
		}
		connect_to(watching, server, now);
	}
	return -1;
}

static bool all_are(const struct watching *watching, bool (*what)(const struct session *session))
{
	for (size_t i = 0; i < watching->connections; i++) {
		if (!what(watching->connection[i].session))
			return false;
	}
	return watching->connections == 1 + watching->options->idles;
}

/* Tells of service that is less than it might be, and once when it is whole again: INTERFACES. */
static void describe(struct watching *watching)
{
	bool degraded;
	char *text = session_describe(watching->connection[0].session, &degraded);

	if (degraded && (watching->described == NULL || strcmp(watching->described, text) != 0))
		message_notice("degraded: %s", text);
	else if (!degraded && watching->described != NULL)
		message_notice("degraded:");
	free(watching->described);
	watching->described = degraded ? text : NULL;
	if (!degraded)
		free(text);
}

/* What can hardly be meant. */
static void warn_of_nothing(const struct watching *watching)
{
	unsigned excluded = session_excluded(watching->connection[0].session);

	if (mailboxes_existing(&watching->watch.mailboxes) > 0)
		return;
	if (excluded > 0)
		message_error("no mailbox is watched: Patterns in the file, or -x, leave out all");
	else
		message_error("no mailbox is watched: the store has none (see Path in the file)");
}

static void become_ready(struct watching *watching)
{
	if (all_are(watching, session_has_login))
		account_forget(watching->account);
	if (!watching->watch.ready && all_are(watching, session_is_ready)) {
		watching->watch.ready = true;
		report_all(&watching->report);
		warn_of_nothing(watching);
	}
	if (watching->watch.ready)
		describe(watching);
}

/* What to do about a login that was refused; the caller frees. */
static char *advise(const struct account *account)
{
	if (account->store->account->pass_command != NULL)
		return memory_format("; run the PassCmd of %s by hand, and see what it prints",
		                     account->file);
	return memory_format("; check User and Pass in %s", account->file);
}

/* -1, or the status of a connection that has ended, after its message. */
static int find_end(const struct watching *watching)
{
	for (size_t i = 0; i < watching->connections; i++) {
		const struct connection *connection = &watching->connection[i];
		char *advice;

		if (connection->status == -1)
			continue;
		advice = connection->status == SESSION_REFUSED ? advise(watching->account) : NULL;
		message_error("%s: %s%s", watching->account->store->name, connection->message,
		              advice != NULL ? advice : "");
		free(advice);
		return connection->status;
	}
	return -1;
}

/* Throws away what comes; false at the end. */
static bool read_input(void)
{
	char waste[4096];
	ssize_t got = RETRY(read(STDIN_FILENO, waste, sizeof waste));

	return got > 0 || (got == -1 && errno == EAGAIN);
}

static int print(struct watching *watching, clock_ms now)
{
	switch (report_write(&watching->report, now, mailboxes_name, &watching->watch.mailboxes)) {
	case REPORT_UNREAD: return 0;
	case REPORT_FAILED:
		message_error("standard output: %s", strerror(errno));
		return SESSION_MISCONFIGURED;
	default: return -1;
	}
}

static clock_ms next_due(const struct watching *watching)
{
	clock_ms due = report_due(&watching->report);

	for (size_t i = 0; i < watching->connections; i++)
		due = clock_earlier(due, session_due(watching->connection[i].session));
	return due;
}

/* Waits for news, and has all connections take it.  Returns -1, or the status to exit with. */
static int wait_and_work(struct watching *watching)
{
	struct pollfd fds[OWN_FDS + CONNECTIONS * CONNECTION_FDS];
	size_t count = OWN_FDS;
	clock_ms now = clock_now();

	fds[0] = (struct pollfd){ .fd = watching->report.output.fd,
		                  .events = watching->report.blocked ? POLLOUT : 0 };
	fds[1] = (struct pollfd){ .fd = watching->hears_input ? STDIN_FILENO : -1,
		                  .events = POLLIN };
	for (size_t i = 0; i < watching->connections; i++, count += CONNECTION_FDS)
		connection_expect(&watching->connection[i], &fds[count]);
	if (poll(fds, count, clock_timeout(next_due(watching), now)) == -1 && errno != EINTR) {
		message_error("poll: %s", strerror(errno));
		return SESSION_MISCONFIGURED;
	}
	if ((fds[0].revents & (POLLERR | POLLHUP | POLLNVAL)) != 0 ||
	    (fds[1].revents != 0 && !read_input()))
		return 0;
	now = clock_now();
	for (size_t i = 0; i < watching->connections; i++)
		connection_work(&watching->connection[i], &fds[OWN_FDS + i * CONNECTION_FDS], now);
	return find_end(watching);
}

static void show_watched(const struct watching *watching)
{
	const struct session *session = watching->connection[0].session;
	unsigned excluded = session_excluded(session);
	bool degraded;
	char *mode = session_describe(session, &degraded);

	message_print("# watched: %s", mode);
	for (size_t i = 0; i < watching->options->idles; i++)
		message_print("# by a connection of its own: %s", watching->options->idle[i]);
	if (excluded > 0)
		message_print("# left out by Patterns, or -x: %u mailbox%s", excluded,
		              excluded == 1 ? "" : "es");
	free(mode);
}

/* What -t prints. */
static int show_all(const struct watching *watching)
{
	const struct mbsyncrc_account *login = watching->account->store->account;
	const struct mailboxes *mailboxes = &watching->watch.mailboxes;
	static const char *const types[] = { "without TLS", "STARTTLS", "IMAPS" };
	char *able = session_list_capabilities(watching->connection[0].session);

	message_print("# %s of %s", watching->account->store->name, watching->account->file);
	if (login->tunnel != NULL)
		message_print("# Tunnel: %s", login->tunnel);
	else
		message_print("# %s, port %d, %s", login->host, login->port, types[login->tls]);
	message_print("# user: %s",
	              watching->account->user != NULL ? watching->account->user : "(none)");
	message_print("# the server has: %s", able);
	show_watched(watching);
	for (uint32_t i = 0; i < mailboxes->count; i++) {
		if (mailboxes->list[i].exists && mailboxes->list[i].name != NULL)
			message_print("%s", mailboxes->list[i].name);
	}
	free(able);
	return 0;
}

static int run(struct watching *watching)
{
	int status = -1;

	connect_to(watching, NULL, clock_now());
	status = find_end(watching);
	while (status == -1) {
		status = wait_and_work(watching);
		if (status == -1)
			status = connect_others(watching, clock_now());
		if (status != -1)
			break;
		become_ready(watching);
		if (watching->options->test && watching->watch.ready)
			return show_all(watching);
		if (!watching->options->test)
			status = print(watching, clock_now());
	}
	return status;
}

int watching_run(struct account *account, const struct options *options)
{
	static struct watching watching;
	int status;

	watching = (struct watching){ .account = account,
		                      .options = options,
		                      .hears_input = !options->test };
	watching.watch.report = &watching.report;
	watching.watch.naming = (struct naming){ .rc = account->rc,
		                                 .store = account->store,
		                                 .exclude = options->exclude,
		                                 .excludes = options->excludes,
		                                 .utf8 = options->utf8 };
	siphash_choose_key(&watching.watch.mailboxes.slot_key);
	report_start(&watching.report, STDOUT_FILENO);
	status = run(&watching);
	for (size_t i = 0; i < watching.connections; i++)
		connection_close(&watching.connection[i]);
	mailboxes_free(&watching.watch.mailboxes);
	naming_free(&watching.watch.naming);
	report_end(&watching.report);
	free(watching.described);
	return status;
}
