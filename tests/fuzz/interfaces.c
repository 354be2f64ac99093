/* What rtnetlink says: datagrams of any length, one after the other. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "mswatch/network/interfaces.h"

/* Each datagram behind two bytes of its length. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count)
{
	struct interfaces interfaces = { 0 };
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
		result = interfaces_take(&interfaces, copy, length);
		if (interfaces_ask(&interfaces))
			result |= interfaces_take_end(&interfaces);
		if (result &
		    ~(INTERFACES_NEWS | INTERFACES_LOST | INTERFACES_SUSPECT | INTERFACES_WAY))
			abort();
		if (interfaces_stand_by(&interfaces, 0) && interfaces.routes.count == 0)
			abort();
		free(copy);
		bytes += length;
		count -= length;
	}
	interfaces_free(&interfaces);
	return 0;
}
