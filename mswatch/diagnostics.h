/*
 * A child's stderr: kept as its last lines, or shown as it comes, no faster
 * than a person reads.
 */
#ifndef MSWATCH_DIAGNOSTICS_H
#define MSWATCH_DIAGNOSTICS_H

#include <stdbool.h>

#include "clock.h"
#include "intake.h"
#include "speaker.h"
#include "tail.h"

/* Lines that are shown as they come, in a minute; more are counted. */
#define DIAGNOSTICS_RATE 30

/* What a line begins with that says that less is done than usual, and why. */
#define DIAGNOSTICS_DEGRADED "degraded:"

struct diagnostics {
	struct intake intake;
	const char *name;       /* whose lines these are, where they are told of */
	struct speaker speaker; /* the same, to be shown before each */
	bool live;              /* show lines as they come */
	struct tail tail;
	char last[TAIL_WIDTH + 1];      /* the last line, also of what was shown; "": none yet */
	char degraded[TAIL_WIDTH + 1];  /* the last line that begins so; "": none yet */
	const char *advice;     /* for what was shown as it came; NULL: none */
	bool settled;           /* diagnostics_live() was called: questions are over */
	clock_ms window;        /* when the minute began, for the rate */
	unsigned shown, left_out;
};

/* No pipe yet, and nothing kept; name, which must outlive it, is shown before each line. */
void diagnostics_start(struct diagnostics *diagnostics, struct loop *loop, const char *name);

/*
 * Makes the pipe for a new child.  Returns the end for the child, which the
 * caller closes, or -1 with errno.
 */
int diagnostics_open(struct diagnostics *diagnostics);

/* The child is settled: shows what has been kept, and from now on what comes, at once. */
void diagnostics_live(struct diagnostics *diagnostics);

/* Takes what is there; the last line is known afterwards. */
void diagnostics_take(struct diagnostics *diagnostics);

/* Shows the last lines that were kept. */
void diagnostics_show(struct diagnostics *diagnostics);

/*
 * Says what to do where the last lines that were kept, one that was shown
 * before the child was settled, the last one, or the cause of the failure
 * point to a question.
 */
void diagnostics_advise(const struct diagnostics *diagnostics, const char *subject,
                        const char *cause);

/*
 * Takes what is there, and closes our end: whoever still writes is not waited
 * for.  The last line is known afterwards.
 */
void diagnostics_close(struct diagnostics *diagnostics);

#endif
