#include "transport.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "descriptors.h"
#include "memory.h"
#include "plain.h"
#include "retry.h"
#include "statuses.h"
#include "tls.h"

/* How long the end of a child whose output has ended is waited for, to know why, in ms. */
#define LAST_WORDS 1000

/* A pipe whose end ours, of the two, does not block; false with errno. */
static bool make_pipe(int ends[2], int ours)
{
	return RETRY(pipe2(ends, O_CLOEXEC)) == 0 && descriptors_nonblocking(ends[ours]) == 0;
}

static int start(struct transport *transport, const struct child_setup *setup)
{
	char shell[] = "sh", option[] = "-c";
	char *const tunnel[] = { shell, option, transport->account->tunnel, NULL };
	char **words;
	int result;

	if (transport->account->tunnel != NULL)
		return child_start(&transport->child, tunnel, setup);
	words = tls_arguments(transport->account);
	result = child_start(&transport->child, words, setup);
	tls_free(words);
	return result;
}

/* Without TLS no child is needed. */
static int open_plain(struct transport *transport)
{
	int fd = plain_connect(transport->account->host, transport->account->port, transport->text,
	                       sizeof transport->text);

	transport->length = strlen(transport->text);
	transport->to = fd;
	transport->from = fd != -1 ? RETRY(fcntl(fd, F_DUPFD_CLOEXEC, 0)) : -1;
	return transport->from == -1 ? -1 : 0;
}

int transport_open(struct transport *transport, const struct mbsyncrc_account *account)
{
	int in[2] = { -1, -1 }, out[2] = { -1, -1 }, error[2] = { -1, -1 }, result = -1, reason;
	struct child_setup setup = { .grace = CHILD_GRACE, .session = true };

	*transport = (struct transport){ .account = account,
		                         .child = CHILD_INITIALIZER,
		                         .to = -1,
		                         .from = -1,
		                         .complaints = -1 };
	if (account->tunnel == NULL && account->tls == MBSYNCRC_TLS_NONE)
		return open_plain(transport);
	if (make_pipe(in, 1) && make_pipe(out, 0) && make_pipe(error, 0)) {
		setup.in = in[0];
		setup.out = out[1];
		setup.error = error[1];
		result = start(transport, &setup);
	}
	reason = errno;
	descriptors_close(&in[0]);
	descriptors_close(&out[1]);
	descriptors_close(&error[1]);
	transport->to = in[1];
	transport->from = out[0];
	transport->complaints = error[0];
	if (result == -1)
		transport->length = (size_t)snprintf(transport->text, sizeof transport->text, "%s",
		                                     strerror(reason));
	return result;
}

ssize_t transport_write(struct transport *transport, const char *bytes, size_t count)
{
	return RETRY(write(transport->to, bytes, count));
}

ssize_t transport_read(struct transport *transport, char *bytes, size_t room)
{
	return RETRY(read(transport->from, bytes, room));
}

/* Keeps the end of what there is. */
static void keep(struct transport *transport, const char *bytes, size_t count)
{
	size_t over;

	if (count > TRANSPORT_COMPLAINTS) {
		bytes += count - TRANSPORT_COMPLAINTS;
		count = TRANSPORT_COMPLAINTS;
	}
	if (transport->length + count > TRANSPORT_COMPLAINTS) {
		over = transport->length + count - TRANSPORT_COMPLAINTS;
		memmove(transport->text, transport->text + over, transport->length - over);
		transport->length -= over;
	}
	memcpy(transport->text + transport->length, bytes, count);
	transport->length += count;
	transport->text[transport->length] = '\0';
}

void transport_listen(struct transport *transport)
{
	char bytes[1024];
	ssize_t got;

	while (transport->complaints != -1) {
		got = RETRY(read(transport->complaints, bytes, sizeof bytes));
		if (got == -1 && errno == EAGAIN)
			return;
		if (got <= 0)
			descriptors_close(&transport->complaints);
		else
			keep(transport, bytes, (size_t)got);
	}
}

/* Waits for the last words, and for the end. */
static void await_end(struct transport *transport)
{
	clock_ms until = clock_now() + LAST_WORDS, now;

	transport_listen(transport);
	while (child_read(&transport->child) == CHILD_RUNNING && (now = clock_now()) < until) {
		struct pollfd watched[] = { { .fd = child_fd(&transport->child), .events = POLLIN },
			                    { .fd = transport->complaints, .events = POLLIN } };

		(void)poll(watched, 2, clock_timeout(until, now));
		transport_listen(transport);
	}
}

/* The last line of the complaints, without its end; "" where there is none. */
static const char *last_line(struct transport *transport)
{
	const char *line;

	while (transport->length > 0 && transport->text[transport->length - 1] == '\n')
		transport->text[--transport->length] = '\0';
	line = strrchr(transport->text, '\n');
	return line != NULL ? line + 1 : transport->text;
}

/* Without a process or descriptors for it. */
static char *explain_start(const struct transport *transport)
{
	return memory_format("%s can't be started: %s",
	                     transport->account->tunnel != NULL ? "the Tunnel" : "openssl",
	                     transport->text);
}

static char *explain_tunnel(struct transport *transport)
{
	const char *line = last_line(transport);
	char end[CHILD_ROOM];

	if (transport->child.state == CHILD_RUNNING)
		return memory_copy("the Tunnel has closed the connection");
	return memory_format("the Tunnel %s%s%s",
	                     child_describe(&transport->child, end, sizeof end),
	                     *line != '\0' ? ": " : "", line);
}

char *transport_explain(struct transport *transport, int *status)
{
	char end[CHILD_ROOM], *why;
	const char *line;

	await_end(transport);
	*status = SESSION_DISCONNECTED;
	if (transport->account->tunnel == NULL && transport->account->tls == MBSYNCRC_TLS_NONE)
		return memory_format(
			"%s, port %d: %s", transport->account->host, transport->account->port,
			transport->length > 0 ? transport->text
					      : "the server has closed the connection");
	if (transport->child.state == CHILD_NONE)
		return explain_start(transport);
	if (transport->account->tunnel != NULL)
		return explain_tunnel(transport);
	if (transport->child.start_error == ENOENT) {
		*status = SESSION_MISCONFIGURED;
		return memory_copy("openssl is not installed: it does TLS (package openssl)");
	}
	if (transport->child.start_error != 0)
		return memory_format("openssl %s",
		                     child_describe(&transport->child, end, sizeof end));
	why = tls_explain(transport->account, transport->text, status);
	if (why != NULL)
		return why;
	line = last_line(transport);
	return memory_format("%s, port %d: the connection is gone%s%s", transport->account->host,
	                     transport->account->port, *line != '\0' ? ": " : "", line);
}

void transport_close(struct transport *transport)
{
	descriptors_close(&transport->to);
	descriptors_close(&transport->from);
	descriptors_close(&transport->complaints);
	child_release(&transport->child);
}
