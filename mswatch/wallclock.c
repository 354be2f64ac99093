#include "wallclock.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

static const char *format(const char *form, time_t when, char buffer[WALLCLOCK_ROOM])
{
	struct tm parts;

	buffer[0] = '\0';
	/* localtime_r(3) need not notice that /etc/localtime is another file now. */
	tzset();
	if (localtime_r(&when, &parts) != NULL &&
	    strftime(buffer, WALLCLOCK_ROOM, form, &parts) == 0)
		buffer[0] = '\0';
	return buffer;
}

/* Whether the descriptor leads to the journal, which stamps each line (systemd.exec(5)). */
static bool is_journal(int fd)
{
	const char *stream = getenv("JOURNAL_STREAM");
	char here[64];
	struct stat status;

	if (stream == NULL || fstat(fd, &status) == -1)
		return false;
	snprintf(here, sizeof here, "%ju:%ju", (uintmax_t)status.st_dev, (uintmax_t)status.st_ino);
	return strcmp(stream, here) == 0;
}

const char *wallclock_stamp(int fd, char buffer[WALLCLOCK_ROOM])
{
	buffer[0] = '\0';
	return is_journal(fd) ? buffer : format("%Y-%m-%d %H:%M:%S ", time(NULL), buffer);
}

static bool is_same_day(time_t one, time_t other)
{
	struct tm its, others;

	return localtime_r(&one, &its) != NULL && localtime_r(&other, &others) != NULL &&
	       its.tm_yday == others.tm_yday && its.tm_year == others.tm_year;
}

const char *wallclock_time(clock_ms then, clock_ms now, char buffer[WALLCLOCK_ROOM])
{
	time_t here = time(NULL), when = here - (time_t)((now - then) / 1000);

	return format(is_same_day(when, here) ? "%H:%M" : "%Y-%m-%d %H:%M", when, buffer);
}
