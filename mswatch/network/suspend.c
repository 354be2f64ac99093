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

time_t sleep_horizon(time_t now, time_t latest)
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
static int arm(const struct sleep *sleep)
{
	struct itimerspec far = {
		.it_value = { .tv_sec = sleep_horizon(time(NULL), time_latest()) }
	};

	return timerfd_settime(sleep->fd, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &far, NULL);
}

static void on_cancelled(void *context)
{
	struct sleep *sleep = context;
	uint64_t ticks;
	ssize_t got = read(sleep->fd, &ticks, sizeof ticks);

	(void)got;
	arm(sleep);
}

int sleep_open(struct sleep *sleep, struct loop *loop)
{
	*sleep = (struct sleep){ .asleep = asleep() };
	sleep->watch = (struct loop_watch){ on_cancelled, sleep };
	sleep->fd = timerfd_create(CLOCK_REALTIME, TFD_NONBLOCK | TFD_CLOEXEC);
	if (sleep->fd == -1)
		return -1;
	if (arm(sleep) == -1 || loop_add(loop, sleep->fd, &sleep->watch) == -1) {
		descriptors_close(&sleep->fd);
		return -1;
	}
	return 0;
}

clock_ms sleep_take(struct sleep *sleep)
{
	clock_ms total = asleep(), slept = total - sleep->asleep;

	if (slept < NOISE)
		return 0;
	sleep->asleep = total;
	return slept;
}

void sleep_close(struct sleep *sleep)
{
	descriptors_close(&sleep->fd);
}
