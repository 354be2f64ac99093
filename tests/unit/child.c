#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "child.h"
#include "guard.h"

/* A bound for what should take no time at all. */
#define LONG_MS 60000

/* The commands hold the write end of this pipe: its end of file tells that all are gone. */
static int lifetime[2];

static const struct child_setup quiet = { .in = -1, .out = -1, .error = -1, .grace = CHILD_GRACE };
static const struct child_setup impatient = { .in = -1, .out = -1, .error = -1, .grace = 100 };

static int start_words(struct child *child, const struct child_setup *setup, const char *program,
                       const char *option, const char *argument)
{
	char words[3][1024];
	char *argv[] = { words[0], option != NULL ? words[1] : NULL, words[2], NULL };

	snprintf(words[0], sizeof words[0], "%s", program);
	snprintf(words[1], sizeof words[1], "%s", option != NULL ? option : "");
	snprintf(words[2], sizeof words[2], "%s", argument != NULL ? argument : "");
	return child_start(child, argv, setup);
}

static void start_with(struct child *child, const struct child_setup *setup, const char *script)
{
	assert_int_equal(start_words(child, setup, "bash", "-c", script), 0);
}

/* Starts a script whose stdout, and its children's, is the lifetime pipe. */
static void start_script(struct child *child, clock_ms grace, const char *script)
{
	struct child_setup setup = impatient;

	assert_int_equal(pipe2(lifetime, O_CLOEXEC), 0);
	setup.grace = grace;
	setup.out = lifetime[1];
	start_with(child, &setup, script);
	close(lifetime[1]);
}

/* Lets go of one that has gone, but keeps what is known of its end. */
static void let_go(struct child *child)
{
	struct child ended = *child;

	child_release(child);
	*child = ended;
	child->fd = -1;
}

static void await_state(struct child *child, enum child_state wanted)
{
	struct pollfd ready = { .events = POLLIN };

	while (child_read(child) < wanted) {
		ready.fd = child_fd(child);
		assert_int_equal(poll(&ready, 1, LONG_MS), 1);
	}
	if (wanted == CHILD_GONE)
		let_go(child);
}

static void await_line(const char *wanted)
{
	struct pollfd ready = { .fd = lifetime[0], .events = POLLIN };
	char got[64] = "";

	for (size_t used = 0; used < strlen(wanted); used++) {
		assert_int_equal(poll(&ready, 1, LONG_MS), 1);
		assert_int_equal(read(lifetime[0], got + used, 1), 1);
	}
	assert_string_equal(got, wanted);
}

/* Everything that held the lifetime pipe is gone. */
static void await_end_of_all(void)
{
	struct pollfd ready = { .fd = lifetime[0], .events = POLLIN };
	char byte;

	do
		assert_int_equal(poll(&ready, 1, LONG_MS), 1);
	while (read(lifetime[0], &byte, 1) == 1);
	close(lifetime[0]);
}

static int open_descriptors(void)
{
	DIR *list = opendir("/proc/self/fd");
	int count = 0;

	assert_non_null(list);
	while (readdir(list) != NULL)
		count++;
	closedir(list);
	return count;
}

static void status_is_passed_on(void **state)
{
	struct child child;
	char text[80], wanted[80];

	(void)state;
	start_with(&child, &quiet, "exit 3");
	await_state(&child, CHILD_GONE);
	assert_int_equal(child_exit_status(&child), 3);
	assert_string_equal(child_describe(&child, text, sizeof text), "exited (status 3)");
	start_with(&child, &quiet, "kill -USR1 $$");
	await_state(&child, CHILD_GONE);
	assert_int_equal(child_exit_status(&child), 128 + SIGUSR1);
	assert_string_equal(child_describe(&child, text, sizeof text), "was killed by SIGUSR1");
	/* one without a name; an emulator gives it another number */
	start_with(&child, &quiet, "kill -40 $$");
	await_state(&child, CHILD_GONE);
	assert_in_range(child_exit_status(&child), 128 + SIGRTMIN, 128 + SIGRTMAX);
	snprintf(wanted, sizeof wanted, "was killed by signal %d", child_exit_status(&child) - 128);
	assert_string_equal(child_describe(&child, text, sizeof text), wanted);
}

static void missing_command_is_told(void **state)
{
	struct child child;
	char text[80];

	(void)state;
	assert_int_equal(start_words(&child, &quiet, "/nowhere/at-all", NULL, NULL), 0);
	await_state(&child, CHILD_GONE);
	assert_int_equal(child.start_error, ENOENT);
	assert_int_equal(child_exit_status(&child), 127);
	assert_string_equal(child_describe(&child, text, sizeof text),
	                    "could not be started: /nowhere/at-all: No such file or directory");
	assert_int_equal(start_words(&child, &quiet, "/", NULL, NULL), 0);
	await_state(&child, CHILD_GONE);
	assert_int_equal(child.start_error, EACCES);
	assert_int_equal(child_exit_status(&child), 126);
}

static void environment_and_descriptors_are_as_asked(void **state)
{
	const char *const environment[] = { "MSW_ADDED=yes", "MSW_REMOVED", NULL };
	struct child_setup setup = quiet;
	struct child child;
	int inherited = dup(0);

	(void)state;
	assert_true(inherited > 2);
	setenv("MSW_REMOVED", "still there", 1);
	signal(SIGUSR1, SIG_IGN);
	setup.environment = environment;
	start_with(&child, &setup,
	           "[[ $MSW_ADDED == yes && ! -v MSW_REMOVED ]] || exit 1\n"
	           "for ((fd = 3; fd < 250; fd++)); do [[ ! -e /proc/$$/fd/$fd ]] || exit 2; done\n"
	           "[[ $(readlink /proc/$$/fd/0) == /dev/null ]] || exit 3\n"
	           "[[ $(ps -o pgid= $$) -eq $(ps -o pgid= $PPID) ]] || exit 4\n"
	           /* glibc keeps signals 32 and 33 to itself: signal(2) can't reset them */
	           "exec grep -Pzq 'SigBlk:\\s0+\\nSigIgn:\\s0{7}[01][08]0{7}\\n' "
	           "/proc/self/status");
	await_state(&child, CHILD_GONE);
	assert_int_equal(child_exit_status(&child), 0);
	signal(SIGUSR1, SIG_DFL);
	close(inherited);
}

static void given_descriptors_are_used(void **state)
{
	struct child_setup setup = quiet;
	struct child child;
	char got[32];
	int in[2], out[2];

	(void)state;
	assert_int_equal(pipe2(in, O_CLOEXEC), 0);
	assert_int_equal(pipe2(out, O_CLOEXEC), 0);
	setup.in = fcntl(in[0], F_DUPFD_CLOEXEC, 5);
	setup.out = setup.error = out[1];
	start_with(&child, &setup, "read -r line; echo got $line; echo $line too >&2");
	close(setup.in);
	close(in[0]);
	close(out[1]);
	assert_int_equal(write(in[1], "it\n", 3), 3);
	await_state(&child, CHILD_GONE);
	assert_int_equal(read(out[0], got, sizeof got), 14);
	assert_memory_equal(got, "got it\nit too\n", 14);
	close(in[1]);
	close(out[0]);
}

static void deaf_tree_is_killed(void **state)
{
	struct child child;

	(void)state;
	start_script(&child, 100,
	             "trap '' TERM; (while :; do sleep 1000; done) & echo up; wait; wait");
	await_line("up\n");
	child_end(&child);
	await_state(&child, CHILD_GONE);
	assert_int_equal(child.status, SIGKILL);
	await_end_of_all();
}

static void end_reaches_stopped_and_stray_processes(void **state)
{
	struct child child;

	(void)state;
	start_script(&child, LONG_MS,
	             "timeout 1000 bash -c 'echo up; sleep 1000' & kill -STOP $$; exit 7");
	await_line("up\n");
	child_end(&child);
	await_state(&child, CHILD_GONE);
	assert_int_equal(child.status, SIGTERM);
	await_end_of_all();
}

static void chosen_signal_is_sent(void **state)
{
	struct child child;

	(void)state;
	start_script(&child, LONG_MS, "trap 'exit 9' INT; echo up; while :; do sleep 0.05; done");
	await_line("up\n");
	child_end_by(&child, SIGINT);
	await_state(&child, CHILD_GONE);
	assert_int_equal(child_exit_status(&child), 9);
	await_end_of_all();
}

static void kill_does_not_wait_for_the_grace(void **state)
{
	struct child child;

	(void)state;
	start_script(&child, 100 * LONG_MS,
	             "trap '' TERM; timeout 1000 sleep 1000 & echo up; wait");
	await_line("up\n");
	child_end(&child);
	child_kill(&child);
	await_state(&child, CHILD_GONE);
	assert_int_equal(child.status, SIGKILL);
	await_end_of_all();
}

static void leftovers_are_ended(void **state)
{
	struct child child;

	(void)state;
	start_script(&child, 100, "trap '' TERM; sleep 1000 & exit 0");
	await_state(&child, CHILD_ENDED);
	assert_int_equal(child_exit_status(&child), 0);
	await_end_of_all();
	await_state(&child, CHILD_GONE);
}

static void daemon_is_left_alone(void **state)
{
	struct child child;
	char got[32] = "";
	pid_t daemon;

	(void)state;
	start_script(&child, 100 * LONG_MS,
	             "setsid bash -c 'echo $$; exec sleep 1000' &\n"
	             "while (($(ps -o sid= $!) != $!)); do sleep 0.01; done; exit 4");
	await_state(&child, CHILD_ENDED);
	assert_int_equal(child_exit_status(&child), 4);
	await_state(&child, CHILD_GONE);
	assert_true(read(lifetime[0], got, sizeof got - 1) > 0);
	daemon = (pid_t)atol(got);
	assert_true(daemon > 1);
	assert_int_equal(kill(daemon, SIGKILL), 0);
	await_end_of_all();
}

/* What this program does when it is itself a command: WAY on its command line. */
static void become_daemon(void)
{
	if (daemon(1, 1) == -1)
		_exit(1);
}

static void fork_twice(void)
{
	if (fork() != 0)
		_exit(0);
	setsid();
	if (fork() != 0)
		_exit(0);
}

/* It lives if it answers SIGUSR1, which it can't before it has told its number. */
static int live_as_daemon(void)
{
	sigset_t set;
	pid_t self = getpid();
	int number;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, NULL);
	if (write(STDOUT_FILENO, &self, sizeof self) != sizeof self || sigwait(&set, &number) != 0)
		return 1;
	return write(STDOUT_FILENO, &self, sizeof self) != sizeof self;
}

static _Noreturn void pause_for_ever(void)
{
	for (;;)
		pause();
}

/* Leaves a process in the group; one that leads its own; one below a daemon. */
static void leave_behind(const char *way)
{
	pid_t left = fork();

	/* No daemon in the making here: it has left, or nobody means to. */
	while (left != 0 && strcmp(way, "below") == 0 && getsid(left) == getsid(0))
		usleep(1000);
	if (left != 0)
		_exit(0);
	if (strcmp(way, "deaf") == 0)
		signal(SIGTERM, SIG_IGN);
	if (strcmp(way, "group") == 0)
		setpgid(0, 0);
	if (strcmp(way, "below") == 0 && fork() != 0) {
		setsid();
		exit(live_as_daemon());
	}
	pause_for_ever();
}

/*
 * Stands still as on a machine that is too busy to let it run: a child that
 * is begun as by vfork(2) holds its parent up, here for more than the time
 * that there is for becoming a daemon, or for ever.
 */
static void be_held(bool for_ever)
{
	if (fork() != 0)
		_exit(0);
	if (syscall(SYS_clone, CLONE_VFORK | SIGCHLD, 0, 0, 0, 0) != 0)
		return;
	usleep(300000);
	if (for_ever)
		pause_for_ever();
	_exit(0);
}

/* It has had its turn, and goes on. */
static _Noreturn void be_busy(void)
{
	if (fork() != 0)
		_exit(0);
	for (;;)
		(void)getppid();
}

#define CHAIN_LINKS 2000
#define CHAIN_LINK_US 300

/* Goes on by forking and exiting, deaf to TERM, in groups of its own, for a while. */
static void leave_chain(bool for_ever)
{
	signal(SIGTERM, SIG_IGN);
	if (fork() != 0)
		_exit(0);
	for (int links = 0; for_ever || links < CHAIN_LINKS; links++) {
		setpgid(0, 0);
		usleep(CHAIN_LINK_US);
		if (fork() != 0)
			_exit(0);
	}
	_exit(0);
}

static int act_as_command(const char *way)
{
	if (strcmp(way, "chain") == 0 || strcmp(way, "endless") == 0)
		leave_chain(strcmp(way, "endless") == 0);
	if (strcmp(way, "busy") == 0)
		be_busy();
	if (strcmp(way, "held") == 0 || strcmp(way, "stuck") == 0)
		be_held(strcmp(way, "stuck") == 0);
	if (strcmp(way, "daemon") == 0 || strcmp(way, "held") == 0)
		become_daemon();
	else if (strcmp(way, "twice") == 0)
		fork_twice();
	else if (strcmp(way, "answer") != 0)
		leave_behind(way);
	return live_as_daemon();
}

/* A run of this program in one of its ways, and the pipe that all of it writes to. */
struct run {
	struct child child;
	int pipe;
};

static void start_way(struct run *run, const char *way, clock_ms grace, bool session)
{
	char self[] = "/proc/self/exe", word[16], *plain[] = { self, word, NULL };
	char setsid_program[] = "setsid", fork_option[] = "-f", path[1024], answer[] = "answer";
	char *by_setsid[] = { setsid_program, fork_option, path, answer, NULL };
	struct child_setup setup = { .in = -1, .error = -1, .grace = grace, .session = session };
	ssize_t length = readlink(self, path, sizeof path - 1);
	int ends[2];

	assert_true(length > 0);
	path[length] = '\0';
	snprintf(word, sizeof word, "%s", way);
	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	run->pipe = ends[0];
	setup.out = ends[1];
	assert_int_equal(child_start(&run->child, strcmp(way, "setsid") == 0 ? by_setsid : plain,
	                             &setup), 0);
	close(ends[1]);
}

/* The next number that the run's daemon says; 0 when nobody is left to say one. */
static pid_t hear(const struct run *run)
{
	struct pollfd ready = { .fd = run->pipe, .events = POLLIN };
	pid_t number = 0;

	assert_int_equal(poll(&ready, 1, LONG_MS), 1);
	return read(run->pipe, &number, sizeof number) == (ssize_t)sizeof number ? number : 0;
}

static bool daemon_lives(const struct run *run)
{
	pid_t number = hear(run);

	return number != 0 && kill(number, SIGUSR1) == 0 && hear(run) == number && hear(run) == 0;
}

#define RUNS 100
#define AT_ONCE 4
#define STRAGGLERS_AT_ONCE 25

/*
 * Of RUNS all daemons live, and none is waited for: that would last for the
 * grace, for which await_state() does not wait.
 */
static void daemons_live(const char *way, bool session)
{
	struct run run[AT_ONCE];
	int rounds, lived = 0;

	for (rounds = 0; rounds < RUNS / AT_ONCE; rounds++) {
		for (size_t i = 0; i < AT_ONCE; i++)
			start_way(&run[i], way, 100 * LONG_MS, session);
		for (size_t i = 0; i < AT_ONCE; i++) {
			await_state(&run[i].child, CHILD_GONE);
			assert_int_equal(child_exit_status(&run[i].child), 0);
			lived += daemon_lives(&run[i]);
			close(run[i].pipe);
		}
	}
	assert_int_equal(lived, RUNS);
}

static void daemons_live_in_each_way(void **state)
{
	static const char *const ways[] = { "daemon", "twice", "setsid" };

	(void)state;
	for (size_t i = 0; i < 3; i++)
		daemons_live(ways[i], true);
	daemons_live(ways[0], false);
}

static void daemon_lives_that_had_no_turn(void **state)
{
	struct run run;

	(void)state;
	start_way(&run, "held", 100 * LONG_MS, true);
	await_state(&run.child, CHILD_GONE);
	assert_true(daemon_lives(&run));
	close(run.pipe);
}

/* What has its turn and stays, and what gets none for seconds. */
static void turn_is_not_waited_for_for_ever(void **state)
{
	static const char *const ways[] = { "busy", "stuck" };
	struct run run;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		start_way(&run, ways[i], 100 * LONG_MS, i == 0);
		await_state(&run.child, CHILD_GONE);
		assert_int_equal(hear(&run), 0);
		close(run.pipe);
	}
}

/* Nothing is left when a run is told to be gone. */
static void some_stragglers_are_ended(const char *way, bool session)
{
	clock_ms grace = strcmp(way, "deaf") == 0 ? 10 : 100 * LONG_MS;
	struct run run[STRAGGLERS_AT_ONCE];
	struct pollfd ready = { .events = POLLIN };
	pid_t daemon = 0;

	for (size_t i = 0; i < STRAGGLERS_AT_ONCE; i++)
		start_way(&run[i], way, grace, session);
	for (size_t i = 0; i < STRAGGLERS_AT_ONCE; i++) {
		await_state(&run[i].child, CHILD_GONE);
		assert_int_equal(child_exit_status(&run[i].child), 0);
		if (strcmp(way, "below") == 0) {
			assert_true((daemon = hear(&run[i])) > 0);
			assert_int_equal(kill(daemon, SIGKILL), 0);
		}
		/* The daemon's end takes a moment; the others' must be over. */
		ready.fd = run[i].pipe;
		assert_int_equal(poll(&ready, 1, daemon != 0 ? LONG_MS : 0), 1);
		assert_int_equal(hear(&run[i]), 0);
		close(run[i].pipe);
	}
}

static void stragglers_are_ended(const char *way, bool session)
{
	for (int rounds = 0; rounds < RUNS / STRAGGLERS_AT_ONCE; rounds++)
		some_stragglers_are_ended(way, session);
}

static void stragglers_are_ended_in_each_way(void **state)
{
	static const char *const ways[] = { "group", "deaf", "plain", "below" };

	(void)state;
	for (size_t i = 0; i < 4; i++)
		stragglers_are_ended(ways[i], true);
	stragglers_are_ended(ways[0], false);
}

/* Each look through all processes may miss what moves on meanwhile. */
static void chain_is_waited_for(void **state)
{
	static const char *const ways[] = { "chain", "endless" };
	static const clock_ms graces[] = { 100 * LONG_MS, 10 };

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		struct run run;

		start_way(&run, ways[i / 2], graces[i / 2], i % 2 == 0);
		await_state(&run.child, CHILD_GONE);
		assert_int_equal(child_exit_status(&run.child), 0);
		assert_int_equal(poll(&(struct pollfd){ run.pipe, POLLIN, 0 }, 1, 0), 1);
		assert_int_equal(hear(&run), 0);
		close(run.pipe);
	}
}

/* In a session there is nothing but this to see that it stands still. */
static void stop_in_a_session_is_told(void **state)
{
	struct child_setup setup = quiet;
	struct child child;
	char text[80];

	(void)state;
	setup.session = true;
	start_with(&child, &setup, "kill -STOP $$; exit 6");
	while (child_read(&child) == CHILD_RUNNING && child.stopped == 0)
		assert_int_equal(poll(&(struct pollfd){ child_fd(&child), POLLIN, 0 }, 1, LONG_MS),
		                 1);
	assert_int_equal(child.stopped, SIGSTOP);
	assert_int_equal(kill(child.stopped_process, SIGCONT), 0);
	await_state(&child, CHILD_GONE);
	assert_string_equal(child_describe(&child, text, sizeof text), "exited (status 6)");
}

static void session_has_no_terminal(void **state)
{
	struct child_setup setup = quiet;
	struct child child;

	(void)state;
	setup.session = true;
	start_with(&child, &setup,
	           "read -r _ _ _ _ group session terminal _ </proc/$$/stat\n"
	           "((group == PPID && session == PPID && terminal == 0)) || exit 1\n"
	           "! { : </dev/tty; } 2>/dev/null");
	await_state(&child, CHILD_GONE);
	assert_int_equal(child_exit_status(&child), 0);
}

static void release_ends_the_tree(void **state)
{
	struct child child;

	(void)state;
	start_script(&child, 100, "trap '' TERM; sleep 1000 & echo up; wait; wait");
	await_line("up\n");
	child_release(&child);
	assert_int_equal(child.state, CHILD_NONE);
	await_end_of_all();
	while (waitid(P_ALL, 0, &(siginfo_t){ 0 }, WEXITED | WNOWAIT) == -1 && errno == EINTR)
		;
	children_reap();
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
}

static void killed_guard_takes_its_group_along(void **state)
{
	struct child child;

	(void)state;
	start_script(&child, LONG_MS, "trap '' TERM; sleep 1000 & echo up; wait; wait");
	await_line("up\n");
	assert_int_equal(kill(child.guard, SIGKILL), 0);
	await_state(&child, CHILD_GONE);
	assert_int_equal(child.status, SIGKILL);
	await_end_of_all();
}

/* When it is told that it is gone: the next run starts then. */
static void killed_guard_takes_its_session_along(void **state)
{
	struct child_setup setup = impatient;
	struct child child;

	(void)state;
	for (int i = 0; i < 10; i++) {
		assert_int_equal(pipe2(lifetime, O_CLOEXEC), 0);
		setup.session = true;
		setup.out = lifetime[1];
		start_with(&child, &setup,
		           "trap '' TERM; timeout 1000 bash -c 'echo up; sleep 1000; wait' & "
		           "wait; wait");
		close(lifetime[1]);
		await_line("up\n");
		assert_int_equal(kill(child.guard, SIGKILL), 0);
		children_reap();
		await_state(&child, CHILD_GONE);
		assert_int_equal(child.status, SIGKILL);
		assert_int_equal(poll(&(struct pollfd){ lifetime[0], POLLIN, 0 }, 1, 0), 1);
		await_end_of_all();
	}
}

static void reaping_does_not_take_a_live_guard_away(void **state)
{
	struct child child;
	siginfo_t info;

	(void)state;
	start_script(&child, LONG_MS, "exit 6");
	assert_int_equal(waitid(P_PID, (id_t)child.guard, &info, WEXITED | WNOWAIT), 0);
	children_reap();
	await_state(&child, CHILD_GONE);
	assert_int_equal(child_exit_status(&child), 6);
	await_end_of_all();
}

/* Stops the guard, as a debugger or a frozen machine would, and waits until it stands. */
static void stop_guard(const struct child *child)
{
	siginfo_t info;

	assert_int_equal(kill(child->guard, SIGSTOP), 0);
	assert_int_equal(waitid(P_PID, (id_t)child->guard, &info, WSTOPPED), 0);
}

static bool send_order(const struct child *child)
{
	const struct guard_order order = { .kind = GUARD_CONTINUE, .signal = SIGCONT };

	return send(child->fd, &order, sizeof order, MSG_DONTWAIT | MSG_NOSIGNAL) ==
	       (ssize_t)sizeof order;
}

/* Until no further order fits: what child.h's functions send next fails. */
static void fill_socket(const struct child *child)
{
	while (send_order(child))
		;
	assert_int_equal(errno, EAGAIN);
}

/* The command has ended, and its stopped guard has not looked. */
static void await_corpse(const struct child *child)
{
	char command[120];

	snprintf(command, sizeof command,
	         "until ps -o stat= --ppid %d | grep -q Z; do sleep 0.02; done", (int)child->guard);
	assert_int_equal(system(command), 0);
}

/* A child whose guard is stopped, and can be told no more. */
static void start_out_of_reach(struct child *child, clock_ms grace, const char *script)
{
	start_script(child, grace, script);
	await_line("up\n");
	stop_guard(child);
	fill_socket(child);
}

static void end_that_can_not_be_told_leaves_the_grace(void **state)
{
	struct child child;

	(void)state;
	start_out_of_reach(&child, LONG_MS, "trap 'sleep 0.3; echo bye; exit 5' TERM; echo up; "
	                                    "while :; do sleep 0.05; done");
	child_end(&child);
	await_line("bye\n");
	await_state(&child, CHILD_GONE);
	assert_int_equal(child_exit_status(&child), 5);
	await_end_of_all();
}

static void kill_that_can_not_be_told_kills(void **state)
{
	struct child child;

	(void)state;
	start_out_of_reach(&child, 100 * LONG_MS, "trap '' TERM; sleep 1000 & echo up; wait; wait");
	child_kill(&child);
	await_state(&child, CHILD_GONE);
	assert_int_equal(child.status, SIGKILL);
	await_end_of_all();
}

static void continuing_that_can_not_be_told_ends_nothing(void **state)
{
	struct child child;

	(void)state;
	start_out_of_reach(&child, LONG_MS, "echo up; sleep 0.5; exit 8");
	child_continue(&child);
	await_state(&child, CHILD_GONE);
	assert_int_equal(child_exit_status(&child), 8);
	await_end_of_all();
}

static void status_is_kept_from_orders_that_come_too_late(void **state)
{
	struct child child;
	siginfo_t info;

	(void)state;
	start_script(&child, LONG_MS, "echo up; sleep 0.3; exit 3");
	await_line("up\n");
	stop_guard(&child);
	await_corpse(&child);
	assert_true(send_order(&child));
	assert_true(send_order(&child));
	child_end(&child);
	assert_int_equal(waitid(P_PID, (id_t)child.guard, &info, WEXITED | WNOWAIT), 0);
	await_state(&child, CHILD_GONE);
	assert_int_equal(child_exit_status(&child), 3);
	await_end_of_all();
}

/* A program in the middle, with a child of its own, is killed. */
static void killed_caller_takes_everything_along(void **state)
{
	struct child child;
	pid_t caller;

	(void)state;
	assert_int_equal(pipe2(lifetime, O_CLOEXEC), 0);
	caller = fork();
	assert_true(caller != -1);
	if (caller == 0) {
		struct child_setup setup = { .in = -1, .out = lifetime[1], .error = -1,
		                             .grace = 100 };
		const char *script = "trap '' TERM; (sleep 1000) & echo up; wait; wait";

		setpgid(0, 0);
		if (start_words(&child, &setup, "bash", "-c", script) == -1)
			_exit(1);
		for (;;)
			pause();
	}
	close(lifetime[1]);
	await_line("up\n");
	assert_int_equal(kill(caller, SIGKILL), 0);
	assert_int_equal(waitpid(caller, NULL, 0), caller);
	await_end_of_all();
}

static void many_children_leak_nothing(void **state)
{
	struct child child[100];
	int before = open_descriptors();

	(void)state;
	for (size_t i = 0; i < 100; i++)
		assert_int_equal(start_words(&child[i], &quiet, "sleep", "1000", "1000"), 0);
	for (size_t i = 0; i < 100; i++)
		child_end(&child[i]);
	for (size_t i = 0; i < 100; i++) {
		await_state(&child[i], CHILD_GONE);
		assert_int_equal(child[i].status, SIGTERM);
	}
	assert_int_equal(open_descriptors(), before);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
}

static void lack_of_descriptors_is_an_error(void **state)
{
	struct rlimit before, none;
	struct child child;
	int open_before = open_descriptors();

	(void)state;
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
	none = before;
	none.rlim_cur = 3;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
	assert_int_equal(start_words(&child, &quiet, "true", NULL, NULL), -1);
	assert_int_equal(errno, EMFILE);
	none.rlim_cur = 8; /* enough for us, not for the guard */
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
	assert_int_equal(start_words(&child, &quiet, "true", NULL, NULL), 0);
	await_state(&child, CHILD_GONE);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
	assert_int_equal(child.start_error, EMFILE);
	assert_int_equal(child_exit_status(&child), 125);
	assert_int_equal(open_descriptors(), open_before);
}

static int forget_inherited(void **state)
{
	(void)state;
	for (int fd = 3; fd < 256; fd++)
		close(fd);
	return 0;
}

/*
 * qemu-user refuses to make a process the parent of orphans (PR_SET_CHILD_SUBREAPER),
 * and starts no program of its processor: EMULATED=1 leaves out what is about that.
 */
#define ON_A_KERNEL(test) { #test, getenv("EMULATED") != NULL ? NULL : test, NULL, NULL, NULL }

int main(int argc, char *argv[])
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(status_is_passed_on),
		cmocka_unit_test(missing_command_is_told),
		cmocka_unit_test(environment_and_descriptors_are_as_asked),
		cmocka_unit_test(given_descriptors_are_used),
		cmocka_unit_test(deaf_tree_is_killed),
		ON_A_KERNEL(end_reaches_stopped_and_stray_processes),
		cmocka_unit_test(chosen_signal_is_sent),
		ON_A_KERNEL(kill_does_not_wait_for_the_grace),
		ON_A_KERNEL(leftovers_are_ended),
		cmocka_unit_test(daemon_is_left_alone),
		cmocka_unit_test(release_ends_the_tree),
		ON_A_KERNEL(daemons_live_in_each_way),
		ON_A_KERNEL(daemon_lives_that_had_no_turn),
		ON_A_KERNEL(turn_is_not_waited_for_for_ever),
		ON_A_KERNEL(stragglers_are_ended_in_each_way),
		ON_A_KERNEL(chain_is_waited_for),
		cmocka_unit_test(stop_in_a_session_is_told),
		cmocka_unit_test(session_has_no_terminal),
		cmocka_unit_test(killed_guard_takes_its_group_along),
		cmocka_unit_test(killed_guard_takes_its_session_along),
		cmocka_unit_test(reaping_does_not_take_a_live_guard_away),
		cmocka_unit_test(end_that_can_not_be_told_leaves_the_grace),
		cmocka_unit_test(kill_that_can_not_be_told_kills),
		cmocka_unit_test(continuing_that_can_not_be_told_ends_nothing),
		cmocka_unit_test(status_is_kept_from_orders_that_come_too_late),
		cmocka_unit_test(killed_caller_takes_everything_along),
		cmocka_unit_test(many_children_leak_nothing),
		cmocka_unit_test(lack_of_descriptors_is_an_error),
	};

	if (argc > 1)
		return act_as_command(argv[1]);
	return cmocka_run_group_tests(tests, forget_inherited, NULL);
}
