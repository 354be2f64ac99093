#include "client.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "address.h"
#include "clock.h"
#include "descriptors.h"
#include "memory.h"
#include "message.h"
#include "retry.h"

/* What is answered at once, whatever takes long. */
#define ARE_YOU_THERE "\n"

/* How often a server whose queue is full is tried again, in ms. */
#define CLIENT_MOMENT 50

struct client {
	int fd;
	clock_ms until; /* when the next sign of life must have come */
	bool asked;     /* whether it is there */
	char *line;     /* the beginning of a line of the answer */
	size_t used, room;
	int status; /* -1: not yet */
};

static void rest(void)
{
	const struct timespec moment = { .tv_nsec = CLIENT_MOMENT * 1000000 };

	nanosleep(&moment, NULL);
}

/* A connection to somebody of ours, or -1; EAGAIN: it is there, and takes nobody. */
static int reach(const struct address *address, clock_ms until)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), result;

	if (fd == -1)
		message_fatal(1, "socket: %s", strerror(errno));
	while ((result = connect(fd, (const struct sockaddr *)&address->socket, address->length)) ==
	               -1 &&
	       (errno == EAGAIN || errno == EINTR) && clock_now() < until)
		rest();
	if (result == 0 && address_is_ours(fd))
		return fd;
	if (result == 0)
		errno = ECONNREFUSED;
	descriptors_close(&fd);
	return -1;
}

static int reach_either(const char *name, clock_ms until)
{
	struct address address;
	int fd = -1;

	if (address_of_path(&address, name)) {
		fd = reach(&address, until);
		address_free(&address);
	}
	if (fd != -1 || errno == EAGAIN)
		return fd;
	address_of_abstract(&address, name);
	return reach(&address, until);
}

static void print(FILE *stream, const char *text)
{
	fprintf(stream, "%s\n", text);
	fflush(stream);
}

static void take_line(struct client *client, const char *line)
{
	switch (line[0]) {
	case '=': print(stdout, line + 1); break;
	case '!': message_error("%s", line + 1); break;
	case '#': client->status = atoi(line + 1); break;
	default: break; /* it is there */
	}
}

static void take(struct client *client, const char *bytes, size_t count)
{
	char *newline;
	size_t length;

	client->line = memory_grow(client->line, &client->room, client->used + count, 1);
	memcpy(client->line + client->used, bytes, count);
	client->used += count;
	while (client->status == -1 &&
	       (newline = memchr(client->line, '\n', client->used)) != NULL) {
		*newline = '\0';
		length = (size_t)(newline + 1 - client->line);
		take_line(client, client->line);
		client->used -= length;
		memmove(client->line, newline + 1, client->used);
	}
}

/* No sign of life for as long as it may take: asks for one, or gives up. */
static bool is_frozen(struct client *client)
{
	if (client->asked)
		return true;
	client->asked = true;
	client->until = clock_now() + CLIENT_PATIENCE;
	(void)RETRY(send(client->fd, ARE_YOU_THERE, strlen(ARE_YOU_THERE),
	                 MSG_NOSIGNAL | MSG_DONTWAIT));
	return false;
}

/* What has come; false at the end. */
static bool hear(struct client *client)
{
	char bytes[4096] = "";
	ssize_t got = RETRY(recv(client->fd, bytes, sizeof bytes, MSG_DONTWAIT));

	if (got == 0 || (got == -1 && errno != EAGAIN))
		return false;
	if (got > 0)
		take(client, bytes, (size_t)got);
	client->asked = false;
	client->until = clock_now() + CLIENT_PATIENCE;
	return true;
}

static enum client_result converse(struct client *client)
{
	struct pollfd watched[] = { { .fd = client->fd, .events = POLLIN },
		                    { .fd = STDOUT_FILENO } };
	clock_ms left;

	while (client->status == -1) {
		left = client->until - clock_now();
		if (left <= 0 && is_frozen(client))
			return CLIENT_FROZEN;
		if (left <= 0 || poll(watched, 2, (int)left) <= 0)
			continue;
		if (watched[1].revents != 0)
			client->status = 1; /* nobody reads it any more */
		else if (!hear(client))
			return CLIENT_LOST;
	}
	return CLIENT_ANSWERED;
}

/* Sends the request, or as much as is taken: why not all of it, the answer says. */
static void send_request(const struct client *client, const char *text, size_t length)
{
	ssize_t sent;

	while (length > 0 && clock_now() < client->until) {
		sent = RETRY(send(client->fd, text, length, MSG_NOSIGNAL | MSG_DONTWAIT));
		if (sent == -1 && errno != EAGAIN)
			return;
		if (sent == -1)
			rest();
		text += sent > 0 ? sent : 0;
		length -= sent > 0 ? (size_t)sent : 0;
	}
}

/* Whether it is this mswatch that has started us, as its syncer or a hook. */
static bool is_its_child(int fd)
{
	const char *own = getenv("MSWATCH_PID");

	return own != NULL && address_process(fd) != 0 && atol(own) == address_process(fd);
}

enum client_result client_ask(const char *const names[CONTROL_NAMES], enum control_command command,
                              const char *const *argument, size_t count, int *status)
{
	struct client client = { .until = clock_now() + CLIENT_PATIENCE,
		                 .asked = true,
		                 .status = -1 };
	enum client_result result;
	size_t length;
	char *text = request_format(command, argument, count, &length);

	if (text == NULL)
		message_fatal(
			2,
			"these names can't be asked for: none may be empty or hold a newline, "
			"and all together may have %d bytes",
			REQUEST_MOST);
	client.fd = -1;
	for (size_t i = 0; i < CONTROL_NAMES && client.fd == -1; i++)
		if (names[i] != NULL)
			client.fd = reach_either(names[i], client.until);
	if (client.fd == -1) {
		result = errno == EAGAIN ? CLIENT_FROZEN : CLIENT_NONE;
	} else if (command == CONTROL_SYNC && is_its_child(client.fd)) {
		message_error("--sync: what mswatch runs can't wait for a sync by mswatch");
		client.status = EXIT_FAILURE;
		result = CLIENT_ANSWERED;
	} else {
		send_request(&client, text, length);
		send_request(&client, ARE_YOU_THERE, strlen(ARE_YOU_THERE));
		result = converse(&client);
	}
	*status = client.status;
	descriptors_close(&client.fd);
	free(client.line);
	free(text);
	return result;
}
