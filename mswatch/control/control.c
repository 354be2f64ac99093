#include "control.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "address.h"
#include "descriptors.h"
#include "memory.h"
#include "message.h"
#include "retry.h"

/* More than fits into a pending answer is lost to the client, in bytes. */
#define ANSWER_ROOM (512 * 1024)

/* A path and an abstract one for each name. */
enum { LISTEN_PATH, LISTEN_ABSTRACT, LISTEN_KINDS };
#define LISTENERS (CONTROL_NAMES * LISTEN_KINDS)

struct listener {
	struct control *control;
	struct loop_watch watch;
	int fd;           /* or -1 */
	clock_ms resumes; /* when it is listened to again; CLOCK_NEVER: it is */
};

struct control_peer {
	struct control *control;
	struct loop_watch watch;
	int fd;         /* -1: nobody */
	clock_ms until; /* when the request must be whole */
	struct request request;
	unsigned long lost; /* lines that it did not take */
};

struct control {
	struct loop *loop;
	struct control_owner owner;
	struct listener listener[LISTENERS];
	struct address path[CONTROL_NAMES];
	struct stat file[CONTROL_NAMES]; /* the paths' sockets */
	struct control_peer peer[CONTROL_PEERS];
};

/* --- clients --- */

static void peer_close(struct control_peer *peer)
{
	loop_remove(peer->control->loop, peer->fd);
	descriptors_close(&peer->fd);
	request_free(&peer->request);
	peer->until = CLOCK_NEVER;
}

static void peer_leave(struct control_peer *peer)
{
	bool asked = peer->request.complete;

	if (asked)
		peer->control->owner.left(peer->control->owner.context, peer);
	peer_close(peer);
}

/* Whether the client takes all of it now. */
static bool peer_send(const struct control_peer *peer, const char *bytes, size_t count)
{
	return RETRY(send(peer->fd, bytes, count, MSG_DONTWAIT | MSG_NOSIGNAL)) == (ssize_t)count;
}

static bool peer_answer(struct control_peer *peer, char mark, const char *text)
{
	size_t length;
	char *answer = answer_format(mark, text, &length);
	bool sent = answer != NULL && peer_send(peer, answer, length);

	free(answer);
	return sent;
}

void control_say(struct control_peer *peer, const char *text)
{
	(void)peer_answer(peer, '=', text);
}

void control_complain(struct control_peer *peer, const char *text)
{
	(void)peer_answer(peer, '!', text);
}

void control_finish(struct control_peer *peer, int status)
{
	char end[16];

	snprintf(end, sizeof end, "#%d\n", status);
	(void)peer_send(peer, end, strlen(end));
	peer_close(peer);
}

static void peer_take(struct control_peer *peer, const char *bytes, size_t count)
{
	struct request *request = &peer->request;
	bool was_complete = request->complete;
	const char *why = request_feed(request, bytes, count);

	if (why != NULL && !was_complete) {
		control_complain(peer, why);
		control_finish(peer, 2);
		return;
	}
	for (; why == NULL && request->complete && request->pings > 0; request->pings--)
		if (!peer_send(peer, ".\n", 2))
			why = "it does not read";
	if (why != NULL) {
		peer_leave(peer);
	} else if (request->complete && !was_complete) {
		peer->until = CLOCK_NEVER;
		peer->control->owner.asked(peer->control->owner.context, peer, request);
	}
}

static void on_bytes(void *context)
{
	struct control_peer *peer = context;
	char bytes[4096];
	ssize_t got = RETRY(recv(peer->fd, bytes, sizeof bytes, MSG_DONTWAIT));

	if (got > 0)
		peer_take(peer, bytes, (size_t)got);
	else if (got == 0 || errno != EAGAIN)
		peer_leave(peer);
}

static struct control_peer *find_free(struct control *control)
{
	for (size_t i = 0; i < CONTROL_PEERS; i++)
		if (control->peer[i].fd == -1)
			return &control->peer[i];
	return NULL;
}

/* Who has hung up stands in nobody's way, even if what it said was not read yet. */
static void drop_departed(struct control *control)
{
	for (size_t i = 0; i < CONTROL_PEERS; i++) {
		struct pollfd peer = { .fd = control->peer[i].fd };

		if (poll(&peer, 1, 0) == 1)
			peer_leave(&control->peer[i]);
	}
}

static struct control_peer *find_room(struct control *control)
{
	struct control_peer *room = find_free(control);

	if (room == NULL)
		drop_departed(control);
	return room != NULL ? room : find_free(control);
}

static void peer_start(struct control *control, int fd)
{
	static const char full[] = "!too many clients at a time: try again\n#1\n";
	struct control_peer *peer = address_is_ours(fd) ? find_room(control) : NULL;
	int room = ANSWER_ROOM;

	if (peer == NULL) {
		if (address_is_ours(fd))
			(void)send(fd, full, sizeof full - 1, MSG_DONTWAIT | MSG_NOSIGNAL);
		close(fd);
		return;
	}
	(void)setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &room, sizeof room);
	*peer = (struct control_peer){ .control = control,
		                       .watch = { on_bytes, peer },
		                       .fd = fd,
		                       .until = clock_now() + CONTROL_PATIENCE,
		                       .request = REQUEST_INITIALIZER };
	if (loop_add(control->loop, fd, &peer->watch) == -1)
		descriptors_close(&peer->fd);
}

/* A client that can't be taken (no descriptor is left) would wake us again and again. */
static void listener_rest(struct listener *listener)
{
	loop_remove(listener->control->loop, listener->fd);
	listener->resumes = clock_now() + CONTROL_PATIENCE;
}

static void listener_tick(struct listener *listener, clock_ms now)
{
	if (now < listener->resumes)
		return;
	listener->resumes = CLOCK_NEVER;
	if (loop_add(listener->control->loop, listener->fd, &listener->watch) == -1)
		listener->resumes = now + CONTROL_PATIENCE;
}

static void on_client(void *context)
{
	struct listener *listener = context;
	int fd = accept4(listener->fd, NULL, NULL, SOCK_CLOEXEC);

	if (fd != -1)
		peer_start(listener->control, fd);
	else if (errno != EAGAIN && errno != EINTR && errno != ECONNABORTED)
		listener_rest(listener);
}

void control_tell(struct control *control, const char *text)
{
	char left_out[60];

	for (size_t i = 0; i < CONTROL_PEERS; i++) {
		struct control_peer *peer = &control->peer[i];

		if (peer->fd == -1 || !peer->request.complete ||
		    peer->request.command != CONTROL_WATCH)
			continue;
		snprintf(left_out, sizeof left_out, "(%lu lines left out)", peer->lost);
		if (peer->lost > 0 && peer_answer(peer, '=', left_out))
			peer->lost = 0;
		if (peer->lost > 0 || !peer_answer(peer, '=', text))
			peer->lost++;
	}
}

void control_tick(struct control *control, clock_ms now)
{
	for (size_t i = 0; i < CONTROL_PEERS; i++)
		if (control->peer[i].fd != -1 && now >= control->peer[i].until)
			peer_close(&control->peer[i]);
	for (size_t i = 0; i < LISTENERS; i++)
		listener_tick(&control->listener[i], now);
}

clock_ms control_wake(const struct control *control)
{
	clock_ms due = CLOCK_NEVER;

	for (size_t i = 0; i < CONTROL_PEERS; i++)
		if (control->peer[i].fd != -1)
			due = clock_earlier(due, control->peer[i].until);
	for (size_t i = 0; i < LISTENERS; i++)
		due = clock_earlier(due, control->listener[i].resumes);
	return due;
}

/* --- listening --- */

static int open_socket(const struct address *address)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), bound;
	mode_t mask;

	if (fd == -1)
		return -1;
	mask = umask(S_IXUSR | S_IRWXG | S_IRWXO);
	bound = bind(fd, (const struct sockaddr *)&address->socket, address->length);
	umask(mask);
	if (bound == 0 && listen(fd, CONTROL_PEERS) == 0)
		return fd;
	descriptors_close(&fd);
	return -1;
}

static int listen_at(struct control *control, int which, const struct address *address)
{
	struct listener *listener = &control->listener[which];

	*listener = (struct listener){ .control = control,
		                       .watch = { on_client, listener },
		                       .fd = open_socket(address),
		                       .resumes = CLOCK_NEVER };
	if (listener->fd == -1)
		return -1;
	return loop_add(control->loop, listener->fd, &listener->watch);
}

/* Whether the socket file is still the one that was made. */
static bool is_file(const struct control *control, size_t name)
{
	struct stat status;

	return lstat(control->path[name].socket.sun_path, &status) == 0 &&
	       status.st_dev == control->file[name].st_dev &&
	       status.st_ino == control->file[name].st_ino;
}

/* What lies there is of an mswatch that was killed: the lock is ours. */
static bool listen_at_path(struct control *control, size_t index, const char *name)
{
	struct address *address = &control->path[index];
	const char *path = address->socket.sun_path;

	if (!address_of_path(address, name))
		return false;
	(void)unlink(path);
	return listen_at(control, (int)index * LISTEN_KINDS + LISTEN_PATH, address) == 0 &&
	       lstat(path, &control->file[index]) == 0;
}

/* Whether anybody who knows this name can reach us. */
static bool listen_for(struct control *control, size_t index, const char *name)
{
	bool listens = listen_at_path(control, index, name);
	struct address abstract;

	address_of_abstract(&abstract, name);
	return listen_at(control, (int)index * LISTEN_KINDS + LISTEN_ABSTRACT, &abstract) == 0 ||
	       listens;
}

struct control *control_open(struct loop *loop, const struct control_owner *owner,
                             const char *const names[CONTROL_NAMES])
{
	struct control *control = memory_new(1, sizeof *control);
	bool listens = false;

	control->loop = loop;
	control->owner = *owner;
	for (size_t i = 0; i < CONTROL_PEERS; i++)
		control->peer[i] = (struct control_peer){ .fd = -1, .until = CLOCK_NEVER };
	for (size_t i = 0; i < LISTENERS; i++)
		control->listener[i] = (struct listener){ .fd = -1, .resumes = CLOCK_NEVER };
	for (size_t i = 0; i < CONTROL_NAMES; i++) {
		control->path[i].directory = -1;
		if (names[i] != NULL &&
		    (i == 0 || names[0] == NULL || strcmp(names[0], names[i]) != 0))
			listens |= listen_for(control, i, names[i]);
	}
	if (!listens)
		message_error("control channel: %s; --status, --sync and the like can't reach this "
		              "mswatch",
		              strerror(errno));
	return control;
}

/* The end, for one that waits or watches. */
static void peer_dismiss(struct control_peer *peer)
{
	const struct request *request = &peer->request;

	if (!request->complete) {
		peer_close(peer);
	} else if (request->command == CONTROL_WATCH) {
		control_finish(peer, EXIT_SUCCESS);
	} else {
		control_complain(peer, "mswatch has ended meanwhile");
		control_finish(peer, EXIT_FAILURE);
	}
}

static void listener_close(struct control *control, struct listener *listener)
{
	if (listener->fd != -1)
		loop_remove(control->loop, listener->fd);
	descriptors_close(&listener->fd);
}

void control_close(struct control *control)
{
	for (size_t i = 0; i < CONTROL_PEERS; i++)
		if (control->peer[i].fd != -1)
			peer_dismiss(&control->peer[i]);
	for (size_t i = 0; i < CONTROL_NAMES; i++) {
		if (control->listener[i * LISTEN_KINDS + LISTEN_PATH].fd != -1 &&
		    is_file(control, i))
			(void)unlink(control->path[i].socket.sun_path);
		address_free(&control->path[i]);
	}
	for (size_t i = 0; i < LISTENERS; i++)
		listener_close(control, &control->listener[i]);
	free(control);
}
