/* inotify's events, and what a rename from one name to the next means. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "inotify.h"
#include "watch_maildirs/change.h"

static void take(void *context, const struct inotify_notice *event)
{
	char *last = context;
	size_t length = strlen(event->name);

	if (last[0] != '\0' && length < 256)
		change_is_visible((event->mask & 1) != 0, last, (event->mask & 2) != 0,
		                  event->name);
	change_is_message(event->name);
	memcpy(last, event->name, length < 255 ? length + 1 : 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count)
{
	char last[256] = "";
	char *copy = malloc(count != 0 ? count : 1);

	memcpy(copy, bytes, count);
	inotify_decode(copy, count, take, last);
	free(copy);
	return 0;
}
