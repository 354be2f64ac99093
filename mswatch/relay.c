#include "relay.h"

#include <stdlib.h>

#include "memory.h"
#include "message.h"

static void add_byte(struct relay *relay, char byte)
{
	char *line = NULL;

	if (byte == '\r' || relay->cut)
		return;
	if (relay->used < RELAY_WIDTH)
		line = memory_extend(relay->line, &relay->room, relay->used + 1, 1);
	relay->cut = line == NULL;
	if (relay->cut)
		return;
	relay->line = line;
	relay->line[relay->used++] = (char)(byte != '\0' ? byte : ' ');
}

static void pass_line(struct relay *relay)
{
	message_report("%.*s%s", (int)relay->used, relay->line != NULL ? relay->line : "",
	              relay->cut ? "..." : "");
	relay->used = 0;
	relay->cut = false;
}

static void take(void *context, const char *bytes, size_t count)
{
	struct relay *relay = context;

	for (size_t i = 0; i < count; i++) {
		if (bytes[i] == '\n')
			pass_line(relay);
		else
			add_byte(relay, bytes[i]);
	}
}

void relay_init(struct relay *relay, struct loop *loop)
{
	*relay = (struct relay){ .line = NULL };
	intake_init(&relay->intake, loop, take, relay);
}

void relay_divert(struct relay *relay, intake_take *divert, void *context)
{
	relay->intake.take = divert;
	relay->intake.context = context;
}

int relay_open(struct relay *relay)
{
	return intake_open(&relay->intake);
}

void relay_close(struct relay *relay)
{
	intake_close(&relay->intake);
	if (relay->used > 0)
		pass_line(relay);
	free(relay->line);
	relay->line = NULL;
	relay->room = 0;
}
