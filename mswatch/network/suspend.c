#include "suspend.h"

#include <stdint.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "descriptors.h"

/* The clocks are read one after the other: less than this is no sleep, in ms. */
#define NOISE 500

static clock_ms milliseconds(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (clock_ms)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static clock_ms asleep(void)
{
	/* In this order a delay between the two never looks like a sleep. */
	clock_ms boot = milliseconds(CLOCK_BOOTTIME);

	return boot - milliseconds(CLOCK_MONOTONIC);
}

time_t suspend_horizon(time_t now, time_t latest)
{
	const time_t month = 30 * 86400;

	return latest - now > month ? now + month : latest;
}

/* The last time that time_t can hold, which is 32 bits wide on some machines. */
static time_t time_latest(void)
{
	return sizeof(time_t) > 4 ? (time_t)INT64_MAX : (time_t)INT32_MAX;
}

/* Only its being cancelled counts: when it is reached it is armed again. */
static int arm(const struct suspend *suspend)
{
	struct itimerspec far = {
		.it_value = { .tv_sec = suspend_horizon(time(NULL), time_latest()) }
	};

	return timerfd_settime(suspend->fd, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &far,
	                       NULL);
}

static void on_cancelled(void *context)
{
	struct suspend *suspend = context;
	uint64_t ticks;
	ssize_t got = read(suspend->fd, &ticks, sizeof ticks);

	(void)got;
	arm(suspend);
}

int suspend_open(struct suspend *suspend, struct loop *loop)
{
	*suspend = (struct suspend){ .asleep = asleep() };
	suspend->watch = (struct loop_watch){ on_cancelled, suspend };
	suspend->fd = timerfd_create(CLOCK_REALTIME, TFD_NONBLOCK | TFD_CLOEXEC);
	if (suspend->fd == -1)
		return -1;
	if (arm(suspend) == -1 || loop_add(loop, suspend->fd, &suspend->watch) == -1) {
		descriptors_close(&suspend->fd);
		return -1;
	}
	return 0;
}

clock_ms suspend_take(struct suspend *suspend)
{
	clock_ms total = asleep(), slept = total - suspend->asleep;

	if (slept < NOISE)
		return 0;
	suspend->asleep = total;
	return slept;
}

void suspend_close(struct suspend *suspend)
{
	descriptors_close(&suspend->fd);
}
