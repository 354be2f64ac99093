#include "wall.h"

#include <stdlib.h>
#include <time.h>

static const char *format(const char *form, time_t when, char buffer[WALL_ROOM])
{
	struct tm parts;

	buffer[0] = '\0';
	if (localtime_r(&when, &parts) != NULL &&
	    strftime(buffer, WALL_ROOM, form, &parts) == 0)
		buffer[0] = '\0';
	return buffer;
}

const char *wall_stamp(char buffer[WALL_ROOM])
{
	buffer[0] = '\0';
	if (getenv("JOURNAL_STREAM") != NULL)
		return buffer;
	return format(" at %Y-%m-%d %H:%M:%S", time(NULL), buffer);
}

const char *wall_time(clock_ms then, clock_ms now, char buffer[WALL_ROOM])
{
	clock_ms ago = (now - then) / 1000;
	const char *form = ago < 12 * 3600 ? "%H:%M" : "%Y-%m-%d %H:%M";

	return format(form, time(NULL) - (time_t)ago, buffer);
}
