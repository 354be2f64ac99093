#include "hash.h"

#include <string.h>

uint64_t hash_more(uint64_t hash, const char *bytes, size_t count)
{

	for (size_t i = 0; i < count; i++)
		hash = (hash ^ (unsigned char)bytes[i]) * UINT64_C(0x100000001b3);
	return hash;
}

uint64_t hash_text(const char *text)
{
	return hash_more(HASH_EMPTY, text, strlen(text));
}
