/* The control channel between two processes: an mswatch that answers, and who asks it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "control/address.h"
#include "control/client.h"
#include "control/control.h"
#include "memory.h"

#define CLIENTS 1000

static char *directory; /* of this test, in the place of XDG_RUNTIME_DIR */

/* Two names of a configuration: no other run's, as abstract sockets know no directory. */
static char *name_itself, *name_linked;

static pid_t server;

/* What it prints is not this program's output. */
static enum client_result ask_for(const char *name, enum control_command command,
                                  const char *argument, int *status)
{
	int out = dup(STDOUT_FILENO), null = open("/dev/null", O_WRONLY | O_CLOEXEC);
	enum client_result result;

	fflush(stdout);
	dup2(null, STDOUT_FILENO);
	result = client_ask((const char *const[CONTROL_NAMES]){ NULL, name }, command, &argument,
	                    argument != NULL, status);
	fflush(stdout);
	dup2(out, STDOUT_FILENO);
	close(out);
	close(null);
	return result;
}

static int ask(enum control_command command, const char *argument)
{
	int status = -1;

	assert_int_equal(ask_for(name_itself, command, argument, &status), CLIENT_ANSWERED);
	return status;
}

/* --- the server: says what it is asked; "wait" is answered by the next "go" --- */

struct answerer {
	struct control *control;
	struct control_peer *waiting;
	bool ends;
};

static void asked(void *context, struct control_peer *peer, const struct request *request)
{
	struct answerer *answerer = context;
	char text[100];

	snprintf(text, sizeof text, "%d %zu", (int)request->command, request->count);
	if (request->command == CONTROL_WATCH) {
		for (int i = 0; i < 100000; i++)
			control_tell(answerer->control, "a line of the log");
		return;
	}
	if (request->command == CONTROL_STOP)
		answerer->ends = true;
	if (request->command == CONTROL_SYNC && strcmp(request->argument[0], "wait") == 0) {
		answerer->waiting = peer;
		return;
	}
	if (answerer->waiting != NULL) {
		control_say(answerer->waiting, "at last");
		control_finish(answerer->waiting, 3);
		answerer->waiting = NULL;
	}
	control_say(peer, text);
	control_complain(peer, "and two\nlines");
	control_finish(peer, 7);
}

static void left(void *context, struct control_peer *peer)
{
	struct answerer *answerer = context;

	if (answerer->waiting == peer)
		answerer->waiting = NULL;
}

static _Noreturn void serve(int ready)
{
	const char *const names[CONTROL_NAMES] = { name_itself, name_linked };
	struct answerer answerer = { .control = NULL };
	const struct control_owner owner = { .context = &answerer, .asked = asked, .left = left };
	struct loop loop;

	/* whatever becomes of the test */
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) == -1 || loop_open(&loop) == -1)
		_exit(1);
	answerer.control = control_open(&loop, &owner, names);
	if (write(ready, "x", 1) != 1)
		_exit(1);
	while (!answerer.ends) {
		control_tick(answerer.control, clock_now());
		if (loop_wait(&loop, control_wake(answerer.control)) == -1)
			_exit(1);
	}
	control_close(answerer.control);
	_exit(0);
}

static int start_server(void **state)
{
	int pipes[2];
	char byte;

	(void)state;
	assert_int_equal(pipe(pipes), 0);
	server = fork();
	assert_int_not_equal(server, -1);
	if (server == 0)
		serve(pipes[1]);
	assert_int_equal(read(pipes[0], &byte, 1), 1);
	close(pipes[0]);
	close(pipes[1]);
	return 0;
}

static char *socket_file(void)
{
	struct address address;
	char *file;

	assert_true(address_of_path(&address, name_itself));
	file = memory_copy(address.socket.sun_path);
	address_free(&address);
	return file;
}

static int stop_server(void **state)
{
	char *file = socket_file();
	int result;

	(void)state;
	assert_int_equal(ask(CONTROL_STOP, NULL), 7);
	assert_int_equal(waitpid(server, &result, 0), server);
	assert_int_equal(result, 0);
	assert_int_equal(access(file, F_OK), -1);
	free(file);
	return 0;
}

/* --- clients --- */

/* A connection to one of both sockets, by hand. */
static int reach_name(const char *name, bool abstract)
{
	struct address address;
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (abstract)
		address_of_abstract(&address, name);
	else
		assert_true(address_of_path(&address, name));
	if (connect(fd, (const struct sockaddr *)&address.socket, address.length) == -1) {
		close(fd);
		fd = -1;
	}
	address_free(&address);
	return fd;
}

static int reach(bool abstract)
{
	return reach_name(name_itself, abstract);
}

static void say(int fd, const char *text)
{
	(void)send(fd, text, strlen(text), MSG_NOSIGNAL);
}

/* All that comes until the other end closes. */
static void hear(int fd, char *text, size_t room)
{
	size_t length = 0;
	ssize_t got;

	while (length < room - 1 && (got = read(fd, text + length, room - 1 - length)) > 0)
		length += (size_t)got;
	text[length] = '\0';
	close(fd);
}

static void both_sockets_answer(void **state)
{
	char text[200];

	(void)state;
	for (int abstract = 0; abstract < 2; abstract++) {
		for (int named = 0; named < 2; named++) {
			int fd = reach_name(named ? name_linked : name_itself, abstract);

			say(fd, "mswatch 1 sync\na\nb\n\n");
			hear(fd, text, sizeof text);
			assert_string_equal(text, "=1 2\n!and two\n!lines\n#7\n");
		}
	}
	assert_int_equal(ask(CONTROL_STATUS, "short"), 7);
}

static void the_abstract_one_is_found_without_the_directory(void **state)
{
	(void)state;
	setenv("XDG_RUNTIME_DIR", "/nonexistent", 1);
	assert_int_equal(ask(CONTROL_STATUS, NULL), 7);
	unsetenv("XDG_RUNTIME_DIR");
	assert_int_equal(ask(CONTROL_STATUS, NULL), 7);
	setenv("XDG_RUNTIME_DIR", directory, 1);
}

static void what_is_no_request_is_told(void **state)
{
	char text[200];
	int fd = reach(false);

	(void)state;
	say(fd, "GET / HTTP/1.0\r\n\n\n");
	hear(fd, text, sizeof text);
	assert_string_equal(text, "!this is no request of mswatch\n#2\n");
}

static void a_late_answer_arrives(void **state)
{
	char text[200];
	int fd = reach(false);

	(void)state;
	say(fd, "mswatch 1 sync\nwait\n\n\n");
	assert_int_equal(read(fd, text, 2), 2);
	assert_memory_equal(text, ".\n", 2);
	assert_int_equal(ask(CONTROL_STATUS, NULL), 7);
	hear(fd, text, sizeof text);
	assert_string_equal(text, "=at last\n#3\n");
}

static void who_leaves_is_forgotten(void **state)
{
	(void)state;
	for (int i = 0; i < 3 * CONTROL_PEERS; i++) {
		int fd = reach(i % 2);

		say(fd, "mswatch 1 sync\nwait\n\n");
		close(fd);
	}
	assert_int_equal(ask(CONTROL_STATUS, NULL), 7);
}

static void one_that_never_reads_loses_lines_alone(void **state)
{
	static const char left_out[] = " lines left out)\n";
	size_t room = 8U << 20;
	char *text;
	int fd = reach(false), other = reach(false);

	(void)state;
	say(fd, "mswatch 1 watch\n\n");
	/* it is answered first: so all lines have been told */
	assert_int_equal(ask(CONTROL_STATUS, NULL), 7);
	text = memory_new(room, 1);
	assert_true(recv(fd, text, room - 1, 0) > 0);
	assert_memory_equal(text, "=a line of the log\n", 19);
	while (recv(fd, text, room - 1, MSG_DONTWAIT) > 0)
		;
	/* the next line: the one who came first is told first */
	say(other, "mswatch 1 watch\n\n");
	assert_int_equal(recv(other, text, 1, 0), 1);
	assert_true(recv(fd, text, room - 1, 0) > 0);
	assert_memory_equal(text, "=(", 2);
	assert_non_null(strstr(text, left_out));
	close(other);
	close(fd);
	free(text);
}

/* Half lines, floods, silence: more of them than are taken at a time. */
static void a_thousand_clients_change_nothing(void **state)
{
	static const char *const begun[] = { "", "mswatch 1 st", "mswatch 1 sync\na\n", "\n" };
	char *flood = memory_new(100001, 1);
	int *fd = memory_new(CLIENTS, sizeof *fd);

	(void)state;
	memset(flood, 'x', 100000);
	for (int i = 0; i < CLIENTS; i++) {
		fd[i] = reach(i % 2);
		if (fd[i] != -1)
			say(fd[i], i % 5 == 4 ? flood : begun[i % 4]);
	}
	for (int i = 0; i < CLIENTS; i++)
		if (fd[i] != -1)
			close(fd[i]);
	assert_int_equal(ask(CONTROL_STATUS, NULL), 7);
	free(fd);
	free(flood);
}

static void too_many_are_told(void **state)
{
	int fd[CONTROL_PEERS], more;
	char text[200];

	(void)state;
	for (int i = 0; i < CONTROL_PEERS; i++) {
		fd[i] = reach(false);
		say(fd[i], "mswatch 1 sync\nwait\n\n\n");
		assert_int_equal(read(fd[i], text, 1), 1);
	}
	more = reach(true);
	hear(more, text, sizeof text);
	assert_non_null(strstr(text, "too many"));
	assert_int_equal(ask(CONTROL_STATUS, NULL), 1);
	for (int i = 0; i < CONTROL_PEERS; i++)
		close(fd[i]);
	assert_int_equal(ask(CONTROL_STATUS, NULL), 7);
}

/* In one process, whose clock is put forward. */
static void one_that_says_nothing_is_dropped_in_time(void **state)
{
	const struct control_owner owner = { .asked = asked, .left = left };
	const char *const names[CONTROL_NAMES] = { name_itself, NULL };
	struct loop loop;
	struct control *control;
	clock_ms due;
	char byte;
	int silent;

	(void)state;
	assert_int_equal(loop_open(&loop), 0);
	control = control_open(&loop, &owner, names);
	assert_int_equal(control_wake(control), CLOCK_NEVER);
	silent = reach_name(name_itself, false);
	say(silent, "mswatch 1 sta");
	while ((due = control_wake(control)) == CLOCK_NEVER)
		assert_int_equal(loop_wait(&loop, CLOCK_NEVER), 0);
	control_tick(control, due - 1);
	assert_int_equal(recv(silent, &byte, 1, MSG_DONTWAIT), -1);
	control_tick(control, due);
	assert_int_equal(recv(silent, &byte, 1, 0), -1);
	assert_int_equal(control_wake(control), CLOCK_NEVER);
	close(silent);
	control_close(control);
	close(loop.timer);
	close(loop.epoll);
}

static void nobody_listens(void **state)
{
	int status;

	(void)state;
	assert_int_equal(ask_for("/another", CONTROL_STATUS, NULL, &status), CLIENT_NONE);
}

static void a_socket_of_a_killed_one_is_replaced(void **state)
{
	int status;

	(void)state;
	kill(server, SIGKILL);
	assert_int_equal(waitpid(server, &status, 0), server);
	assert_int_equal(ask_for(name_itself, CONTROL_STATUS, NULL, &status), CLIENT_NONE);
	start_server(NULL);
	assert_int_equal(ask(CONTROL_STATUS, NULL), 7);
}

static int make_directory(void **state)
{
	int null;

	(void)state;
	directory = memory_copy("/tmp/mswatch-unit.XXXXXX");
	if (mkdtemp(directory) == NULL)
		return -1;
	name_itself = memory_format("%s/mswatchrc", directory);
	name_linked = memory_format("%s/link", directory);
	null = freopen("/dev/null", "w", stderr) == NULL;
	return null || setenv("XDG_RUNTIME_DIR", directory, 1);
}

static int remove_directory(void **state)
{
	char *below = memory_format("%s/mswatch", directory);
	int result = rmdir(below);

	(void)state;
	result |= rmdir(directory);
	free(below);
	free(name_itself);
	free(name_linked);
	free(directory);
	return result;
}

#define served(test) cmocka_unit_test_setup_teardown(test, start_server, stop_server)

int main(void)
{
	const struct CMUnitTest tests[] = {
		served(both_sockets_answer),
		served(the_abstract_one_is_found_without_the_directory),
		served(what_is_no_request_is_told),
		served(a_late_answer_arrives),
		served(who_leaves_is_forgotten),
		served(one_that_never_reads_loses_lines_alone),
		served(a_thousand_clients_change_nothing),
		served(too_many_are_told),
		cmocka_unit_test(one_that_says_nothing_is_dropped_in_time),
		served(nobody_listens),
		served(a_socket_of_a_killed_one_is_replaced),
	};

	return cmocka_run_group_tests(tests, make_directory, remove_directory);
}
