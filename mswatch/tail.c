#include "tail.h"

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
	line[tail->used] = '\0';
}

void tail_feed(struct tail *tail, const char *bytes, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
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

void tail_each(const struct tail *tail, tail_show *show, void *context)
{
	size_t i = tail->count > TAIL_LINES ? tail->count - TAIL_LINES : 0;

	for (; i < tail->count; i++)
		show(context, tail->line[i % TAIL_LINES]);
}
