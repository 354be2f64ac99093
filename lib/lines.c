#include "lines.h"

#include <string.h>

void lines_reset(struct lines *lines)
{
	lines->used = 0;
	lines->overlong = false;
}

static void add(struct lines *lines, const char *bytes, size_t count)
{
	if (lines->overlong || count > LINES_MAX - lines->used) {
		lines->overlong = true;
		return;
	}
	memcpy(lines->buffer + lines->used, bytes, count);
	lines->used += count;
}

static void finish(struct lines *lines, lines_take *take, void *context)
{
	bool whole = !lines->overlong && memchr(lines->buffer, '\0', lines->used) == NULL;
	size_t length = whole ? lines->used : 0;

	lines->buffer[length] = '\0';
	lines_reset(lines);
	take(context, lines->buffer, length, whole);
}

void lines_feed(struct lines *lines, const char *bytes, size_t count, lines_take *take,
                void *context)
{
	const char *newline;

	while (count > 0 && (newline = memchr(bytes, '\n', count)) != NULL) {
		size_t length = (size_t)(newline - bytes);

		add(lines, bytes, length);
		finish(lines, take, context);
		bytes += length + 1;
		count -= length + 1;
	}
	if (count > 0)
		add(lines, bytes, count);
}
