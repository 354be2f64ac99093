#include "list.h"

#include <string.h>

#include "memory.h"

void *list_add(void *list, size_t *count, const void *element, size_t size)
{
	size_t used = *count + 1, room = used;
	char *end;

	/* With its end the list fills its room when that is a power of two. */
	if ((used & (used - 1)) == 0)
		list = memory_grow(list, &room, used + 1, size);
	end = (char *)list + *count * size;
	memcpy(end, element, size);
	memset(end + size, 0, size);
	*count = used;
	return list;
}
