/*
 * Only in builds for coverage: gcov writes its counters at exit(3); this
 * _exit(), which takes the place of libc's, writes them too.  Guards end so.
 * So do programs that SIGTERM ends by default, as it ends watchers.
 */
#include <gcov.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

void _exit(int status)
{
	__gcov_dump();
	syscall(SYS_exit_group, status);
	__builtin_unreachable();
}

static void end_by_default(int number)
{
	__gcov_dump();
	signal(number, SIG_DFL);
	raise(number);
}

static void __attribute__((constructor)) signals_start(void)
{
	struct sigaction now;

	if (sigaction(SIGTERM, NULL, &now) == 0 && now.sa_handler == SIG_DFL)
		signal(SIGTERM, end_by_default);
}
