/*
 * Spans of time as people write them: "10", "1.5", "90s", "5m", "2h", "1d".
 * A number without a unit is seconds.
 */
#ifndef LIB_DURATION_H
#define LIB_DURATION_H

#include <stdbool.h>
#include <stddef.h>

#include "clock.h"

/* The longest span that is accepted: ten thousand days. */
#define DURATION_MAX ((clock_ms)10000 * 86400 * 1000)

/* Room for what duration_format() writes, in bytes. */
#define DURATION_ROOM 32

/*
 * Reads a span: digits, perhaps a fraction, perhaps one of s, m, h, d.
 * Sets *span to milliseconds, rounded up, so that a positive span is never 0.
 * Returns NULL, or why the text is no span (a string that lasts).
 */
const char *duration_parse(const char *text, clock_ms *span);

/*
 * Writes the span in words for people, in one or two units: "57 s",
 * "1.5 s", "3 h", "2 min 5 s", "1 d 4 h".  Returns buffer.
 */
const char *duration_format(clock_ms span, char buffer[DURATION_ROOM]);

/* Writes the span as a setting has it, exactly: "1.5", "600". Returns buffer. */
const char *duration_setting(clock_ms span, char buffer[DURATION_ROOM]);

#endif
