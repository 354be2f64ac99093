#include "secret.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "message.h"

/* Whole pages, as advice is about these; what of it is refused is no reason to do without. */
static char *map(size_t room)
{
	char *bytes = mmap(NULL, room, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (bytes == MAP_FAILED)
		message_fatal(1, "out of memory: %s", strerror(errno));
	(void)mlock(bytes, room);
	(void)madvise(bytes, room, MADV_DONTFORK);
	(void)madvise(bytes, room, MADV_DONTDUMP);
	return bytes;
}

void secret_free(struct secret *secret)
{
	if (secret->bytes != NULL) {
		explicit_bzero(secret->bytes, secret->room);
		(void)munmap(secret->bytes, secret->room);
	}
	*secret = (struct secret){ .bytes = NULL };
}

void secret_reserve(struct secret *secret, size_t count)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE), need = secret->length + count;
	struct secret larger;

	if (need <= secret->room)
		return;
	larger.room = (need + page - 1) / page * page;
	larger.bytes = map(larger.room);
	larger.length = secret->length;
	if (secret->length > 0)
		memcpy(larger.bytes, secret->bytes, secret->length);
	secret_free(secret);
	*secret = larger;
}

void secret_add(struct secret *secret, const char *bytes, size_t count)
{
	if (count == 0)
		return;
	secret_reserve(secret, count);
	memcpy(secret->bytes + secret->length, bytes, count);
	secret->length += count;
}

void secret_add_base64(struct secret *secret, const char *bytes, size_t count)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	char *out;

	secret_reserve(secret, (count + 2) / 3 * 4);
	out = secret->bytes + secret->length;
	for (size_t i = 0; i < count; i += 3) {
		size_t left = count - i;
		unsigned group = (unsigned)(unsigned char)bytes[i] << 16;

		group |= left > 1 ? (unsigned)(unsigned char)bytes[i + 1] << 8 : 0;
		group |= left > 2 ? (unsigned)(unsigned char)bytes[i + 2] : 0;
		*out++ = digits[group >> 18];
		*out++ = digits[group >> 12 & 63];
		*out++ = '=';
		*out++ = '=';
		if (left > 1)
			out[-2] = digits[group >> 6 & 63];
		if (left > 2)
			out[-1] = digits[group & 63];
	}
	secret->length += (count + 2) / 3 * 4;
}

const char *secret_find(const struct secret *secret, const char *text, size_t length)
{
	if (secret->length == 0)
		return NULL;
	return memmem(text, length, secret->bytes, secret->length);
}
