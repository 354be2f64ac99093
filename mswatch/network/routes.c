#include "routes.h"

#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "fallback.h"
#include "netlink.h"

/* What is kept at the most. */
#define MOST 4096

static size_t attributes_length(const struct nlmsghdr *header)
{
	return header->nlmsg_len - NLMSG_SPACE(sizeof(struct rtmsg));
}

static const void *find(struct nlmsghdr *header, unsigned short type, size_t length)
{
	if (header->nlmsg_len < NLMSG_SPACE(sizeof(struct rtmsg)))
		return NULL;
	return netlink_find(RTM_RTA(NLMSG_DATA(header)), attributes_length(header), type, length);
}

static void read_number(struct nlmsghdr *header, unsigned short type, uint32_t *value)
{
	const void *data = find(header, type, sizeof *value);

	if (data != NULL)
		memcpy(value, data, sizeof *value);
}

static struct address read_address(unsigned char family, const void *data)
{
	struct address address = { .family = family };

	if (data != NULL)
		memcpy(address.bytes, data, address_length(family));
	return address;
}

static struct address read_attribute(struct nlmsghdr *header, unsigned short type)
{
	const struct rtmsg *info = NLMSG_DATA(header);

	return read_address(info->rtm_family,
	                    find(header, type, address_length(info->rtm_family)));
}

/*
 * Neighbours are not the outside.  A default route whose packets come from a
 * link-local address leads there too: dhcpcd(8) makes it on links where
 * nobody answers, containers' among them.
 */
static bool leads_outside(struct nlmsghdr *header, const struct route *route)
{
	const struct rtmsg *info = NLMSG_DATA(header);
	const struct address source = read_attribute(header, RTA_PREFSRC);

	if (info->rtm_type != RTN_UNICAST || (info->rtm_flags & RTM_F_CLONED) ||
	    address_length(info->rtm_family) == 0 || address_is_link_local(&source))
		return false;
	return route->length == 0 ||
	       (info->rtm_protocol != RTPROT_KERNEL &&
	        !address_is_link_local(&route->destination) &&
	        !address_is_multicast(&route->destination));
}

/* A route over several links has a list of them (rtnetlink(7), RTA_MULTIPATH). */
static size_t read_hops(struct nlmsghdr *header, const struct route *route,
                        struct route found[ROUTES_HOPS])
{
	size_t left = 0, count = 0, step, inner;
	char *at = netlink_find_any(RTM_RTA(NLMSG_DATA(header)), attributes_length(header),
	                            RTA_MULTIPATH, &left);
	struct rtnexthop hop;

	while (at != NULL && left >= sizeof hop && count < ROUTES_HOPS) {
		memcpy(&hop, at, sizeof hop);
		if (hop.rtnh_len < sizeof hop || hop.rtnh_len > left)
			break;
		inner = hop.rtnh_len - sizeof hop;
		found[count] = *route;
		found[count].link = (uint32_t)hop.rtnh_ifindex;
		found[count++].gateway = read_address(
			route->destination.family,
			netlink_find(at + sizeof hop, inner, RTA_GATEWAY,
		                     address_length(route->destination.family)));
		step = RTNH_ALIGN((size_t)hop.rtnh_len);
		at += step;
		left = step < left ? left - step : 0;
	}
	return count;
}

size_t routes_read(struct nlmsghdr *header, struct route found[ROUTES_HOPS])
{
	const struct rtmsg *info = NLMSG_DATA(header);
	struct route route = { .table = info->rtm_table, .length = info->rtm_dst_len,
		               .destination = read_attribute(header, RTA_DST),
		               .gateway = read_attribute(header, RTA_GATEWAY) };
	size_t hops;

	read_number(header, RTA_TABLE, &route.table);
	read_number(header, RTA_PRIORITY, &route.priority);
	read_number(header, RTA_OIF, &route.link);
	if (!leads_outside(header, &route))
		return 0;
	hops = route.link == 0 && header->nlmsg_len >= NLMSG_SPACE(sizeof *info)
	               ? read_hops(header, &route, found)
	               : 0;
	if (hops > 0)
		return hops;
	found[0] = route;
	return 1;
}

/* Of all routes with the same destination, table and priority one is used. */
static bool same_use(const struct route *one, const struct route *other)
{
	return one->table == other->table && one->priority == other->priority &&
	       one->length == other->length &&
	       address_equals(&one->destination, &other->destination);
}

static bool same_route(const struct route *one, const struct route *other)
{
	return one->link == other->link && same_use(one, other) &&
	       address_equals(&one->gateway, &other->gateway);
}

struct route *routes_find(const struct routes *routes, const struct route *wanted)
{
	for (size_t i = 0; i < routes->count; i++)
		if (same_route(&routes->list[i], wanted))
			return &routes->list[i];
	return NULL;
}

bool routes_add(struct routes *routes, const struct route *route)
{
	struct route *bigger = NULL;

	if (routes->count < MOST)
		bigger = reallocarray(routes->list, routes->count + 1, sizeof *bigger);
	if (bigger == NULL)
		return false;
	routes->list = bigger;
	bigger[routes->count++] = *route;
	return true;
}

void routes_remove(struct routes *routes, struct route *listed)
{
	*listed = routes->list[--routes->count];
}

static bool is_among(const struct route *route, const struct route *others, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (same_route(route, &others[i]))
			return true;
	return false;
}

void routes_replace(struct routes *routes, const struct route *by, size_t count)
{
	size_t i = 0;

	while (i < routes->count)
		if (same_use(&routes->list[i], &by[0]) && !is_among(&routes->list[i], by, count))
			routes_remove(routes, &routes->list[i]);
		else
			i++;
}

bool routes_go_by(const struct routes *routes, uint32_t link, bool only_default)
{
	for (size_t i = 0; i < routes->count; i++)
		if (routes->list[i].link == link && (routes->list[i].length == 0 || !only_default))
			return true;
	return false;
}

bool routes_have_default(const struct routes *routes)
{
	for (size_t i = 0; i < routes->count; i++)
		if (routes->list[i].length == 0)
			return true;
	return false;
}

void routes_doubt(struct routes *routes, uint32_t link, unsigned char family)
{
	for (size_t i = 0; i < routes->count; i++)
		if (routes->list[i].link == link &&
		    (family == AF_UNSPEC || routes->list[i].destination.family == family))
			routes->list[i].state = ROUTE_DOUBTED;
}

bool routes_ask(struct routes *routes)
{
	bool any = false;

	for (size_t i = 0; i < routes->count; i++)
		if (routes->list[i].state == ROUTE_DOUBTED) {
			routes->list[i].state = ROUTE_ASKED;
			any = true;
		}
	return any;
}

struct route *routes_missing(const struct routes *routes)
{
	for (size_t i = 0; i < routes->count; i++)
		if (routes->list[i].state == ROUTE_ASKED)
			return &routes->list[i];
	return NULL;
}

void routes_free(struct routes *routes)
{
	free(routes->list);
	*routes = (struct routes){ .list = NULL };
}
