#include "egress.h"

#include <errno.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <stdalign.h>
#include <string.h>
#include <sys/socket.h>

#include "descriptors.h"
#include "netlink.h"
#include "retry.h"

struct request {
	struct nlmsghdr header;
	struct rtmsg body;
	char attributes[2 * RTA_SPACE(16)];
};

int egress_open(void)
{
	return socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
}

static void add(struct request *request, unsigned short type, const struct address *address)
{
	size_t length = address_length(address->family);
	const struct rtattr head = { .rta_type = type,
		                     .rta_len = (unsigned short)RTA_LENGTH(length) };
	char *at = (char *)request + request->header.nlmsg_len;

	memcpy(at, &head, sizeof head);
	memcpy(at + RTA_LENGTH(0), address->bytes, length);
	request->header.nlmsg_len += (uint32_t)RTA_SPACE(length);
}

static const void *find(struct nlmsghdr *header, unsigned short type, size_t length)
{
	return netlink_find(RTM_RTA(NLMSG_DATA(header)),
	                    header->nlmsg_len - NLMSG_SPACE(sizeof(struct rtmsg)), type, length);
}

static struct address read_address(struct nlmsghdr *header, unsigned short type,
                                   unsigned char family)
{
	const void *data = find(header, type, address_length(family));
	struct address address = { .family = family };

	if (data != NULL)
		memcpy(address.bytes, data, address_length(family));
	return address;
}

static struct egress read_way(struct nlmsghdr *header, unsigned char family)
{
	struct egress way = { .link = 0 };
	const void *data;

	if (header == NULL || header->nlmsg_type != RTM_NEWROUTE ||
	    header->nlmsg_len < NLMSG_SPACE(sizeof(struct rtmsg)))
		return way;
	data = find(header, RTA_OIF, sizeof way.link);
	if (data != NULL)
		memcpy(&way.link, data, sizeof way.link);
	way.gateway = read_address(header, RTA_GATEWAY, family);
	way.source = read_address(header, RTA_PREFSRC, family);
	return way;
}

static struct egress find_way(int fd, const struct address *to, const struct address *from)
{
	const unsigned char bits = (unsigned char)(8 * address_length(to->family));
	struct request request = {
		.header = { .nlmsg_len = NLMSG_LENGTH(sizeof request.body),
		            .nlmsg_type = RTM_GETROUTE, .nlmsg_flags = NLM_F_REQUEST },
		.body = { .rtm_family = to->family, .rtm_dst_len = bits,
		          .rtm_src_len = from != NULL ? bits : 0 },
	};
	alignas(struct nlmsghdr) char answer[4096];
	struct sockaddr_nl sender = { .nl_family = AF_NETLINK };
	socklen_t size = sizeof sender;
	ssize_t got;

	add(&request, RTA_DST, to);
	if (from != NULL)
		add(&request, RTA_SRC, from);
	if (RETRY(send(fd, &request, request.header.nlmsg_len, 0)) == -1)
		return (struct egress){ .link = 0 };
	got = RETRY(recvfrom(fd, answer, sizeof answer, MSG_DONTWAIT, (struct sockaddr *)&sender,
	                     &size));
	return read_way(got > 0 && sender.nl_pid == 0 ? netlink_message(answer, (size_t)got) : NULL,
	                to->family);
}

uint32_t egress_find(int fd, const struct address *to, const struct address *from)
{
	return find_way(fd, to, from).link;
}

/*
 * Others than global addresses (RFC 4291, 2000::/3) reach the outside by a
 * translator only.  A VPN has one and carries IPv4 as well; a network of
 * containers has none.
 */
static bool is_within(const struct egress *ipv6, const struct egress *ipv4)
{
	return (ipv6->source.bytes[0] & 0xe0) != 0x20 && ipv4->link != 0 &&
	       ipv6->link != ipv4->link;
}

bool egress_outside(struct egress *ipv4, struct egress *ipv6)
{
	/* For documentation only (RFC 5737, RFC 3849). */
	static const struct address outside4 = { .family = AF_INET, .bytes = { 203, 0, 113, 1 } };
	static const struct address outside6 = { .family = AF_INET6,
		                                 .bytes = { 0x20, 0x01, 0x0d, 0xb8, [15] = 1 } };
	int fd = egress_open();

	if (fd == -1)
		return false;
	*ipv4 = find_way(fd, &outside4, NULL);
	*ipv6 = find_way(fd, &outside6, NULL);
	if (is_within(ipv6, ipv4))
		*ipv6 = (struct egress){ .link = 0 };
	descriptors_close(&fd);
	return true;
}
