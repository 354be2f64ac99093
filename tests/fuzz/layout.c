/* Mailbox names: a name fits its room, is not empty and is one line. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "watch_maildirs/layout.h"

/* No directory is named so. */
static bool has_empty_part(const char *path)
{
	return path[0] == '/' || strstr(path, "//") != NULL ||
	       (path[0] != '\0' && path[strlen(path) - 1] == '/');
}

/* Style, separator, root, room and INBOX's path, a NUL, then the directory's path. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count)
{
	static const char separators[] = "./^:";
	struct layout layout = { 0 };
	char *text, *name, *path;
	size_t room;
	enum layout_root root;

	if (count < 4)
		return 0;
	layout.style = bytes[0] % 4;
	layout.names = bytes[0] / 4 % 3;
	layout.prefix = bytes[0] & 64 ? "a" : NULL;
	layout.is_strict = bytes[0] & 128;
	layout.is_inbox = bytes[2] & 128;
	layout.separator = separators[bytes[1] % 4];
	root = bytes[2] % 2 != 0 ? LAYOUT_INBOX : LAYOUT_BASE;
	room = bytes[3] < 200 ? LAYOUT_NAME_MAX : bytes[3] - 199U;
	text = calloc(count - 4 + 2, 1);
	name = malloc(room);
	memcpy(text, bytes + 4, count - 4);
	path = text + strlen(text) + 1;
	if (has_empty_part(path) || has_empty_part(text))
		path[0] = text[0] = '\0';
	layout.inbox = root == LAYOUT_INBOX ? NULL : text;
	if (layout_name(&layout, root, path, name, room) == LAYOUT_MAILBOX &&
	    (name[0] == '\0' || memchr(name, '\0', room) == NULL || strchr(name, '\n') != NULL))
		abort();
	layout_is_walked(&layout, root, path);
	free(text);
	free(name);
	return 0;
}
