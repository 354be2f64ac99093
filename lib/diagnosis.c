#include "diagnosis.h"

#include <errno.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <linux/tcp.h>
#include <stdbool.h>
#include <string.h>

#define COUNTERS_END (offsetof(struct tcp_info, tcpi_bytes_received) + sizeof(uint64_t))

/* The next part of size bytes and its padding, or false when that is beyond the end. */
static bool step(const char **at, size_t *left, size_t size)
{
	size_t padded = NLMSG_ALIGN(size);

	if (size > *left)
		return false;
	padded = padded < *left ? padded : *left;
	*at += padded;
	*left -= padded;
	return true;
}

/* The bytes that struct tcp_info counts; false when the kernel's has no such counters. */
static bool counters_read(const char *at, size_t left, uint64_t *bytes)
{
	struct tcp_info info;

	if (left < COUNTERS_END)
		return false;
	memcpy(&info, at, COUNTERS_END);
	/* The acknowledged connection request counts as a byte (tcp_snd_una_update). */
	*bytes = info.tcpi_bytes_received +
	         (info.tcpi_bytes_acked > 0 ? info.tcpi_bytes_acked - 1 : 0);
	return true;
}

/* Goes through the attributes; false when they make no sense. */
static bool attributes_read(const char *at, size_t left, uint64_t *bytes)
{
	const char *attribute;
	struct rtattr head;

	while (left >= sizeof head) {
		attribute = at + sizeof head;
		memcpy(&head, at, sizeof head);
		if (head.rta_len < sizeof head || !step(&at, &left, head.rta_len))
			return false;
		if (head.rta_type == INET_DIAG_INFO &&
		    !counters_read(attribute, head.rta_len - sizeof head, bytes))
			return false;
	}
	return true;
}

static struct address address_read(unsigned char family, const uint32_t words[4])
{
	struct address address = { .family = family };

	memcpy(address.bytes, words, address_length(family));
	address_unmap(&address);
	return address;
}

/*
 * What waits for its end in the kernel alone (FIN_WAIT2, when no process
 * holds it any more) has no counters.
 */
static bool connection_read(const char *at, size_t left, struct connection *connection)
{
	struct inet_diag_msg body;

	if (left < sizeof body)
		return false;
	memcpy(&body, at, sizeof body);
	connection->cookie = (uint64_t)body.id.idiag_cookie[1] << 32 | body.id.idiag_cookie[0];
	connection->inode = body.idiag_inode;
	connection->source = address_read(body.idiag_family, body.id.idiag_src);
	connection->destination = address_read(body.idiag_family, body.id.idiag_dst);
	connection->bytes = 0;
	return step(&at, &left, sizeof body) && attributes_read(at, left, &connection->bytes);
}

/* Both ends of a listing, NLMSG_DONE and NLMSG_ERROR, carry 0 or a negative errno. */
static enum diagnosis end_read(const char *at, size_t left, int *error)
{
	int32_t result = 0;

	if (left >= sizeof result)
		memcpy(&result, at, sizeof result);
	if (result >= 0)
		return DIAGNOSIS_DONE;
	*error = result < -4095 ? EINVAL : -result;
	return DIAGNOSIS_REFUSED;
}

enum diagnosis diagnosis_read(const void *message, size_t length, diagnosis_take *take,
                              void *context, int *error)
{
	const char *at = message, *part;
	struct connection connection;
	struct nlmsghdr head;

	while (length >= sizeof head) {
		part = at + NLMSG_HDRLEN;
		memcpy(&head, at, sizeof head);
		if (head.nlmsg_len < NLMSG_HDRLEN || !step(&at, &length, head.nlmsg_len))
			return DIAGNOSIS_STRANGE;
		switch (head.nlmsg_type) {
		case NLMSG_DONE:
		case NLMSG_ERROR: return end_read(part, head.nlmsg_len - NLMSG_HDRLEN, error);
		case SOCK_DIAG_BY_FAMILY:
			if (!connection_read(part, head.nlmsg_len - NLMSG_HDRLEN, &connection))
				return DIAGNOSIS_STRANGE;
			take(context, &connection);
			break;
		default: break;
		}
	}
	return length == 0 ? DIAGNOSIS_MORE : DIAGNOSIS_STRANGE;
}
