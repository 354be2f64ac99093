/* For tests/bits32.sh: arms the timer for resume in the year that is given. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/timerfd.h>

#include "../mswatch/network/suspend.h"

static time_t now;

/* What suspend.c takes for time(2). */
time_t time_made_up(time_t *unused);
time_t time_made_up(time_t *unused)
{
	(void)unused;
	return now;
}

int main(int argc, char *argv[])
{
	struct itimerspec armed = { 0 };
	struct suspend suspend;
	struct loop loop;

	now = (time_t)(argc > 1 ? strtoll(argv[1], NULL, 10) : 0);
	if (loop_open(&loop) == -1 || suspend_open(&suspend, &loop) == -1 ||
	    timerfd_gettime(suspend.fd, &armed) == -1) {
		perror("arming");
		return 1;
	}
	printf("%zu bytes of time_t, %s\n", sizeof now,
	       armed.it_value.tv_sec > 0 ? "armed" : "not armed");
	return armed.it_value.tv_sec > 0 ? 0 : 1;
}
