/* The configuration: what is accepted is written so that it means the same again. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "mswatch/config.h"

static void complain(void *context, const char *message)
{
	size_t *errors = context;

	if (message[0] == '\0')
		abort();
	++*errors;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count)
{
	size_t errors = 0;
	struct config *config = config_parse("rc", (const char *)bytes, count, complain, &errors), *again;
	char *text, *text_again;

	if ((config == NULL) != (errors > 0))
		abort();
	if (config == NULL)
		return 0;
	text = config_format(config);
	again = config_parse("formatted", text, strlen(text), complain, &errors);
	if (again == NULL)
		abort();
	text_again = config_format(again);
	if (strcmp(text, text_again) != 0)
		abort();
	free(text);
	free(text_again);
	config_free(config);
	config_free(again);
	return 0;
}
