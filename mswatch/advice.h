/*
 * What to do about words that point to a question: what mswatch starts has no
 * terminal to ask it on.  Decides; prints nothing.
 */
#ifndef MSWATCH_ADVICE_H
#define MSWATCH_ADVICE_H

/* For a watcher whose lines end as a terminal's do. */
#define ADVICE_CARRIAGE_RETURN \
	"a carriage return before the newline comes from a terminal: leave out ssh's -t, and " \
	"RequestTTY in its configuration"

/* What to do about these words of a program, or about its end; NULL where nothing is known. */
const char *advice_for(const char *words);

/*
 * The same for what comes and goes by itself (a network, a disk), or stands in the
 * words already, and so is no question to be answered once mswatch has worked.  "":
 * the words themselves say what to do.
 */
const char *advice_at_first(const char *words);

#endif
