#include "egress.h"

#include <errno.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <stdalign.h>
#include <string.h>
#include <sys/socket.h>

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
	const struct rtattr head = { .rta_type = type, .rta_len = (unsigned short)RTA_LENGTH(length) };
	char *at = (char *)request + request->header.nlmsg_len;

	memcpy(at, &head, sizeof head);
	memcpy(at + RTA_LENGTH(0), address->bytes, length);
	request->header.nlmsg_len += (uint32_t)RTA_SPACE(length);
}

static uint32_t read_link(struct nlmsghdr *header)
{
	uint32_t link = 0;
	const void *data;

	if (header == NULL || header->nlmsg_type != RTM_NEWROUTE ||
	    header->nlmsg_len < NLMSG_SPACE(sizeof(struct rtmsg)))
		return 0;
	data = netlink_find(RTM_RTA(NLMSG_DATA(header)),
	                    header->nlmsg_len - NLMSG_SPACE(sizeof(struct rtmsg)), RTA_OIF,
	                    sizeof link);
	if (data != NULL)
		memcpy(&link, data, sizeof link);
	return link;
}

uint32_t egress_find(int fd, const struct address *to, const struct address *from)
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
		return 0;
	got = RETRY(recvfrom(fd, answer, sizeof answer, MSG_DONTWAIT, (struct sockaddr *)&sender,
	                     &size));
	return got > 0 && sender.nl_pid == 0 ? read_link(netlink_message(answer, (size_t)got)) : 0;
}
