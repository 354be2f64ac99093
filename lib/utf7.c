#include "utf7.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,";

static bool is_direct(uint32_t point)
{
	return point >= 0x20 && point <= 0x7e;
}

/* --- UTF-8 --- */

/* The first code point and its bytes; 0 bytes where they are no UTF-8 (RFC 3629). */
static int take_point(const char *utf8, uint32_t *point)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	const unsigned char *byte = (const unsigned char *)utf8;
	int count = byte[0] < 0x80 ? 1 : byte[0] >= 0xf0 ? 4 : byte[0] >= 0xe0 ? 3 : 2;

	if (count == 1) {
		*point = byte[0];
		return 1;
	}
	if (byte[0] < 0xc2 || byte[0] > 0xf4)
		return 0;
	*point = byte[0] & (0x7fU >> count);
	for (int i = 1; i < count; i++) {
		if ((byte[i] & 0xc0) != 0x80)
			return 0;
		*point = *point << 6 | (byte[i] & 0x3f);
	}
	if (*point < least[count] || *point > 0x10ffff || (*point >= 0xd800 && *point <= 0xdfff))
		return 0;
	return count;
}

static char *put_point(char *out, uint32_t point)
{
	if (point < 0x80) {
		*out++ = (char)point;
	} else if (point < 0x800) {
		*out++ = (char)(0xc0 | point >> 6);
		*out++ = (char)(0x80 | (point & 0x3f));
	} else if (point < 0x10000) {
		*out++ = (char)(0xe0 | point >> 12);
		*out++ = (char)(0x80 | (point >> 6 & 0x3f));
		*out++ = (char)(0x80 | (point & 0x3f));
	} else {
		*out++ = (char)(0xf0 | point >> 18);
		*out++ = (char)(0x80 | (point >> 12 & 0x3f));
		*out++ = (char)(0x80 | (point >> 6 & 0x3f));
		*out++ = (char)(0x80 | (point & 0x3f));
	}
	return out;
}

/* --- encoding --- */

/* A run of characters in base64, under way. */
struct run {
	char *out;
	uint32_t bits;
	int count; /* bits that are not written yet */
	bool open;
};

static void run_put(struct run *run, uint32_t unit)
{
	if (!run->open)
		*run->out++ = '&';
	run->open = true;
	run->bits = run->bits << 16 | unit;
	for (run->count += 16; run->count >= 6; run->count -= 6)
		*run->out++ = digits[run->bits >> (run->count - 6) & 0x3f];
	run->bits &= 0x3f;
}

static void run_close(struct run *run)
{
	if (!run->open)
		return;
	if (run->count > 0)
		*run->out++ = digits[run->bits << (6 - run->count) & 0x3f];
	*run->out++ = '-';
	*run = (struct run){ .out = run->out };
}

static void run_point(struct run *run, uint32_t point)
{
	if (is_direct(point)) {
		run_close(run);
		*run->out++ = (char)point;
		if (point == '&')
			*run->out++ = '-';
	} else if (point < 0x10000) {
		run_put(run, point);
	} else {
		run_put(run, 0xd800 | (point - 0x10000) >> 10);
		run_put(run, 0xdc00 | ((point - 0x10000) & 0x3ff));
	}
}

char *utf7_encode(const char *utf8)
{
	/* a lone control character takes most: five bytes for one */
	char *encoded = memory_new(strlen(utf8) * 5 + 1, 1);
	struct run run = { .out = encoded };
	uint32_t point;
	int count;

	for (; *utf8 != '\0'; utf8 += count) {
		count = take_point(utf8, &point);
		if (count == 0) {
			free(encoded);
			return NULL;
		}
		run_point(&run, point);
	}
	run_close(&run);
	return encoded;
}

/* --- decoding --- */

/* The characters of a run, from behind its & up to its -; NULL for a broken one. */
static const char *decode_run(const char *in, char **out)
{
	uint32_t bits = 0, high = 0, unit;
	int count = 0;

	for (; *in != '-'; in++) {
		const char *digit = *in != '\0' ? strchr(digits, *in) : NULL;

		if (digit == NULL)
			return NULL;
		bits = bits << 6 | (uint32_t)(digit - digits);
		count += 6;
		if (count < 16)
			continue;
		count -= 16;
		unit = bits >> count & 0xffff;
		bits &= (1U << count) - 1;
		if (unit == 0 || (unit >= 0xdc00 && unit <= 0xdfff) != (high != 0))
			return NULL;
		if (unit >= 0xd800 && unit <= 0xdbff) {
			high = unit;
			continue;
		}
		if (high != 0)
			unit = 0x10000 + ((high & 0x3ff) << 10 | (unit & 0x3ff));
		high = 0;
		*out = put_point(*out, unit);
	}
	return high == 0 ? in + 1 : NULL;
}

/* False for a broken name; a spelling that is not canonical may pass. */
static bool decode(const char *in, char *out)
{
	while (*in != '\0') {
		if (!is_direct((unsigned char)*in))
			return false;
		if (*in != '&') {
			*out++ = *in++;
		} else if (in[1] == '-') {
			*out++ = '&';
			in += 2;
		} else {
			in = decode_run(in + 1, &out);
			if (in == NULL)
				return false;
		}
	}
	return true;
}

char *utf7_decode(const char *name)
{
	/* three bytes for 16 bits, which take 2 2/3 */
	char *decoded = memory_new(strlen(name) * 2 + 1, 1), *again = NULL;
	bool canonical = decode(name, decoded);

	if (canonical) {
		again = utf7_encode(decoded);
		canonical = again != NULL && strcmp(again, name) == 0;
		free(again);
	}
	if (canonical)
		return decoded;
	free(decoded);
	return NULL;
}
