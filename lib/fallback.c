#include "fallback.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef HAVE_SIGABBREV_NP
const char *sigabbrev_np(int signal_number)
{
	static const char *const names[] = {
		[SIGHUP] = "HUP", [SIGINT] = "INT", [SIGQUIT] = "QUIT", [SIGILL] = "ILL",
		[SIGTRAP] = "TRAP", [SIGABRT] = "ABRT", [SIGBUS] = "BUS", [SIGFPE] = "FPE",
		[SIGKILL] = "KILL", [SIGUSR1] = "USR1", [SIGSEGV] = "SEGV", [SIGUSR2] = "USR2",
		[SIGPIPE] = "PIPE", [SIGALRM] = "ALRM", [SIGTERM] = "TERM", [SIGCHLD] = "CHLD",
		[SIGCONT] = "CONT", [SIGSTOP] = "STOP", [SIGTSTP] = "TSTP", [SIGTTIN] = "TTIN",
		[SIGTTOU] = "TTOU", [SIGURG] = "URG", [SIGXCPU] = "XCPU", [SIGXFSZ] = "XFSZ",
		[SIGVTALRM] = "VTALRM", [SIGPROF] = "PROF", [SIGWINCH] = "WINCH",
		[SIGPOLL] = "POLL", [SIGPWR] = "PWR", [SIGSYS] = "SYS",
#ifdef SIGSTKFLT
		[SIGSTKFLT] = "STKFLT",
#endif
	};

	if (signal_number < 0 || (size_t)signal_number >= sizeof names / sizeof names[0])
		return NULL;
	return names[signal_number];
}
#endif

#ifndef HAVE_MALLOC_TRIM
int malloc_trim(size_t pad)
{
	(void)pad;
	return 0;
}
#endif

#ifndef HAVE_REALLOCARRAY
void *reallocarray(void *array, size_t count, size_t size)
{
	size_t bytes;

	if (__builtin_mul_overflow(count, size, &bytes)) {
		errno = ENOMEM;
		return NULL;
	}
	return realloc(array, bytes != 0 ? bytes : 1);
}
#endif

#ifndef HAVE_STATX
int statx(int directory, const char *path, int flags, unsigned mask, struct statx *status)
{
#ifdef SYS_statx
	return (int)syscall(SYS_statx, directory, path, flags, mask, status);
#else
	(void)directory, (void)path, (void)flags, (void)mask, (void)status;
	errno = ENOSYS;
	return -1;
#endif
}
#endif
