#include "clock.h"

#include <limits.h>
#include <time.h>

#include "hot.h"

HOT clock_ms clock_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_BOOTTIME, &now);
	return (clock_ms)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

HOT clock_ms clock_until(clock_ms due, clock_ms now)
{
	return due > now ? due - now : 0;
}

HOT int clock_timeout(clock_ms due, clock_ms now)
{
	clock_ms left = clock_until(due, now);

	if (due == CLOCK_NEVER)
		return -1;
	return left > INT_MAX ? INT_MAX : (int)left;
}
