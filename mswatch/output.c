#include "output.h"

#include <stdlib.h>

#include "memory.h"
#include "message.h"

static void add_byte(struct output *output, char byte)
{
	char *line = NULL;

	if (byte == '\r' || output->cut)
		return;
	if (output->used < OUTPUT_WIDTH)
		line = memory_extend(output->line, &output->room, output->used + 1, 1);
	output->cut = line == NULL;
	if (output->cut)
		return;
	output->line = line;
	output->line[output->used++] = (char)(byte != '\0' ? byte : ' ');
}

static void pass_line(struct output *output)
{
	message_print("%.*s%s", (int)output->used, output->line != NULL ? output->line : "",
	              output->cut ? "..." : "");
	output->used = 0;
	output->cut = false;
}

static void take(void *context, const char *bytes, size_t count)
{
	struct output *output = context;

	for (size_t i = 0; i < count; i++) {
		if (bytes[i] == '\n')
			pass_line(output);
		else
			add_byte(output, bytes[i]);
	}
}

void output_init(struct output *output, struct loop *loop)
{
	*output = (struct output){ .line = NULL };
	intake_init(&output->intake, loop, take, output);
}

int output_open(struct output *output)
{
	return intake_open(&output->intake);
}

void output_close(struct output *output)
{
	intake_close(&output->intake);
	if (output->used > 0)
		pass_line(output);
	free(output->line);
	output->line = NULL;
	output->room = 0;
}
