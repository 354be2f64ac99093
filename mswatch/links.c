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
#define ALL (LINKS_NEWS | LINKS_LOST | LINKS_SUSPECT)

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

static struct links_address *find_address(const struct links *links, uint32_t link,
                                          const struct address *wanted)
{
	size_t i;

	for (i = 0; i < links->address_count; i++)
		if (links->address[i].link == link &&
		    address_equals(&links->address[i].address, wanted))
			return &links->address[i];
	return NULL;
}

/* Whether the link has a global address, of this family or any. */
static bool has_global(const struct links *links, uint32_t link, unsigned char family)
{
	size_t i;

	for (i = 0; i < links->address_count; i++)
		if (links->address[i].link == link && links->address[i].global &&
		    (family == AF_UNSPEC || links->address[i].address.family == family))
			return true;
	return false;
}

/* A route without an address beside it is to a container, or the like. */
static bool leads_outside(const struct links *links, uint32_t number)
{
	if (is_loopback(links, number))
		return false;
	if (has_global(links, number, AF_UNSPEC))
		return routes_go_by(&links->routes, number, false) ||
		       !routes_have_default(&links->routes);
	return routes_go_by(&links->routes, number, true);
}

/* Room for one more in an array, or NULL: then not all is known any more. */
static void *grow(struct links *links, void *array, size_t count, size_t size)
{
	void *bigger = count < MOST ? reallocarray(array, count + 1, size) : NULL;

	links->incomplete = links->incomplete || bigger == NULL;
	return bigger;
}

/* --- links --- */

/* The link's addresses go with it, should the kernel not have said so before. */
static bool forget_addresses(struct links *links, uint32_t number)
{
	size_t i = 0, before = links->address_count;

	while (i < links->address_count)
		if (links->address[i].link == number)
			links->address[i] = links->address[--links->address_count];
		else
			i++;
	return links->address_count < before;
}

static unsigned remove_link(struct links *links, struct links_link *link)
{
	bool lost = link->carrier && leads_outside(links, link->number);
	bool suspect = forget_addresses(links, link->number);

	routes_doubt(&links->routes, link->number, AF_UNSPEC);
	*link = links->link[--links->link_count];
	return (lost ? LINKS_LOST : 0) | (suspect ? LINKS_SUSPECT : 0);
}

static struct links_link *add_link(struct links *links, uint32_t number)
{
	struct links_link *bigger = grow(links, links->link, links->link_count, sizeof *bigger);

	if (bigger == NULL)
		return NULL;
	links->link = bigger;
	bigger[links->link_count] = (struct links_link){ .number = number };
	return &bigger[links->link_count++];
}

/* What was sent without a carrier waits in TCP's retransmission, perhaps for minutes. */
static unsigned take_carrier(struct links *links, struct links_link *link, unsigned flags)
{
	bool up = (flags & IFF_UP) != 0, carrier = up && (flags & IFF_LOWER_UP);
	bool before = link->carrier, outside;

	link->loopback = (flags & IFF_LOOPBACK) != 0;
	link->downed = link->downed || (link->up && !up);
	link->dropped = link->dropped || (before && !carrier);
	link->up = up;
	link->carrier = carrier;
	if (carrier == before || link->loopback)
		return 0;
	outside = leads_outside(links, link->number);
	if (!carrier)
		routes_doubt(&links->routes, link->number, AF_UNSPEC);
	return (has_global(links, link->number, AF_UNSPEC) || outside ? LINKS_SUSPECT : 0) |
	       (outside ? (carrier ? LINKS_NEWS : LINKS_LOST) : 0);
}

static unsigned take_link(struct links *links, const struct ifinfomsg *info, bool gone)
{
	struct links_link *link = find_link(links, (uint32_t)info->ifi_index);

	/* A bridge tells of its ports: one that leaves it is still a link. */
	if (info->ifi_family != AF_UNSPEC)
		return 0;
	if (gone)
		return link != NULL ? remove_link(links, link) : 0;
	if (link == NULL)
		link = add_link(links, (uint32_t)info->ifi_index);
	if (link == NULL)
		return (info->ifi_flags & IFF_LOOPBACK) ? 0 : ALL;
	return take_carrier(links, link, info->ifi_flags);
}

/* --- addresses --- */

static bool read_address(struct nlmsghdr *header, struct ifaddrmsg *info, struct address *address)
{
	size_t length = address_length(info->ifa_family);
	struct rtattr *first = IFA_RTA(info);
	size_t left = IFA_PAYLOAD(header);
	const void *data = netlink_find(first, left, IFA_LOCAL, length);

	if (data == NULL)
		data = netlink_find(first, left, IFA_ADDRESS, length);
	if (data == NULL || length == 0)
		return false;
	*address = (struct address){ .family = info->ifa_family };
	memcpy(address->bytes, data, length);
	return true;
}

static bool add_address(struct links *links, const struct links_address *address)
{
	struct links_address *bigger = grow(links, links->address, links->address_count,
	                                    sizeof *bigger);

	if (bigger == NULL)
		return false;
	links->address = bigger;
	bigger[links->address_count++] = *address;
	return true;
}

static unsigned remove_address(struct links *links, struct links_address *known)
{
	uint32_t link = known->link;
	bool lost = known->global && leads_outside(links, link);

	/* Of routes over IPv6 the kernel says when they go with an address. */
	if (known->address.family == AF_INET)
		routes_doubt(&links->routes, link, AF_INET);
	*known = links->address[--links->address_count];
	return LINKS_SUSPECT | (lost ? LINKS_LOST : 0);
}

/* A temporary address beside others is only the next one of its kind (RFC 8981). */
static bool is_next(const struct links *links, const struct ifaddrmsg *info)
{
	return info->ifa_family == AF_INET6 && (info->ifa_flags & IFA_F_TEMPORARY) &&
	       has_global(links, info->ifa_index, AF_INET6);
}

static unsigned take_address(struct links *links, struct nlmsghdr *header, bool gone)
{
	struct ifaddrmsg *info = NLMSG_DATA(header);
	struct links_address address = { .link = info->ifa_index }, *known;
	bool next;

	if (!read_address(header, info, &address.address))
		return 0;
	known = find_address(links, address.link, &address.address);
	if (gone && known == NULL)
		return links->incomplete ? ALL & ~LINKS_NEWS : 0;
	if (gone)
		return remove_address(links, known);
	/* A tentative address can't be used yet; it comes again when it can (RFC 4862). */
	if (known != NULL || (info->ifa_flags & IFA_F_TENTATIVE))
		return 0;
	address.global = info->ifa_scope < RT_SCOPE_LINK && !is_loopback(links, address.link) &&
	                 !address_is_link_local(&address.address);
	next = is_next(links, info);
	if (!add_address(links, &address))
		return is_loopback(links, address.link) ? 0 : ALL;
	return address.global && !next && leads_outside(links, address.link) ? LINKS_NEWS : 0;
}

/* --- routes --- */

static unsigned add_route(struct links *links, const struct route *route)
{
	bool led = leads_outside(links, route->link) && routes_go_by(&links->routes, route->link, false);

	if (!routes_add(&links->routes, route))
		return led && route->length != 0 ? 0 : LINKS_NEWS;
	return route->length == 0 || (!led && leads_outside(links, route->link)) ? LINKS_NEWS : 0;
}

static unsigned gain_route(struct links *links, const struct route *route, bool listed)
{
	struct route *known = routes_find(&links->routes, route);
	bool doubted;

	if (known == NULL)
		return add_route(links, route);
	if (listed) {
		if (known->state == ROUTE_ASKED)
			known->state = ROUTE_SURE;
		return 0;
	}
	doubted = known->state != ROUTE_SURE;
	known->state = ROUTE_SURE;
	return doubted && route->length == 0 ? LINKS_NEWS : 0;
}

/* With one default route gone another is the way now. */
static unsigned lose_route(struct links *links, struct route *listed)
{
	bool was_default = listed->length == 0;
	unsigned char family = listed->destination.family;

	routes_remove(&links->routes, listed);
	return was_default && links_stand_by(links, family) ? LINKS_NEWS : 0;
}

static unsigned take_routes(struct links *links, struct nlmsghdr *header, bool gone)
{
	struct route hops[ROUTES_HOPS], *known;
	size_t i, count = routes_read(header, hops);
	bool listed = (header->nlmsg_flags & NLM_F_MULTI) != 0;
	unsigned result = 0;

	if (count > 0 && !gone && !listed && (header->nlmsg_flags & NLM_F_REPLACE))
		routes_replace(&links->routes, hops, count);
	for (i = 0; i < count; i++) {
		if (is_loopback(links, hops[i].link))
			continue;
		known = gone ? routes_find(&links->routes, &hops[i]) : NULL;
		if (known != NULL)
			result |= lose_route(links, known);
		else if (!gone)
			result |= gain_route(links, &hops[i], listed);
	}
	return result;
}

/* --- messages --- */

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
		               ? take_routes(links, header, header->nlmsg_type == RTM_DELROUTE)
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

bool links_ask(struct links *links)
{
	return routes_ask(&links->routes);
}

unsigned links_take_end(struct links *links)
{
	struct route *missing;
	unsigned result = 0;

	while ((missing = routes_missing(&links->routes)) != NULL)
		result |= lose_route(links, missing);
	return result;
}

/* --- questions --- */

bool links_have(const struct links *links, const struct address *address)
{
	const struct links_link *link;
	size_t i;

	for (i = 0; i < links->address_count; i++) {
		if (!address_equals(&links->address[i].address, address))
			continue;
		link = find_link(links, links->address[i].link);
		if (link == NULL || link->up)
			return true;
	}
	return false;
}

uint32_t links_of(const struct links *links, const struct address *address)
{
	size_t i;

	for (i = 0; i < links->address_count; i++)
		if (address_equals(&links->address[i].address, address))
			return links->address[i].link;
	return 0;
}

bool links_carrier(const struct links *links, uint32_t number)
{
	const struct links_link *link = find_link(links, number);

	return link != NULL && link->carrier;
}

bool links_dropped(const struct links *links, uint32_t number)
{
	const struct links_link *link = find_link(links, number);

	return link != NULL && link->dropped;
}

bool links_downed(const struct links *links, uint32_t number)
{
	const struct links_link *link = find_link(links, number);

	return link != NULL && link->downed;
}

bool links_outside_dropped(const struct links *links)
{
	size_t i;

	for (i = 0; i < links->link_count; i++)
		if (links->link[i].dropped && leads_outside(links, links->link[i].number))
			return true;
	return false;
}

bool links_stand_by(const struct links *links, unsigned char family)
{
	size_t i;

	for (i = 0; i < links->routes.count; i++) {
		const struct route *route = &links->routes.list[i];

		if (route->length == 0 &&
		    (family == AF_UNSPEC || route->destination.family == family) &&
		    (route->link == 0 || links_carrier(links, route->link)))
			return true;
	}
	return false;
}

void links_settle(struct links *links)
{
	size_t i;

	for (i = 0; i < links->link_count; i++)
		links->link[i].downed = links->link[i].dropped = false;
}

void links_free(struct links *links)
{
	free(links->address);
	free(links->link);
	routes_free(&links->routes);
	*links = (struct links){ 0 };
}
