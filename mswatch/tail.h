/*
 * The last lines that a program said, each shortened to fit.
 */
#ifndef MSWATCH_TAIL_H
#define MSWATCH_TAIL_H

#include <stdbool.h>
#include <stddef.h>

#define TAIL_LINES 10
#define TAIL_WIDTH 400  /* bytes of a line that are kept; the end of a longer one is "..." */

struct tail {
	char line[TAIL_LINES][TAIL_WIDTH + 1];  /* a ring */
	size_t count;           /* lines begun since the reset */
	size_t used;            /* bytes of the last one that are kept */
	bool open;              /* the last one has no newline yet */
};

typedef void tail_show(void *context, const char *line);

/* Forgets all lines. */
void tail_reset(struct tail *tail);

/* Takes bytes as they were read; NUL bytes are kept as spaces. */
void tail_feed(struct tail *tail, const char *bytes, size_t count);

/* Shows the whole lines, the oldest first, and forgets them; an unfinished one stays. */
void tail_take(struct tail *tail, tail_show *show, void *context);

/* The last line, an unfinished one too; "" when there is none. */
const char *tail_last(const struct tail *tail);

/* Shows the lines, the oldest first, an unfinished one too. */
void tail_each(const struct tail *tail, tail_show *show, void *context);

#endif
