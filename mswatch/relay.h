/*
 * A child's stdout, passed on to ours line by line.  Whatever ours is, its
 * lines go through us, and are dropped when nobody takes them: a terminal can
 * hold up a child, too.
 */
#ifndef MSWATCH_RELAY_H
#define MSWATCH_RELAY_H

#include <stdbool.h>

#include "intake.h"

/* The bytes of a line that are passed on; "..." stands for the rest. */
#define RELAY_WIDTH 16384

struct relay {
	struct intake intake;
	char *line;             /* the one that has no newline yet */
	size_t used, room;
	bool cut;               /* more of it has come than there is room for */
};

/* No child yet. */
void relay_init(struct relay *relay, struct loop *loop);

/* What a child prints goes to take, from now on, and not to our stdout. */
void relay_divert(struct relay *relay, intake_take *take, void *context);

/* The end of the pipe for a new child, which the caller closes, or -1 with errno. */
int relay_open(struct relay *relay);

/* Passes on what is there, and closes our end; the last line may have no newline. */
void relay_close(struct relay *relay);

#endif
