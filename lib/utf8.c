#include "utf8.h"

#include <stdint.h>

size_t utf8_length(const char *text, size_t left)
{
	const unsigned char *byte = (const unsigned char *)text;
	uint32_t point;
	size_t length;

	if (byte[0] < 0x80)
		return 1;
	length = byte[0] >= 0xf0 ? 4 : byte[0] >= 0xe0 ? 3 : 2;
	if (byte[0] < 0xc2 || byte[0] > 0xf4 || length > left)
		return 0;
	point = byte[0] & (0x7fU >> length);
	for (size_t i = 1; i < length; i++) {
		if ((byte[i] & 0xc0) != 0x80)
			return 0;
		point = point << 6 | (byte[i] & 0x3f);
	}
	if ((length == 3 && point < 0x800) || (length == 4 && point < 0x10000) ||
	    point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff))
		return 0;
	return length;
}
