#include "path.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "memory.h"
#include "message.h"

char *path_absolute(const char *path)
{
	char *current, *result;
	size_t length;

	if (path[0] == '/') {
		result = memory_copy(path);
	} else {
		current = getcwd(NULL, 0);
		if (current == NULL)
			message_fatal(1, "the current directory: %s", strerror(errno));
		result = memory_format("%s/%s", current, path);
		free(current);
	}
	for (length = strlen(result); length > 1 && result[length - 1] == '/'; length--)
		result[length - 1] = '\0';
	return result;
}

const char *path_below(const char *inner, const char *outer)
{
	size_t length = strcmp(outer, "/") == 0 ? 0 : strlen(outer);

	if (strncmp(inner, outer, length) != 0)
		return NULL;
	inner += length;
	return length == 0 || *inner == '\0' || *inner == '/' ? inner + (*inner == '/') : NULL;
}

char *path_tidy(const char *path)
{
	char *result = memory_copy(path), *end = result;
	size_t length;

	for (; *path != '\0'; path += length + (path[length] == '/')) {
		length = strcspn(path, "/");
		if (length == 2 && strncmp(path, "..", 2) == 0) {
			free(result);
			return NULL;
		}
		if (length == 0 || (length == 1 && path[0] == '.'))
			continue;
		if (end != result)
			*end++ = '/';
		memcpy(end, path, length);
		end += length;
	}
	*end = '\0';
	return result;
}
