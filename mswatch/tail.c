#include "tail.h"

#include <string.h>

void tail_reset(struct tail *tail)
{
	tail->count = 0;
	tail->used = 0;
	tail->open = false;
}

static void add(struct tail *tail, char byte)
{
	char *line;

	if (!tail->open) {
		tail->open = true;
		tail->count++;
		tail->used = 0;
	}
	line = tail->line[(tail->count - 1) % TAIL_LINES];
	if (tail->used < TAIL_WIDTH)
		line[tail->used++] = (char)(byte != '\0' ? byte : ' ');
	else
		memcpy(line + TAIL_WIDTH - 3, "...", 3);
	line[tail->used] = '\0';
}

void tail_feed(struct tail *tail, const char *bytes, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (bytes[i] == '\n')
			tail->open = false;
		else if (bytes[i] != '\r')
			add(tail, bytes[i]);
	}
}

const char *tail_last(const struct tail *tail)
{
	return tail->count > 0 ? tail->line[(tail->count - 1) % TAIL_LINES] : "";
}

/* Shows the lines from the oldest kept up to the one that was begun as number end. */
static void show_up_to(const struct tail *tail, size_t end, tail_show *show, void *context)
{
	size_t i = tail->count > TAIL_LINES ? tail->count - TAIL_LINES : 0;

	for (; i < end; i++)
		show(context, tail->line[i % TAIL_LINES]);
}

void tail_take(struct tail *tail, tail_show *show, void *context)
{
	size_t whole = tail->open ? tail->count - 1 : tail->count;

	show_up_to(tail, whole, show, context);
	if (tail->open && whole % TAIL_LINES != 0)
		memcpy(tail->line[0], tail->line[whole % TAIL_LINES], tail->used + 1);
	tail->count = tail->open;
}

void tail_each(const struct tail *tail, tail_show *show, void *context)
{
	show_up_to(tail, tail->count, show, context);
}
