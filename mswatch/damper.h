/*
 * What to say of something that fails again and again, and when: the first
 * failure and each new cause at once, known causes after 2, 4, 8 ... tries,
 * with the first one from then on that is not too close to what was told
 * before, and that it works again.  Decides; prints nothing.
 */
#ifndef MSWATCH_DAMPER_H
#define MSWATCH_DAMPER_H

#include <stdbool.h>
#include <stdint.h>

#include "clock.h"

/* Causes that are known: those that came last.  An outage may have several in turns. */
#define DAMPER_CAUSES 4

/* From one telling to that it still fails, at the least, in ms. */
#define DAMPER_PAUSE 1000

struct damper {
	unsigned tries;         /* failures in a row; 0: it works */
	unsigned known;         /* of these, the ones since the last new cause, with it */
	clock_ms since;
	clock_ms told;          /* when anything was told last */
	bool owed;              /* enough tries to tell of, but it was too early */
	uint64_t cause[DAMPER_CAUSES]; /* hashes, the latest first: equality is all that counts */
	unsigned causes;
};

enum damper_tell {
	DAMPER_TELL,            /* the first one, or a new cause: all of it */
	DAMPER_STILL,           /* causes that are known, for 2, 4, 8 ... tries or some more */
	DAMPER_QUIET
};

/*
 * It failed, with this cause in words, and with these last words of its own;
 * answers how much to say.  ssh(1) and mbsync(1) exit with the same status
 * whatever is wrong: words that differ are a new cause.  Those with a digit
 * are not compared; they may be a port, a date, a process, a session.
 */
enum damper_tell damper_add(struct damper *damper, const char *cause, const char *last_words,
                            clock_ms now);

/* It works.  Returns how long it had failed in ms, or -1 when it had not. */
clock_ms damper_clear(struct damper *damper, clock_ms now);

#endif
