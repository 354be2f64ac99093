/*
 * A watcher's output, cut into lines: bytes in, whole lines out, bounded.
 */
#ifndef LIB_LINES_H
#define LIB_LINES_H

#include <stdbool.h>
#include <stddef.h>

/* The longest line that is taken, in bytes, without its newline. */
#define LINES_MAX 4096

struct lines {
	size_t used;
	bool overlong;          /* the line under way has outgrown the buffer */
	char buffer[LINES_MAX + 1];
};

/*
 * One line: length bytes and a NUL behind them.  Whole is false when the line
 * was longer than LINES_MAX or held a NUL: then nothing is known but that
 * there was one, and line is "".
 */
typedef void lines_take(void *context, const char *line, size_t length, bool whole);

/* Starts with no line under way. */
void lines_reset(struct lines *lines);

/* Feeds count bytes; calls take for each line that ends in them. */
void lines_feed(struct lines *lines, const char *bytes, size_t count, lines_take *take,
                void *context);

#endif
