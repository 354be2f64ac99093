#include "members.h"

#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "processes.h"
#include "retry.h"

/* No process has a greater number (proc(5), pid_max). */
#define GREATEST_NUMBER 4194304

static void process_signal(pid_t process, int signal_number)
{
	if (signal_number == 0)
		return;
	kill(process, signal_number);
	kill(process, SIGCONT);
}

static bool is_child(pid_t process)
{
	siginfo_t info;

	return RETRY(waitid(P_PID, (id_t)process, &info, WEXITED | WNOHANG | WNOWAIT)) == 0;
}

/* What needs no /proc to tell; the children of members come to the guard in time. */
static bool is_member(const struct members *members, pid_t process)
{
	pid_t session = getsid(process);

	if (session == -1 || process == members->guard)
		return false;
	return process == members->command ||
	       (session == getsid(0) &&
	        (members->session || getpgid(process) == members->guard || is_child(process)));
}

/* --- as /proc lists them --- */

static bool is_ours(const struct members *members, const struct process *process)
{
	return process->state != 'Z' &&
	       (process->pid == members->command || process->session == getsid(0));
}

static const struct process *process_of(const struct processes *processes, pid_t pid)
{
	for (size_t i = 0; i < processes->count; i++)
		if (processes->list[i].pid == pid)
			return &processes->list[i];
	return NULL;
}

/* What the group's signals do not reach, and no other member passes on. */
static bool is_told(const struct members *members, const struct processes *processes,
                    const struct process *process, int signal_number)
{
	const struct process *parent = process_of(processes, process->parent);

	return signal_number == SIGKILL || (process->group != members->guard &&
	                                    (parent == NULL || !is_ours(members, parent)));
}

static void listed_signal(struct members *members, const struct processes *processes,
                          int signal_number)
{
	for (size_t i = 0; i < processes->count; i++) {
		const struct process *process = &processes->list[i];

		if (!is_ours(members, process))
			continue;
		members->seen = process->pid;
		if (is_told(members, processes, process, signal_number))
			process_signal(process->pid, signal_number);
	}
}

/* --- the guard's children --- */

/*
 * Signals those that are not among the processes (NULL: none), where a mount
 * option hides what is not dumpable (hidepid=2); without a signal one is
 * enough.  Nobody but us takes one off the list, so that none is missed.
 */
static void children_signal(struct members *members, const struct processes *processes,
                            int signal_number)
{
	FILE *list = processes_shown() ? fopen("/proc/thread-self/children", "re") : NULL;
	int child;

	if (list == NULL)
		return;
	while (fscanf(list, "%d", &child) == 1) {
		if ((processes != NULL && process_of(processes, child) != NULL) ||
		    !is_member(members, child))
			continue;
		members->seen = child;
		if (signal_number == 0)
			break;
		if (signal_number == SIGKILL || getpgid(child) != members->guard)
			process_signal(child, signal_number);
	}
	fclose(list);
}

/* Whether a member that was our child has ended, and may have left what nobody saw. */
static bool has_moved(const struct members *members)
{
	siginfo_t info = { .si_pid = 0 };

	while (RETRY(waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT)) == 0 &&
	       info.si_pid != 0) {
		if (is_member(members, info.si_pid))
			return true;
		(void)waitpid(info.si_pid, NULL, WNOHANG);
		info.si_pid = 0;
	}
	return false;
}

/* --- without /proc --- */

static void numbers_signal(struct members *members, int signal_number)
{
	pid_t number;

	for (number = 1; number < GREATEST_NUMBER; number++) {
		if (!is_member(members, number))
			continue;
		members->seen = number;
		if (signal_number == SIGKILL || getpgid(number) != members->guard)
			process_signal(number, signal_number);
	}
}

/* Those that have ended are reaped where they are ours. */
static pid_t numbers_kill_session(pid_t leader)
{
	pid_t number, left = 0;

	for (number = 1; number < GREATEST_NUMBER; number++) {
		if (number == leader || getsid(number) != leader ||
		    waitpid(number, NULL, WNOHANG) == number)
			continue;
		left = number;
		process_signal(number, SIGKILL);
	}
	return left;
}

/* --- */

/* A lack of something may be over at once, and the other way is long. */
static bool find(const struct members *members, struct processes *processes)
{
	int tries = 2;

	while (tries > 0 && processes_find(processes, members->guard) == -1)
		tries--;
	return tries > 0;
}

/* What forks and exits outruns a look through /proc: its children get SIGKILL first. */
bool members_signal(struct members *members, int signal_number)
{
	struct processes processes;

	members->seen = 0;
	if (signal_number == SIGKILL)
		children_signal(members, NULL, signal_number);
	if (find(members, &processes)) {
		listed_signal(members, &processes, signal_number);
		children_signal(members, &processes, signal_number);
		processes_free(&processes);
	} else {
		numbers_signal(members, signal_number);
	}
	return members->seen != 0 || has_moved(members);
}

bool members_glance(struct members *members)
{
	pid_t last = members->seen;

	members->seen = 0;
	if (processes_shown())
		children_signal(members, NULL, 0);
	else if (last != 0 && is_member(members, last))
		members->seen = last;
	return members->seen != 0;
}

static bool awaits_turn(const struct process *process, clock_ms span)
{
	clock_ms used = (clock_ms)process->used * 1000 / sysconf(_SC_CLK_TCK);

	return (process->state == 'R' || process->state == 'D') && used < span;
}

static bool any_awaits_turn(const struct members *members, clock_ms span)
{
	struct processes processes;
	bool any = false;

	if (!find(members, &processes))
		return false;
	for (size_t i = 0; i < processes.count && !any; i++)
		any = is_ours(members, &processes.list[i]) && awaits_turn(&processes.list[i], span);
	processes_free(&processes);
	return any;
}

/* The kernel lists many at a time: one that has forked and ended meanwhile hides its child. */
bool members_await_turn(const struct members *members, clock_ms span)
{
	bool any = false;

	for (int looks = 0; looks < 2 && !any; looks++)
		any = any_awaits_turn(members, span);
	return any;
}

pid_t members_kill_session(pid_t leader)
{
	struct processes processes;
	pid_t left = 0;

	if (processes_find_session(&processes, leader) == -1)
		return numbers_kill_session(leader);
	for (size_t i = 0; i < processes.count; i++) {
		if (processes.list[i].state == 'Z')
			continue;
		left = processes.list[i].pid;
		process_signal(left, SIGKILL);
	}
	processes_free(&processes);
	return left;
}
