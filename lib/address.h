/* An address of the Internet, of either version. */
#ifndef LIB_ADDRESS_H
#define LIB_ADDRESS_H

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct address {
	unsigned char family;           /* AF_INET, AF_INET6; 0: none */
	unsigned char bytes[16];        /* behind an address's own length: 0 */
};

/* The length of an address of this family, in bytes; 0 for a strange family. */
static inline size_t address_length(unsigned char family)
{
	return family == AF_INET ? 4 : family == AF_INET6 ? 16 : 0;
}

static inline bool address_equals(const struct address *one, const struct address *other)
{
	return one->family == other->family &&
	       memcmp(one->bytes, other->bytes, sizeof one->bytes) == 0;
}

/* RFC 3927, RFC 4291 */
static inline bool address_is_link_local(const struct address *address)
{
	const unsigned char *bytes = address->bytes;

	return address->family == AF_INET6 ? bytes[0] == 0xfe && (bytes[1] & 0xc0) == 0x80
	                                   : bytes[0] == 169 && bytes[1] == 254;
}

static inline bool address_is_loopback(const struct address *address)
{
	static const unsigned char one[16] = { [15] = 1 };

	return address->family == AF_INET6 ? memcmp(address->bytes, one, sizeof one) == 0
	                                   : address->bytes[0] == 127;
}

static inline bool address_is_multicast(const struct address *address)
{
	return address->family == AF_INET6 ? address->bytes[0] == 0xff
	                                   : (address->bytes[0] & 0xf0) == 0xe0;
}

/* One of IPv4 as a socket of IPv6 names it (::ffff:10.0.0.1) becomes one of IPv4. */
static inline void address_unmap(struct address *address)
{
	static const unsigned char mapped[12] = { [10] = 0xff, [11] = 0xff };

	if (address->family != AF_INET6 || memcmp(address->bytes, mapped, sizeof mapped) != 0)
		return;
	address->family = AF_INET;
	memcpy(address->bytes, address->bytes + sizeof mapped, 4);
	memset(address->bytes + 4, 0, sizeof address->bytes - 4);
}

#endif
