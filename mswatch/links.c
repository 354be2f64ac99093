#include "links.h"

#include <linux/if.h>
#include <linux/if_addr.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "netlink.h"

/* What is kept of each kind, at the most: beyond, everything is news. */
#define MOST 4096

static struct links_link *find_link(const struct links *links, uint32_t number)
{
	size_t i;

	for (i = 0; i < links->link_count; i++)
		if (links->link[i].number == number)
			return &links->link[i];
	return NULL;
}

static bool is_loopback(const struct links *links, uint32_t number)
{
	const struct links_link *link = find_link(links, number);

	return link != NULL && link->loopback;
}

static bool same_address(const struct links_address *one, const struct links_address *other)
{
	return one->link == other->link && one->family == other->family &&
	       memcmp(one->bytes, other->bytes, sizeof one->bytes) == 0;
}

static struct links_address *find_address(const struct links *links,
                                          const struct links_address *wanted)
{
	size_t i;

	for (i = 0; i < links->address_count; i++)
		if (same_address(&links->address[i], wanted))
			return &links->address[i];
	return NULL;
}

/* With a carrier or an address the kernel takes routes away without a word. */
static void forget_routes(struct links *links, uint32_t number)
{
	size_t i = 0;

	while (i < links->route_count)
		if (links->route[i].link == number)
			links->route[i] = links->route[--links->route_count];
		else
			i++;
}

static unsigned take_link(struct links *links, const struct ifinfomsg *info, bool gone)
{
	struct links_link *link = find_link(links, (uint32_t)info->ifi_index), *bigger;
	bool carrier = !gone && (info->ifi_flags & IFF_LOWER_UP) && (info->ifi_flags & IFF_UP);
	bool loopback = (info->ifi_flags & IFF_LOOPBACK) != 0;
	bool before = link != NULL && link->carrier;

	/* A bridge tells of its ports: one that leaves it is still a link. */
	if (info->ifi_family != AF_UNSPEC)
		return 0;
	if (!carrier)
		forget_routes(links, (uint32_t)info->ifi_index);
	if (gone) {
		if (link != NULL)
			*link = links->link[--links->link_count];
		return before && !loopback ? LINKS_LOST : 0;
	}
	if (link == NULL) {
		bigger = links->link_count < MOST
		                 ? reallocarray(links->link, links->link_count + 1, sizeof *bigger)
		                 : NULL;
		if (bigger == NULL)
			return loopback ? 0 : LINKS_NEWS;
		links->link = bigger;
		link = &bigger[links->link_count++];
	}
	*link = (struct links_link){ .number = (uint32_t)info->ifi_index, .carrier = carrier,
		                     .loopback = loopback };
	if (carrier == before || loopback)
		return 0;
	/* What was sent without a carrier waits in TCP's retransmission, perhaps for minutes. */
	return carrier ? LINKS_NEWS : LINKS_LOST;
}

/* The data of an attribute of this type, or NULL when there is none of this length. */
static const void *find_attribute(void *bytes, size_t left, unsigned short type, size_t length)
{
	struct rtattr *attribute = netlink_attribute(bytes, left);

	for (; attribute != NULL; attribute = netlink_next_attribute(attribute, &left))
		if (attribute->rta_type == type && RTA_PAYLOAD(attribute) == length)
			return RTA_DATA(attribute);
	return NULL;
}

static bool read_address(struct nlmsghdr *header, struct ifaddrmsg *info,
                         struct links_address *address)
{
	size_t length = info->ifa_family == AF_INET ? 4 : info->ifa_family == AF_INET6 ? 16 : 0;
	struct rtattr *first = IFA_RTA(info);
	size_t left = IFA_PAYLOAD(header);
	const void *data = find_attribute(first, left, IFA_LOCAL, length);

	if (data == NULL)
		data = find_attribute(first, left, IFA_ADDRESS, length);
	if (data == NULL || length == 0)
		return false;
	*address = (struct links_address){ .link = info->ifa_index, .family = info->ifa_family };
	memcpy(address->bytes, data, length);
	return true;
}

static unsigned take_address(struct links *links, struct nlmsghdr *header, bool gone)
{
	struct ifaddrmsg *info = NLMSG_DATA(header);
	struct links_address address, *known, *bigger;

	if (!read_address(header, info, &address) || is_loopback(links, info->ifa_index))
		return 0;
	known = find_address(links, &address);
	if (gone) {
		forget_routes(links, info->ifa_index);
		if (known != NULL)
			*known = links->address[--links->address_count];
		return LINKS_LOST;
	}
	/* A tentative address can't be used yet; it comes again when it can (RFC 4862). */
	if (known != NULL || (info->ifa_flags & IFA_F_TENTATIVE))
		return 0;
	bigger = links->address_count < MOST
	                 ? reallocarray(links->address, links->address_count + 1, sizeof *bigger)
	                 : NULL;
	if (bigger != NULL) {
		links->address = bigger;
		bigger[links->address_count++] = address;
	}
	return LINKS_NEWS;
}

/* Copies an attribute, where there is one of this length. */
static bool read_attribute(struct nlmsghdr *header, unsigned short type, void *value,
                           size_t length)
{
	const void *data = find_attribute(RTM_RTA(NLMSG_DATA(header)), RTM_PAYLOAD(header), type,
	                                  length);

	if (data != NULL)
		memcpy(value, data, length);
	return data != NULL;
}

static struct links_route read_route(struct nlmsghdr *header)
{
	const struct rtmsg *info = NLMSG_DATA(header);
	struct links_route route = { .table = info->rtm_table, .family = info->rtm_family };

	read_attribute(header, RTA_TABLE, &route.table, sizeof route.table);
	read_attribute(header, RTA_PRIORITY, &route.priority, sizeof route.priority);
	read_attribute(header, RTA_OIF, &route.link, sizeof route.link);
	read_attribute(header, RTA_GATEWAY, route.gateway, info->rtm_family == AF_INET ? 4 : 16);
	return route;
}

static bool same_route(const struct links_route *one, const struct links_route *other)
{
	return one->family == other->family && one->table == other->table &&
	       one->priority == other->priority && one->link == other->link &&
	       memcmp(one->gateway, other->gateway, sizeof one->gateway) == 0;
}

/* Takes the routes out that this one stands for, or that it replaces; whether it was there. */
static bool remove_route(struct links *links, const struct links_route *route, bool replaces)
{
	bool known = false;
	size_t i = 0;

	while (i < links->route_count) {
		const struct links_route *listed = &links->route[i];
		bool same = same_route(listed, route);

		known = known || same;
		if (same || (replaces && listed->family == route->family &&
		             listed->table == route->table && listed->priority == route->priority))
			links->route[i] = links->route[--links->route_count];
		else
			i++;
	}
	return known;
}

static unsigned take_route(struct links *links, struct nlmsghdr *header, bool gone)
{
	const struct rtmsg *info = NLMSG_DATA(header);
	struct links_route route = read_route(header), *bigger;
	bool known;

	if (info->rtm_dst_len != 0 || info->rtm_type != RTN_UNICAST ||
	    (info->rtm_flags & RTM_F_CLONED) || is_loopback(links, route.link))
		return 0;
	known = remove_route(links, &route, (header->nlmsg_flags & NLM_F_REPLACE) != 0);
	if (gone)
		return 0;
	/* One over several links has none of its own: it is always news. */
	if (route.link == 0)
		return LINKS_NEWS;
	bigger = links->route_count < MOST
	                 ? reallocarray(links->route, links->route_count + 1, sizeof *bigger)
	                 : NULL;
	if (bigger != NULL) {
		links->route = bigger;
		bigger[links->route_count++] = route;
	}
	return known ? 0 : LINKS_NEWS;
}

static bool has_room(struct nlmsghdr *header, size_t length)
{
	return header->nlmsg_len >= NLMSG_LENGTH(length);
}

static unsigned take_message(struct links *links, struct nlmsghdr *header)
{
	switch (header->nlmsg_type) {
	case RTM_NEWLINK:
	case RTM_DELLINK:
		return has_room(header, sizeof(struct ifinfomsg))
		               ? take_link(links, NLMSG_DATA(header),
		                           header->nlmsg_type == RTM_DELLINK)
		               : 0;
	case RTM_NEWADDR:
	case RTM_DELADDR:
		return has_room(header, sizeof(struct ifaddrmsg))
		               ? take_address(links, header, header->nlmsg_type == RTM_DELADDR)
		               : 0;
	case RTM_NEWROUTE:
	case RTM_DELROUTE:
		return has_room(header, sizeof(struct rtmsg))
		               ? take_route(links, header, header->nlmsg_type == RTM_DELROUTE)
		               : 0;
	default:
		return 0;
	}
}

unsigned links_take(struct links *links, void *bytes, size_t length)
{
	struct nlmsghdr *header = netlink_message(bytes, length);
	unsigned result = 0;

	for (; header != NULL; header = netlink_next(header, &length))
		result |= take_message(links, header);
	return result;
}

void links_free(struct links *links)
{
	free(links->address);
	free(links->link);
	free(links->route);
	*links = (struct links){ 0 };
}
