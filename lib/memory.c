#include "memory.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fallback.h"
#include "hot.h"
#include "message.h"

static void *need(void *memory)
{
	if (memory == NULL)
		message_fatal(1, "out of memory");
	return memory;
}

void *memory_new(size_t count, size_t size)
{
	return need(calloc(count != 0 ? count : 1, size));
}

HOT void *memory_extend(void *array, size_t *room, size_t wanted, size_t size)
{
	size_t more = *room;
	void *bigger;

	if (wanted <= *room)
		return array;
	while (more < wanted) {
		if (more > SIZE_MAX / 4)
			return NULL;
		more = more == 0 ? 8 : more * 2;
	}
	bigger = reallocarray(array, more, size);
	if (bigger != NULL)
		*room = more;
	return bigger;
}

HOT void *memory_grow(void *array, size_t *room, size_t wanted, size_t size)
{
	return wanted <= *room ? array : need(memory_extend(array, room, wanted, size));
}

char *memory_copy(const char *string)
{
	return need(strdup(string));
}

char *memory_format(const char *format, ...)
{
	va_list arguments;
	char *string;
	int length;

	va_start(arguments, format);
	length = vasprintf(&string, format, arguments);
	va_end(arguments);
	return need(length < 0 ? NULL : string);
}
