/* A watcher's output: however it is cut, it holds the same lines. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lines.h"

struct seen {
	size_t count, broken;
	uint64_t sum;
};

static void take(void *context, const char *line, size_t length, bool whole)
{
	struct seen *seen = context;
	size_t i;

	if (line[length] != '\0' || strlen(line) != length || length > LINES_MAX ||
	    (!whole && length != 0))
		abort();
	for (i = 0; i < length; i++)
		seen->sum = seen->sum * 31 + (unsigned char)line[i];
	seen->sum = seen->sum * 31 + (whole ? 256 : 257);
	seen->count++;
	seen->broken += !whole;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count)
{
	static struct lines lines;
	struct seen at_once = { 0 }, in_parts = { 0 };
	const char *text = (const char *)bytes;
	size_t at, part, ends = 0;

	for (at = 0; at < count; at++)
		ends += bytes[at] == '\n';
	lines_reset(&lines);
	lines_feed(&lines, text, count, take, &at_once);
	lines_reset(&lines);
	for (at = 0; at < count; at += part) {
		part = 1 + bytes[at] % 61;
		if (part > count - at)
			part = count - at;
		lines_feed(&lines, text + at, part, take, &in_parts);
	}
	if (at_once.count != in_parts.count || at_once.broken != in_parts.broken ||
	    at_once.sum != in_parts.sum || at_once.count != ends)
		abort();
	return 0;
}
