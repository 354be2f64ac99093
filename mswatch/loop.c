#include "loop.h"

#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

int loop_open(struct loop *loop)
{
	struct epoll_event event = { .events = EPOLLIN, .data.ptr = NULL };

	loop->armed = CLOCK_NEVER;
	loop->epoll = epoll_create1(EPOLL_CLOEXEC);
	/* CLOCK_BOOTTIME: a delay goes on while the machine sleeps. */
	loop->timer = timerfd_create(CLOCK_BOOTTIME, TFD_NONBLOCK | TFD_CLOEXEC);
	if (loop->epoll == -1 || loop->timer == -1)
		return -1;
	return epoll_ctl(loop->epoll, EPOLL_CTL_ADD, loop->timer, &event);
}

int loop_add(struct loop *loop, int fd, struct loop_watch *watch)
{
	struct epoll_event event = { .events = EPOLLIN, .data.ptr = watch };

	return epoll_ctl(loop->epoll, EPOLL_CTL_ADD, fd, &event);
}

void loop_remove(struct loop *loop, int fd)
{
	struct epoll_event event = { 0 };

	(void)epoll_ctl(loop->epoll, EPOLL_CTL_DEL, fd, &event);
}

static int arm(struct loop *loop, clock_ms due)
{
	struct itimerspec when = { 0 };

	if (due == loop->armed)
		return 0;
	if (due != CLOCK_NEVER) {
		/* An absolute time of 0 would disarm the timer. */
		clock_ms at = due > 0 ? due : 1;

		when.it_value.tv_sec = (time_t)(at / 1000);
		when.it_value.tv_nsec = (long)(at % 1000) * 1000000;
	}
	if (timerfd_settime(loop->timer, TFD_TIMER_ABSTIME, &when, NULL) == -1)
		return -1;
	loop->armed = due;
	return 0;
}

static void take_tick(struct loop *loop)
{
	uint64_t ticks;

	if (read(loop->timer, &ticks, sizeof ticks) == (ssize_t)sizeof ticks)
		loop->armed = CLOCK_NEVER;
}

int loop_wait(struct loop *loop, clock_ms due)
{
	struct epoll_event event;
	struct loop_watch *watch;
	int count;

	if (arm(loop, due) == -1)
		return -1;
	/*
	 * One event at a time: its handler may close the descriptors that
	 * further events would be about.  epoll takes turns by itself.
	 */
	count = epoll_wait(loop->epoll, &event, 1, -1);
	if (count == -1)
		return errno == EINTR ? 0 : -1;
	watch = event.data.ptr;
	if (watch == NULL)
		take_tick(loop);
	else
		watch->ready(watch->context);
	return 0;
}
