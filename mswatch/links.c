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

static unsigned take_link(struct links *links, const struct ifinfomsg *info, bool gone)
{
	struct links_link *link = find_link(links, (uint32_t)info->ifi_index), *bigger;
	bool carrier = !gone && (info->ifi_flags & IFF_LOWER_UP) && (info->ifi_flags & IFF_UP);
	bool loopback = (info->ifi_flags & IFF_LOOPBACK) != 0;
	bool before = link != NULL && link->carrier;

	/* A bridge tells of its ports: one that leaves it is still a link. */
	if (info->ifi_family != AF_UNSPEC)
		return 0;
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

static unsigned take_route(const struct links *links, struct nlmsghdr *header)
{
	struct rtmsg *info = NLMSG_DATA(header);
	const void *out;
	uint32_t number = 0;

	if (info->rtm_dst_len != 0 || info->rtm_type != RTN_UNICAST ||
	    (info->rtm_flags & RTM_F_CLONED))
		return 0;
	out = find_attribute(RTM_RTA(info), RTM_PAYLOAD(header), RTA_OIF, sizeof number);
	if (out != NULL)
		memcpy(&number, out, sizeof number);
	return is_loopback(links, number) ? 0 : LINKS_NEWS;
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
		return has_room(header, sizeof(struct rtmsg)) ? take_route(links, header) : 0;
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
	*links = (struct links){ 0 };
}
