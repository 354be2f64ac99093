#include "echo.h"

#include <stdlib.h>
#include <string.h>

#include "contents.h"
#include "memory.h"

void echo_start(struct echo *echo)
{
	*echo = (struct echo){ .print = NULL };
	siphash_choose_key(&echo->key);
}

void echo_end(struct echo *echo)
{
	free(echo->print);
}

bool echo_is_same(struct echo *echo, uint32_t mailbox, const char *path)
{
	struct echo_print old, *print;
	size_t room = echo->room;

	if (mailbox >= room) {
		echo->print = memory_grow(echo->print, &echo->room, mailbox + (size_t)1,
		                          sizeof *echo->print);
		memset(echo->print + room, 0, (echo->room - room) * sizeof *echo->print);
	}
	print = &echo->print[mailbox];
	old = *print;
	print->is_known = contents_fingerprint(path, &echo->key, &print->fingerprint);
	return old.is_known && print->is_known && old.fingerprint == print->fingerprint;
}

void echo_forget(struct echo *echo, uint32_t mailbox)
{
	if (mailbox < echo->room)
		echo->print[mailbox].is_known = false;
}

void echo_forget_all(struct echo *echo)
{
	if (echo->room > 0)
		memset(echo->print, 0, echo->room * sizeof *echo->print);
}
