#include "signals.h"

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "retry.h"

static bool is_ignored(int signal_number)
{
	struct sigaction action;

	return sigaction(signal_number, NULL, &action) == 0 && action.sa_handler == SIG_IGN;
}

int signals_open(const int *list)
{
	sigset_t set;

	signal(SIGPIPE, SIG_IGN);
	signal(SIGCHLD, SIG_DFL);
	sigemptyset(&set);
	for (; *list != 0; list++)
		if (*list != SIGHUP || !is_ignored(SIGHUP))
			sigaddset(&set, *list);
	if (sigprocmask(SIG_BLOCK, &set, NULL) == -1)
		return -1;
	return signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
}

int signals_next(int fd)
{
	struct signalfd_siginfo info;
	ssize_t got = RETRY(read(fd, &info, sizeof info));

	return got == (ssize_t)sizeof info ? (int)info.ssi_signo : 0;
}

static void end_by_signal(int number)
{
	_exit(128 + number);
}

void signals_end_program(void)
{
	static const int ending[] = { SIGTERM, SIGINT, SIGHUP };
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_IGN);
	if (getpid() != 1)
		return;
	signal(SIGCHLD, SIG_IGN); /* the kernel reaps for those who ignore it */
	while (waitpid(-1, NULL, WNOHANG) > 0)
		; /* who died before */
	for (size_t i = 0; i < sizeof ending / sizeof ending[0]; i++)
		if (signal(ending[i], end_by_signal) == SIG_IGN)
			signal(ending[i], SIG_IGN);
}

/* Room for the kernel's struct sigaction, whatever the machine. */
struct kernel_action {
	unsigned long words[8];
};

void signals_reset(void)
{
	/* By the kernel's own call: signal(3) refuses the two that glibc keeps for itself. */
	static const struct kernel_action by_default;
	sigset_t none;

	for (int i = 1; i < NSIG; i++)
		if (i != SIGKILL && i != SIGSTOP)
			(void)syscall(SYS_rt_sigaction, i, &by_default, NULL, NSIG / 8);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

bool signals_is_terminals(int signal_number)
{
	return signal_number == SIGTSTP || signal_number == SIGTTIN || signal_number == SIGTTOU;
}
