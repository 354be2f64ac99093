/* What rtnetlink says: datagrams of any length, one after the other. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "mswatch/links.h"

/* Each datagram behind two bytes of its length. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count)
{
	struct links links = { 0 };
	unsigned result;
	size_t length;
	void *copy;

	while (count >= 2) {
		length = bytes[0] | (size_t)bytes[1] << 8;
		bytes += 2;
		count -= 2;
		if (length > count)
			length = count;
		copy = malloc(length != 0 ? length : 1);
		memcpy(copy, bytes, length);
		result = links_take(&links, copy, length);
		if (links_ask(&links))
			result |= links_take_end(&links);
		if (result & ~(LINKS_NEWS | LINKS_LOST | LINKS_SUSPECT))
			abort();
		if (links_stand_by(&links, 0) && links.routes.count == 0)
			abort();
		free(copy);
		bytes += length;
		count -= length;
	}
	links_free(&links);
	return 0;
}
