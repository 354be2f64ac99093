/* Names of mboxes, and their headers: in whatever pieces a text is read, its number is one. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "watch_mboxes/fingerprint.h"
#include "watch_mboxes/naming.h"

static uint64_t print_in(const char *text, size_t count, size_t piece)
{
	static const struct siphash_key key = { { 1, 2 } };
	struct fingerprint_reader reader;
	size_t step;

	fingerprint_start(&reader, &key);
	for (; count > 0; text += step, count -= step) {
		step = piece < count ? piece : count;
		fingerprint_read(&reader, text, step);
	}
	return fingerprint_end(&reader);
}

/* A name fits its room, is not empty and is one line. */
static void check_name(const struct naming *naming, const char *path, size_t room)
{
	char *name = malloc(room);

	if (naming_file(naming, path, name, room) == NAMING_MAILBOX &&
	    (name[0] == '\0' || memchr(name, '\0', room) == NULL || strchr(name, '\n') != NULL))
		abort();
	free(name);
}

/* Separator and encoding, room, the size of the pieces, then the text, which is also a path. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count)
{
	static const char separators[] = "./^:";
	struct naming naming = { .separator = '/' };
	char *text;

	if (count < 3)
		return 0;
	naming.separator = separators[bytes[0] % 4];
	naming.encoding = (enum encoding)(bytes[0] / 4 % 3);
	naming.all = (bytes[0] & 64) != 0;
	text = calloc(count - 3 + 1, 1);
	memcpy(text, bytes + 3, count - 3);
	if (print_in(text, count - 3, count) != print_in(text, count - 3, 1 + bytes[2] % 40U))
		abort();
	naming_is_mbox(text, count - 3);
	naming.inbox = bytes[0] & 128 ? "a/b" : NULL;
	if (text[0] != '\0')
		check_name(&naming, text, bytes[1] < 200 ? NAMING_NAME_MAX : bytes[1] - 199U);
	free(text);
	return 0;
}
