/*
 * What a client asks, and what it is answered: the protocol of the control
 * channel, version 1, whole lines of text.  Decides, makes no system calls.
 *
 *     client: mswatch 1 COMMAND       server: =TEXT   a line for stdout
 *             ARGUMENT                        !TEXT   a line for stderr
 *             ...                             .       goes on
 *             (empty line)                    #N      the end: exit status N
 *             (an empty line more: "are you there?", answered by .)
 *
 * Answers keep this form in every version, so that each can refuse another.
 */
#ifndef MSWATCH_CONTROL_REQUEST_H
#define MSWATCH_CONTROL_REQUEST_H

#include <stdbool.h>
#include <stddef.h>

enum control_command {
	CONTROL_STATUS, /* the report; an argument: short or json */
	CONTROL_SYNC,   /* sync these mailboxes, or all; answered when that is over */
	CONTROL_STOP,
	CONTROL_RELOAD,
	CONTROL_WATCH /* the lines of the log as they come */
};

/* The longest request, in bytes. */
#define REQUEST_MOST (64 * 1024)

struct request {
	enum control_command command;
	char *text; /* as it came, its lines ended by NUL */
	size_t length, room;
	const char **argument; /* within text */
	size_t count;
	size_t pings; /* that came, and were not taken */
	bool complete;
};

/* A request of which nothing has come. */
#define REQUEST_INITIALIZER \
	{ \
		.complete = false \
	}

/*
 * Takes count bytes.  Returns NULL, or why this can be no request, in words
 * for the client; then, and when there is no memory, nothing more may come.
 */
const char *request_feed(struct request *request, const char *bytes, size_t count);

/* Frees what it holds. */
void request_free(struct request *request);

/*
 * The text of a request, *length bytes.  The caller frees.  NULL: an argument
 * is empty or holds a newline, or there are too many.
 */
char *request_format(enum control_command command, const char *const *argument, size_t count,
                     size_t *length);

/*
 * A text of one or more lines as an answer, *length bytes: each line with the
 * mark (= or !) in front and a newline at its end.  The caller frees.  NULL: no
 * memory.
 */
char *answer_format(char mark, const char *text, size_t *length);

#endif
