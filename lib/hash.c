#include "hash.h"

#include "hot.h"

HOT uint64_t hash_more(uint64_t hash, const char *bytes, size_t count)
{
	for (size_t i = 0; i < count; i++)
		hash = (hash ^ (unsigned char)bytes[i]) * UINT64_C(0x100000001b3);
	return hash;
}

HOT uint64_t hash_text(const char *text)
{
	uint64_t hash = HASH_EMPTY;

	for (; *text != '\0'; text++)
		hash = hash_more(hash, text, 1);
	return hash;
}
