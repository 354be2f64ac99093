#include "duration.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Digits of a fraction that count; times a day in ms it is below INT64_MAX. */
#define FRACTION_SCALE 10000000000

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Milliseconds of one unit, 0 for what is none. */
static clock_ms unit_length(const char *unit)
{
	if (unit[0] == '\0')
		return 1000;
	if (unit[1] != '\0')
		return 0;
	switch (unit[0]) {
	case 's': return 1000;
	case 'm': return 60 * 1000;
	case 'h': return 3600 * 1000;
	case 'd': return 86400 * 1000;
	default: return 0;
	}
}

const char *duration_parse(const char *text, clock_ms *span)
{
	static const char too_long[] = "a time of more than 10000 days: give a shorter one";
	clock_ms whole = 0, fraction = 0, scale = 1, unit, result;
	bool any = false, rest = false;

	if (*text == '-')
		return "a time can't be negative: give 0 or more";
	for (; is_digit(*text); text++, any = true)
		if ((whole = whole * 10 + (*text - '0')) > DURATION_MAX)
			return too_long;
	if (*text == '.')
		for (text++; is_digit(*text); text++, any = true) {
			if (scale < FRACTION_SCALE) {
				fraction = fraction * 10 + (*text - '0');
				scale *= 10;
			} else if (*text != '0') {
				rest = true;
			}
		}
	if (!any || (unit = unit_length(text)) == 0)
		return "not a time: a number, perhaps with a fraction, "
		       "perhaps followed by s, m, h or d";
	if (whole > DURATION_MAX / unit)
		return too_long;
	result = whole * unit + (fraction * unit + scale - 1) / scale;
	if (rest && (fraction * unit) % scale == 0)
		result++;
	if (result > DURATION_MAX)
		return too_long;
	*span = result;
	return NULL;
}

const char *duration_format(clock_ms span, char buffer[DURATION_ROOM])
{
	static const struct {
		clock_ms length;
		const char *name;
	} unit[] = {
		{ 86400 * 1000, "d" }, { 3600 * 1000, "h" }, { 60 * 1000, "min" }, { 1000, "s" },
	};
	size_t i = 0;
	int used;

	if (span < 10 * 1000 && span % 1000 != 0) {
		snprintf(buffer, DURATION_ROOM, "%" PRId64 ".%" PRId64 " s", span / 1000,
		         span % 1000 / 100);
		return buffer;
	}
	while (i < 3 && span < unit[i].length)
		i++;
	used = snprintf(buffer, DURATION_ROOM, "%" PRId64 " %s", span / unit[i].length,
	                unit[i].name);
	if (i < 3 && span % unit[i].length >= unit[i + 1].length)
		snprintf(buffer + used, DURATION_ROOM - (size_t)used, " %" PRId64 " %s",
		         span % unit[i].length / unit[i + 1].length, unit[i + 1].name);
	return buffer;
}

const char *duration_setting(clock_ms span, char buffer[DURATION_ROOM])
{
	int used = snprintf(buffer, DURATION_ROOM, "%" PRId64, span / 1000);

	if (span % 1000 == 0)
		return buffer;
	used += snprintf(buffer + used, DURATION_ROOM - (size_t)used, ".%03" PRId64, span % 1000);
	while (buffer[used - 1] == '0')
		buffer[--used] = '\0';
	return buffer;
}
