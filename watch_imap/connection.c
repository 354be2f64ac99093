#include "connection.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"
#include "message.h"
#include "tls.h"

/* What of the server's words is read at once, in bytes, and how often in a row. */
#define PIECE 16384
#define PIECES 16

/* What comes, as -v shows it. */
static void show_line(void *context, const char *line, size_t length)
{
	const struct connection *connection = context;
	char *shown;

	if (!connection->is_verbose)
		return;
	shown = state_redact(connection->session, line, length);
	message_error("< %s", shown);
	free(shown);
}

static void show_sent(void *context, const char *line)
{
	const struct connection *connection = context;

	if (connection->is_verbose)
		message_error("> %s", line);
}

static void tell(void *context, const char *text)
{
	(void)context;
	message_error("%s", text);
}

/* The transport knows better why than the session, if it is at its end. */
static void take_end(struct connection *connection)
{
	connection->message = transport_explain(&connection->transport, &connection->status);
}

void connection_open(struct connection *connection, const struct session_settings *settings,
                     struct watch *watch, bool is_verbose, clock_ms now)
{
	*connection = (struct connection){ .settings = *settings,
		                           .is_verbose = is_verbose,
		                           .status = -1 };
	connection->settings.tell = tell;
	connection->settings.show = show_sent;
	connection->settings.context = connection;
	reader_start(&connection->reader, show_line, connection);
	connection->session = session_new(&connection->settings, watch, now);
	if (transport_open(&connection->transport, settings->account) == -1)
		take_end(connection);
}

void connection_expect(struct connection *connection, struct pollfd fds[CONNECTION_FDS])
{
	const struct transport *transport = &connection->transport;
	const char *bytes;
	bool sends = outbox_peek(session_outbox(connection->session), &bytes) > 0;

	fds[0] = (struct pollfd){ .fd = transport->from, .events = POLLIN };
	fds[1] = (struct pollfd){ .fd = sends ? transport->to : -1, .events = POLLOUT };
	fds[2] = (struct pollfd){ .fd = transport->complaints, .events = POLLIN };
	fds[3] = (struct pollfd){ .fd = transport->from != -1 ? -1 : child_fd(&transport->child),
		                  .events = POLLIN };
}

struct taking {
	struct connection *connection;
	clock_ms now;
};

static void take(void *context, const struct response *response)
{
	const struct taking *taking = context;

	session_take(taking->connection->session, response, taking->now);
}

static void read_some(struct connection *connection, clock_ms now)
{
	struct taking taking = { connection, now };
	char bytes[PIECE];
	const char *why;
	ssize_t got;

	for (int i = 0; i < PIECES && session_status(connection->session) == -1; i++) {
		got = transport_read(&connection->transport, bytes, sizeof bytes);
		if (got == -1 && errno == EAGAIN)
			return;
		if (got <= 0) {
			take_end(connection);
			return;
		}
		connection->heard = true;
		why = reader_feed(&connection->reader, bytes, (size_t)got, take, &taking);
		if (why != NULL)
			session_lose(connection->session, why);
	}
}

/* An end of the other side shows in what is read, with the reason. */
static void write_some(struct connection *connection)
{
	struct outbox *outbox = session_outbox(connection->session);
	const char *bytes;
	ssize_t wrote;
	size_t count;

	while ((count = outbox_peek(outbox, &bytes)) > 0) {
		wrote = transport_write(&connection->transport, bytes, count);
		if (wrote == -1 && errno != EAGAIN && connection->status == -1)
			take_end(connection);
		if (wrote <= 0)
			return;
		outbox_sent(outbox, (size_t)wrote);
	}
}

/* The session has ended by itself: what it says, and what the transport may know of it. */
static void take_session_end(struct connection *connection)
{
	const struct mbsyncrc_account *account = connection->settings.account;
	int status = session_status(connection->session);

	transport_listen(&connection->transport);
	if (!connection->heard && account->tunnel == NULL && account->tls != MBSYNCRC_TLS_NONE)
		connection->message = tls_explain(account, connection->transport.text, &status);
	if (connection->message == NULL && !connection->heard && account->tunnel == NULL &&
	    account->tls == MBSYNCRC_TLS_STARTTLS)
		connection->message = memory_format("%s: it may have refused STARTTLS: set %s "
		                                    "IMAPS (port 993), or use a Tunnel",
		                                    session_message(connection->session),
		                                    account->tls_keyword);
	if (connection->message == NULL)
		connection->message = memory_copy(session_message(connection->session));
	connection->status = status;
}

void connection_work(struct connection *connection, const struct pollfd fds[CONNECTION_FDS],
                     clock_ms now)
{
	if (fds[2].revents != 0)
		transport_listen(&connection->transport);
	if (fds[0].revents != 0)
		read_some(connection, now);
	if (connection->status != -1)
		return;
	session_tick(connection->session, now);
	write_some(connection);
	if (connection->status == -1 && session_status(connection->session) != -1)
		take_session_end(connection);
}

void connection_close(struct connection *connection)
{
	transport_close(&connection->transport);
	reader_end(&connection->reader);
	session_free(connection->session);
	free(connection->message);
}
