#include "network.h"

#include <errno.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "descriptors.h"
#include "netlink.h"

/* What is asked for, one after the other, at the start and after a loss. */
static const unsigned short lists[] = { RTM_GETLINK, RTM_GETADDR, RTM_GETROUTE };
#define LISTS (sizeof lists / sizeof lists[0])

/* Asks for the next list; what it holds is the state of now, no news. */
static void ask(struct network *network)
{
	struct {
		struct nlmsghdr header;
		struct rtgenmsg message;
	} request = { .header = { .nlmsg_len = NLMSG_LENGTH(sizeof request.message),
		                  .nlmsg_type = lists[LISTS - network->listing],
		                  .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP } };

	if (send(network->fd, &request, request.header.nlmsg_len, 0) == -1)
		network->listing = 0;
}

static void mark_news(struct network *network, unsigned result)
{
	if (result & LINKS_LOST)
		network->lost = true;
	if ((result & LINKS_NEWS) && network->due == CLOCK_NEVER)
		network->due = clock_now() + NETWORK_DELAY;
}

/* Messages went missing: whatever they were, they were news. */
static void start_over(struct network *network)
{
	mark_news(network, LINKS_NEWS | LINKS_LOST);
	links_free(&network->links);
	network->listing = LISTS;
	ask(network);
}

static bool is_list(const struct nlmsghdr *header)
{
	return header != NULL && (header->nlmsg_flags & NLM_F_MULTI);
}

static bool ends_list(struct nlmsghdr *header, size_t length)
{
	for (; header != NULL; header = netlink_next(header, &length))
		if (header->nlmsg_type == NLMSG_DONE || header->nlmsg_type == NLMSG_ERROR)
			return true;
	return false;
}

static void take(struct network *network, void *bytes, size_t length)
{
	unsigned result = links_take(&network->links, bytes, length);
	struct nlmsghdr *first = netlink_message(bytes, length);
	bool listed = network->listing > 0 && is_list(first);

	if (!listed)
		mark_news(network, result);
	if (network->listing > 0 && ends_list(first, length) && --network->listing > 0)
		ask(network);
}

static void on_readable(void *context)
{
	struct network *network = context;
	_Alignas(struct nlmsghdr) char bytes[32768];
	ssize_t got = recv(network->fd, bytes, sizeof bytes, MSG_DONTWAIT | MSG_TRUNC);

	if (got > (ssize_t)sizeof bytes || (got == -1 && errno == ENOBUFS))
		start_over(network);
	else if (got > 0)
		take(network, bytes, (size_t)got);
}

int network_open(struct network *network, struct loop *loop)
{
	struct sockaddr_nl address = { .nl_family = AF_NETLINK,
		                       .nl_groups = RTMGRP_LINK | RTMGRP_IPV4_IFADDR |
		                                    RTMGRP_IPV6_IFADDR | RTMGRP_IPV4_ROUTE |
		                                    RTMGRP_IPV6_ROUTE };

	*network = (struct network){ .due = CLOCK_NEVER };
	network->watch = (struct loop_watch){ on_readable, network };
	network->fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE);
	if (network->fd == -1)
		return -1;
	if (bind(network->fd, (const struct sockaddr *)&address, sizeof address) == -1 ||
	    loop_add(loop, network->fd, &network->watch) == -1) {
		descriptors_close(&network->fd);
		return -1;
	}
	network->listing = LISTS;
	ask(network);
	return 0;
}

bool network_take_news(struct network *network, clock_ms now, bool *lost)
{
	if (now < network->due)
		return false;
	*lost = network->lost;
	network->lost = false;
	network->due = CLOCK_NEVER;
	return true;
}

void network_forget_loss(struct network *network)
{
	network->lost = false;
}

clock_ms network_wake(const struct network *network)
{
	return network->due;
}

void network_close(struct network *network)
{
	descriptors_close(&network->fd);
	links_free(&network->links);
}
