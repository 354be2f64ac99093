/*
 * Bytes of an IMAP server, cut anywhere, to responses: see response.h.
 *
 * Lenient where the meaning is clear: a line may end in LF alone, blanks may be
 * doubled, atoms hold what no rule allows them ([, 8-bit), a code that is not
 * closed is a part of the text, an empty line is none.  Literals, {n}, {n+}
 * and ~{n}, count where a string may stand, and nowhere else.  Makes no system
 * call.
 */
#ifndef WATCH_IMAP_READER_H
#define WATCH_IMAP_READER_H

#include "response.h"

/* The most bytes of a response: outside of literals, and in all its literals together. */
enum { READER_LINE = 65536, READER_LITERALS = 65536 };

/* Takes a response, which lasts until it returns. */
typedef void reader_take(void *context, const struct response *response);

/* Sees a line as it came, without its end: what -v shows. */
typedef void reader_show(void *context, const char *line, size_t length);

struct reader {
	char *bytes;            /* of the response under way */
	size_t used, room;
	size_t line;            /* where the line under way begins in them */
	size_t outside;         /* how many of them are outside of literals */
	size_t literal_left;    /* of a literal under way */
	bool begun;             /* what comes belongs to a response whose first line has come */
	bool in_code;
	size_t depth;
	struct response response;
	reader_show *show;      /* or NULL */
	void *show_context;
};

/* Starts with nothing under way; show may be NULL. */
void reader_start(struct reader *reader, reader_show *show, void *context);

void reader_end(struct reader *reader);

/*
 * Feeds count bytes, and gives each response that ends in them to take.
 * Returns NULL, or in words what of them can't be understood; then no more may
 * be fed.
 */
const char *reader_feed(struct reader *reader, const char *bytes, size_t count, reader_take *take,
                        void *context);

#endif
