/* The kernel's answers about sockets: no more is read than there is. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/diagnosis.h"

static void take(void *context, const struct connection *connection)
{
	uint64_t *sum = context;

	*sum += connection->cookie + connection->inode + connection->bytes;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count)
{
	uint64_t sum = 0;
	int error = 0;
	void *copy = malloc(count != 0 ? count : 1);

	memcpy(copy, bytes, count);
	if (diagnosis_read(copy, count, take, &sum, &error) == DIAGNOSIS_REFUSED && error <= 0)
		abort();
	free(copy);
	return 0;
}
