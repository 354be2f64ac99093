#include "bounded.h"

#include <errno.h>
#include <signal.h>
#include <sys/time.h>
#include <unistd.h>

static void interrupt(int number)
{
	(void)number;
}

ssize_t bounded_write(int fd, const void *bytes, size_t count)
{
	/* Again and again: the first may come before the write begins. */
	const struct timeval soon = { .tv_usec = BOUNDED_WAIT * 1000L };
	const struct itimerval timer = { .it_value = soon, .it_interval = soon };
	const struct sigaction action = { .sa_handler = interrupt };    /* no SA_RESTART */
	struct itimerval timer_before;
	struct sigaction action_before;
	sigset_t set, set_before;
	ssize_t wrote;
	int error;

	sigemptyset(&set);
	sigaddset(&set, SIGALRM);
	sigaction(SIGALRM, &action, &action_before);
	sigprocmask(SIG_UNBLOCK, &set, &set_before);
	setitimer(ITIMER_REAL, &timer, &timer_before);
	wrote = write(fd, bytes, count);
	error = errno;
	setitimer(ITIMER_REAL, &timer_before, NULL);
	sigprocmask(SIG_SETMASK, &set_before, NULL);
	sigaction(SIGALRM, &action_before, NULL);
	errno = error;
	return wrote;
}
