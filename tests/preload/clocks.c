/*
 * A machine that sleeps, for tests: preloaded into the real mswatch.
 *
 * $CLOCKS_ORDERS is a FIFO, one order a line:
 *   sleep SECONDS   the machine was asleep: CLOCK_BOOTTIME has gone on, timers
 *                   of it that came due fire, and the wall clock was set
 *   set             the wall clock was set, no more
 * $CLOCKS_LOG gets a line whenever the program has read that the wall clock was
 * set (ECANCELED, timerfd_create(2)) and waits for the next time, and "ignored" where it
 * was not waiting for it.
 *
 * Only the program itself is deceived: what it runs is not.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#define SECOND 1000000000LL

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pid_t owner;
static int log_fd = -1;
static FILE *orders;
static int64_t asleep;                  /* in all, in nanoseconds */
static int boot_timer = -1;             /* of CLOCK_BOOTTIME */
static struct itimerspec boot_when;     /* as the program has set it */
static int boot_flags;
static int wall_timer = -1;             /* of CLOCK_REALTIME: an eventfd in truth */
static bool wall_armed, wall_read;

static int64_t to_nanoseconds(const struct timespec *time)
{
	return time->tv_sec * SECOND + time->tv_nsec;
}

static struct timespec to_timespec(int64_t nanoseconds)
{
	return (struct timespec){ .tv_sec = nanoseconds / SECOND,
		                  .tv_nsec = nanoseconds % SECOND };
}

static void note(const char *line)
{
	ssize_t wrote = write(log_fd, line, strlen(line));

	(void)wrote;
}

int clock_gettime(clockid_t clock, struct timespec *now)
{
	int result = (int)syscall(SYS_clock_gettime, clock, now);

	if (result == 0 && clock == CLOCK_BOOTTIME)
		*now = to_timespec(to_nanoseconds(now) +
		                   __atomic_load_n(&asleep, __ATOMIC_SEQ_CST));
	return result;
}

/* The kernel's clock is behind the program's by what was slept. */
static int arm_boot(void)
{
	struct itimerspec when = boot_when;
	int64_t due = to_nanoseconds(&when.it_value);

	if (due != 0 && (boot_flags & TFD_TIMER_ABSTIME)) {
		due -= asleep;
		when.it_value = to_timespec(due > 0 ? due : 1);
	}
	return (int)syscall(SYS_timerfd_settime, boot_timer, boot_flags, &when, NULL);
}

int timerfd_create(clockid_t clock, int flags)
{
	int fd;

	if (clock == CLOCK_REALTIME) {
		wall_timer = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
		return wall_timer;
	}
	fd = (int)syscall(SYS_timerfd_create, clock, flags);
	if (clock == CLOCK_BOOTTIME)
		boot_timer = fd;
	return fd;
}

int timerfd_settime(int fd, int flags, const struct itimerspec *when, struct itimerspec *old)
{
	const int cancels = TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET;
	int result = 0;

	pthread_mutex_lock(&lock);
	if (fd == wall_timer) {
		wall_armed = (flags & cancels) == cancels && to_nanoseconds(&when->it_value) != 0;
		if (wall_armed && wall_read)
			note("cancelled\n");
		wall_read &= !wall_armed;
	} else if (fd == boot_timer) {
		boot_when = *when;
		boot_flags = flags;
		result = arm_boot();
	} else {
		result = (int)syscall(SYS_timerfd_settime, fd, flags, when, old);
	}
	pthread_mutex_unlock(&lock);
	return result;
}

ssize_t read(int fd, void *bytes, size_t size)
{
	ssize_t got = (ssize_t)syscall(SYS_read, fd, bytes, size);

	if (fd != wall_timer || got != 8 || getpid() != owner)
		return got;
	pthread_mutex_lock(&lock);
	wall_read = true;
	pthread_mutex_unlock(&lock);
	errno = ECANCELED;
	return -1;
}

static void set_wall(void)
{
	const uint64_t one = 1;

	if (!wall_armed || write(wall_timer, &one, sizeof one) != sizeof one)
		note("ignored\n");
	wall_armed = false;
}

static void sleep_for(long long seconds)
{
	__atomic_add_fetch(&asleep, seconds * SECOND, __ATOMIC_SEQ_CST);
	if (boot_timer != -1)
		arm_boot();
	set_wall();
}

static void *obey(void *unused)
{
	char line[100];

	while (fgets(line, sizeof line, orders) != NULL) {
		pthread_mutex_lock(&lock);
		if (strncmp(line, "sleep ", 6) == 0)
			sleep_for(strtoll(line + 6, NULL, 10));
		else
			set_wall();
		pthread_mutex_unlock(&lock);
	}
	return unused;
}

/* The program's signals are its own: the thread takes none. */
static void start_thread(void)
{
	pthread_t thread;
	sigset_t all, before;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	if (pthread_create(&thread, NULL, obey, NULL) != 0)
		abort();
	pthread_sigmask(SIG_SETMASK, &before, NULL);
}

__attribute__((constructor)) static void start(void)
{
	const char *fifo = getenv("CLOCKS_ORDERS"), *log = getenv("CLOCKS_LOG");

	if (fifo == NULL || log == NULL)
		return;
	owner = getpid();
	log_fd = open(log, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
	/* Both ends, so that it never comes to an end. */
	orders = fopen(fifo, "r+e");
	if (log_fd == -1 || orders == NULL)
		abort();
	unsetenv("LD_PRELOAD");
	unsetenv("CLOCKS_ORDERS");
	unsetenv("CLOCKS_LOG");
	start_thread();
}
