#include "network.h"

#include <errno.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "connections.h"
#include "descriptors.h"
#include "egress.h"
#include "interfaces.h"
#include "loop.h"
#include "memory.h"
#include "netlink.h"

struct network {
	int fd;                 /* -1: the kernel can't be asked */
	struct loop_watch watch;
	struct interfaces interfaces;
	unsigned listing;       /* lists asked for whose end has not come */
	uint32_t number;        /* of the request for the first of them */
	bool busy;              /* which waits for the end of an older one */
	bool checking;          /* the list is of routes in doubt; at first lists are no news */
	bool blind;             /* a list could not be had: what is known is not all */
	bool news, lost, suspect; /* INTERFACES_..., since they were taken */
	struct egress ipv4, ipv6; /* to the outside, when last looked at */
	clock_ms due;           /* when there is something to act on */
};

/* What is asked for, one after the other, at the start and after a loss. */
static const unsigned short lists[] = { RTM_GETLINK, RTM_GETADDR, RTM_GETROUTE };
#define LISTS (sizeof lists / sizeof lists[0])

/* linux/rtnetlink.h has groups' numbers, but not each one's bit. */
#define IPV6_RULES (1U << (RTNLGRP_IPV6_RULE - 1))

/* What the socket holds, if the system allows as much: bytes of messages and their upkeep. */
#define ROOM (1 << 21)

/* More messages than the socket holds. */
#define MOST_DISCARDED 16384

/* Asks for the next list. */
static void ask(struct network *network)
{
	struct {
		struct nlmsghdr header;
		struct rtgenmsg message;
	} request = { .header = { .nlmsg_len = NLMSG_LENGTH(sizeof request.message),
		                  .nlmsg_type = lists[LISTS - network->listing],
		                  .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP,
		                  .nlmsg_seq = ++network->number } };

	network->busy = false;
	if (send(network->fd, &request, request.header.nlmsg_len, 0) != -1)
		return;
	network->listing = 0;
	network->blind = !network->checking;
}

/* What the lists hold is the state of now, no news. */
static void ask_all(struct network *network)
{
	network->listing = LISTS;
	network->checking = network->blind = false;
	ask(network);
}

/* One over a link without a carrier is none yet. */
static bool take_way(const struct network *network, struct egress *known, struct egress found)
{
	bool moved;

	if (!network->blind && !interfaces_carrier(&network->interfaces, found.link))
		found = (struct egress){ .link = 0 };
	moved = found.link != 0 && !egress_equals(known, &found);
	*known = found;
	return moved;
}

/* Whether the outside is reached in another way than when that was last asked. */
static bool has_moved(struct network *network)
{
	struct egress ipv4, ipv6;
	bool moved;

	if (!egress_outside(&ipv4, &ipv6))
		return true;
	moved = take_way(network, &network->ipv4, ipv4);
	return take_way(network, &network->ipv6, ipv6) || moved;
}

/* Whether the outside may be reached in another way; the first lists are still to come: perhaps. */
static bool is_news(struct network *network, unsigned result)
{
	if (result == 0 || (network->listing > 0 && !network->checking))
		return (result & (INTERFACES_NEWS | INTERFACES_WAY)) != 0;
	return has_moved(network) || (result & INTERFACES_NEWS) != 0;
}

static void mark(struct network *network, unsigned result)
{
	if (is_news(network, result))
		result |= INTERFACES_NEWS;
	network->news = network->news || (result & INTERFACES_NEWS);
	network->lost = network->lost || (result & INTERFACES_LOST);
	network->suspect = network->suspect || (result & INTERFACES_SUSPECT);
	if ((result & (INTERFACES_NEWS | INTERFACES_SUSPECT)) && network->due == CLOCK_NEVER)
		network->due = clock_now() + NETWORK_DELAY;
}

/* Routes may have gone without a word; without a list those in doubt are taken for gone. */
static void ask_routes(struct network *network)
{
	network->listing = 1;
	network->checking = true;
	ask(network);
	if (network->listing == 0)
		mark(network, interfaces_take_end(&network->interfaces));
}

/* As long as the socket is full the kernel has no room for a list in it. */
static void discard(struct network *network)
{
	char byte;
	int reads = 0;

	while (reads++ < MOST_DISCARDED &&
	       (recv(network->fd, &byte, sizeof byte, MSG_DONTWAIT) != -1 || errno == ENOBUFS))
		;
}

/* Messages went missing: whatever they were, they were news. */
static void start_over(struct network *network)
{
	mark(network, INTERFACES_NEWS | INTERFACES_LOST | INTERFACES_SUSPECT);
	discard(network);
	interfaces_free(&network->interfaces);
	ask_all(network);
}

static bool is_list(const struct nlmsghdr *header)
{
	return header != NULL && (header->nlmsg_flags & NLM_F_MULTI);
}

/* The message that ends a list, or NULL. */
static struct nlmsghdr *find_end(struct nlmsghdr *header, size_t length)
{
	for (; header != NULL; header = netlink_next(header, &length))
		if (header->nlmsg_type == NLMSG_DONE || header->nlmsg_type == NLMSG_ERROR)
			return header;
	return NULL;
}

/* While the kernel is at one list it begins no other (netlink_dump_start). */
static bool is_busy(const struct nlmsghdr *end)
{
	int32_t error = 0;

	if (end->nlmsg_type == NLMSG_ERROR && end->nlmsg_len >= NLMSG_LENGTH(sizeof error))
		memcpy(&error, (const char *)end + NLMSG_HDRLEN, sizeof error);
	return error == -EBUSY;
}

static void take_end(struct network *network, const struct nlmsghdr *end)
{
	if (end->nlmsg_seq != network->number) {
		if (network->busy)
			ask(network);
		return;
	}
	network->busy = is_busy(end);
	if (network->busy)
		return;
	network->blind = network->blind || (end->nlmsg_type == NLMSG_ERROR && !network->checking);
	if (--network->listing > 0)
		ask(network);
	else if (network->checking)
		mark(network, interfaces_take_end(&network->interfaces));
	else
		(void)has_moved(network);
}

static void take(struct network *network, void *bytes, size_t length)
{
	unsigned result = interfaces_take(&network->interfaces, bytes, length);
	struct nlmsghdr *first = netlink_message(bytes, length), *end;

	if (network->listing == 0 || network->checking || !is_list(first))
		mark(network, result);
	end = network->listing > 0 ? find_end(first, length) : NULL;
	if (end != NULL)
		take_end(network, end);
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

int network_open(struct network **opened, struct loop *loop)
{
	const int room = ROOM;
	struct network *network = *opened = memory_new(1, sizeof *network);
	struct sockaddr_nl address = { .nl_family = AF_NETLINK,
		                       .nl_groups = RTMGRP_LINK | RTMGRP_IPV4_IFADDR |
		                                    RTMGRP_IPV6_IFADDR | RTMGRP_IPV4_ROUTE |
		                                    RTMGRP_IPV6_ROUTE | RTMGRP_IPV4_RULE |
		                                    IPV6_RULES };

	*network = (struct network){ .due = CLOCK_NEVER };
	network->watch = (struct loop_watch){ on_readable, network };
	network->fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE);
	if (network->fd == -1)
		return -1;
	(void)setsockopt(network->fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
	if (bind(network->fd, (const struct sockaddr *)&address, sizeof address) == -1 ||
	    loop_add(loop, network->fd, &network->watch) == -1) {
		descriptors_close(&network->fd);
		return -1;
	}
	ask_all(network);
	return 0;
}

/* A list whose end does not come is not waited for for ever. */
static bool is_patient(const struct network *network, clock_ms now)
{
	return now < network->due + NETWORK_DELAY;
}

/* Looking costs a walk through /proc: only with a reason, and where all interfaces are known. */
static bool needs_look(const struct network *network, bool waiting)
{
	if (network->listing > 0 || network->blind || network->interfaces.incomplete)
		return false;
	return waiting || (network->news && network->lost) ||
	       (network->suspect && connections_suspect(&network->interfaces));
}

bool network_take(struct network *network, clock_ms now, bool waiting,
                  struct network_change *change)
{
	if (now < network->due || (network->listing > 0 && is_patient(network, now)))
		return false;
	if (network->listing == 0 && is_patient(network, now) &&
	    interfaces_ask(&network->interfaces)) {
		ask_routes(network);
		return false;
	}
	*change = (struct network_change){ .news = network->news,
		                           .lost = network->lost,
		                           .look = needs_look(network, waiting) };
	network->lost = network->lost && !network->news;
	network->news = network->suspect = false;
	network->due = CLOCK_NEVER;
	return true;
}

bool network_is_lost(const struct network *network, const struct network_change *change,
                     pid_t guard, bool *lost)
{
	struct connections found = { CONNECTIONS_NONE, false };

	if (change->look)
		found = connections_look(&network->interfaces, guard);
	*lost = *lost || found.fate == CONNECTIONS_LOST;
	if (*lost)
		return change->news || found.way;
	return found.fate != CONNECTIONS_STAND && change->news && change->lost;
}

void network_settle(struct network *network)
{
	interfaces_settle(&network->interfaces);
}

void network_forget_loss(struct network *network)
{
	network->lost = false;
	network_settle(network);
}

/* A list's end wakes by itself. */
clock_ms network_wake(const struct network *network)
{
	if (network->due == CLOCK_NEVER || network->listing == 0)
		return network->due;
	return network->due + NETWORK_DELAY;
}

void network_close(struct network *network)
{
	if (network == NULL)
		return;
	descriptors_close(&network->fd);
	interfaces_free(&network->interfaces);
	free(network);
}
