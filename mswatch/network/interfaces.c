#include "interfaces.h"

#include <linux/if.h>
#include <linux/if_addr.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "fallback.h"
#include "netlink.h"

/* What is kept of each kind, at the most: beyond, everything is news. */
#define MOST 4096
#define ALL (INTERFACES_NEWS | INTERFACES_LOST | INTERFACES_SUSPECT)

static struct interface *find_interface(const struct interfaces *interfaces, uint32_t number)
{
	for (size_t i = 0; i < interfaces->interface_count; i++)
		if (interfaces->interface[i].number == number)
			return &interfaces->interface[i];
	return NULL;
}

static bool is_loopback(const struct interfaces *interfaces, uint32_t number)
{
	const struct interface *interface = find_interface(interfaces, number);

	return interface != NULL && interface->loopback;
}

static struct interface_address *find_address(const struct interfaces *interfaces, uint32_t link,
                                              const struct address *wanted)
{
	for (size_t i = 0; i < interfaces->address_count; i++)
		if (interfaces->address[i].link == link &&
		    address_equals(&interfaces->address[i].address, wanted))
			return &interfaces->address[i];
	return NULL;
}

/* Whether the link has a global address, of this family or any. */
static bool has_global(const struct interfaces *interfaces, uint32_t link, unsigned char family)
{
	for (size_t i = 0; i < interfaces->address_count; i++)
		if (interfaces->address[i].link == link && interfaces->address[i].global &&
		    (family == AF_UNSPEC || interfaces->address[i].address.family == family))
			return true;
	return false;
}

/* A route without an address beside it is to a container, or the like. */
static bool leads_outside(const struct interfaces *interfaces, uint32_t number)
{
	if (is_loopback(interfaces, number))
		return false;
	if (has_global(interfaces, number, AF_UNSPEC))
		return routes_go_by(&interfaces->routes, number, false) ||
		       !routes_have_default(&interfaces->routes);
	return routes_go_by(&interfaces->routes, number, true);
}

/* Room for one more in an array, or NULL: then not all is known any more. */
static void *grow(struct interfaces *interfaces, void *array, size_t count, size_t size)
{
	void *bigger = count < MOST ? reallocarray(array, count + 1, size) : NULL;

	interfaces->incomplete = interfaces->incomplete || bigger == NULL;
	return bigger;
}

/* --- interfaces --- */

/* The link's addresses go with it, should the kernel not have said so before. */
static bool forget_addresses(struct interfaces *interfaces, uint32_t number)
{
	size_t i = 0, before = interfaces->address_count;

	while (i < interfaces->address_count)
		if (interfaces->address[i].link == number)
			interfaces->address[i] = interfaces->address[--interfaces->address_count];
		else
			i++;
	return interfaces->address_count < before;
}

static unsigned remove_interface(struct interfaces *interfaces, struct interface *interface)
{
	bool lost = interface->carrier && leads_outside(interfaces, interface->number);
	bool suspect = forget_addresses(interfaces, interface->number);

	routes_doubt(&interfaces->routes, interface->number, AF_UNSPEC);
	*interface = interfaces->interface[--interfaces->interface_count];
	return (lost ? INTERFACES_LOST : 0) | (suspect ? INTERFACES_SUSPECT : 0);
}

static struct interface *add_interface(struct interfaces *interfaces, uint32_t number)
{
	struct interface *bigger = grow(interfaces, interfaces->interface,
	                                interfaces->interface_count, sizeof *bigger);

	if (bigger == NULL)
		return NULL;
	interfaces->interface = bigger;
	bigger[interfaces->interface_count] = (struct interface){ .number = number };
	return &bigger[interfaces->interface_count++];
}

/* What was sent without a carrier waits in TCP's retransmission, perhaps for minutes. */
static unsigned take_carrier(struct interfaces *interfaces, struct interface *interface,
                             unsigned flags)
{
	bool up = (flags & IFF_UP) != 0, carrier = up && (flags & IFF_LOWER_UP);
	bool before = interface->carrier, outside;

	interface->loopback = (flags & IFF_LOOPBACK) != 0;
	interface->downed = interface->downed || (interface->up && !up);
	interface->dropped = interface->dropped || (before && !carrier);
	interface->up = up;
	interface->carrier = carrier;
	if (carrier == before || interface->loopback)
		return 0;
	outside = leads_outside(interfaces, interface->number);
	if (!carrier)
		routes_doubt(&interfaces->routes, interface->number, AF_UNSPEC);
	return (has_global(interfaces, interface->number, AF_UNSPEC) || outside ? INTERFACES_SUSPECT
	                                                                        : 0) |
	       (outside ? (carrier ? INTERFACES_NEWS : INTERFACES_LOST) : 0);
}

static unsigned take_interface(struct interfaces *interfaces, const struct ifinfomsg *info,
                               bool gone)
{
	struct interface *interface = find_interface(interfaces, (uint32_t)info->ifi_index);

	/* A bridge tells of its ports: one that leaves it is still a link. */
	if (info->ifi_family != AF_UNSPEC)
		return 0;
	if (gone)
		return interface != NULL ? remove_interface(interfaces, interface) : 0;
	if (interface == NULL)
		interface = add_interface(interfaces, (uint32_t)info->ifi_index);
	if (interface == NULL)
		return (info->ifi_flags & IFF_LOOPBACK) ? 0 : ALL;
	return take_carrier(interfaces, interface, info->ifi_flags);
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

static bool add_address(struct interfaces *interfaces, const struct interface_address *address)
{
	struct interface_address *bigger =
		grow(interfaces, interfaces->address, interfaces->address_count, sizeof *bigger);

	if (bigger == NULL)
		return false;
	interfaces->address = bigger;
	bigger[interfaces->address_count++] = *address;
	return true;
}

static unsigned remove_address(struct interfaces *interfaces, struct interface_address *known)
{
	uint32_t link = known->link;
	bool lost = known->global && leads_outside(interfaces, link);

	/* Of routes over IPv6 the kernel says when they go with an address. */
	if (known->address.family == AF_INET)
		routes_doubt(&interfaces->routes, link, AF_INET);
	*known = interfaces->address[--interfaces->address_count];
	return INTERFACES_SUSPECT | (lost ? INTERFACES_LOST : 0);
}

/* A temporary address beside others is only the next one of its kind (RFC 8981). */
static bool is_next(const struct interfaces *interfaces, const struct ifaddrmsg *info)
{
	return info->ifa_family == AF_INET6 && (info->ifa_flags & IFA_F_TEMPORARY) &&
	       has_global(interfaces, info->ifa_index, AF_INET6);
}

static unsigned take_address(struct interfaces *interfaces, struct nlmsghdr *header, bool gone)
{
	struct ifaddrmsg *info = NLMSG_DATA(header);
	struct interface_address address = { .link = info->ifa_index }, *known;
	bool next;

	if (!read_address(header, info, &address.address))
		return 0;
	known = find_address(interfaces, address.link, &address.address);
	if (gone && known == NULL)
		return interfaces->incomplete ? ALL & ~INTERFACES_NEWS : 0;
	if (gone)
		return remove_address(interfaces, known);
	/* A tentative address can't be used yet; it comes again when it can (RFC 4862). */
	if (known != NULL || (info->ifa_flags & IFA_F_TENTATIVE))
		return 0;
	address.global = info->ifa_scope < RT_SCOPE_LINK &&
	                 !is_loopback(interfaces, address.link) &&
	                 !address_is_link_local(&address.address);
	next = is_next(interfaces, info);
	if (!add_address(interfaces, &address))
		return is_loopback(interfaces, address.link) ? 0 : ALL;
	return address.global && !next && leads_outside(interfaces, address.link) ? INTERFACES_NEWS
	                                                                          : 0;
}

/* --- routes --- */

static unsigned add_route(struct interfaces *interfaces, const struct route *route)
{
	bool led = leads_outside(interfaces, route->link) &&
	           routes_go_by(&interfaces->routes, route->link, false);
	bool added = routes_add(&interfaces->routes, route);

	if (route->length == 0)
		return INTERFACES_WAY;
	return !led && (!added || leads_outside(interfaces, route->link)) ? INTERFACES_NEWS : 0;
}

static unsigned gain_route(struct interfaces *interfaces, const struct route *route, bool listed)
{
	struct route *known = routes_find(&interfaces->routes, route);
	bool doubted;

	if (known == NULL)
		return add_route(interfaces, route);
	if (listed) {
		if (known->state == ROUTE_ASKED)
			known->state = ROUTE_SURE;
		return 0;
	}
	doubted = known->state != ROUTE_SURE;
	known->state = ROUTE_SURE;
	return doubted && route->length == 0 ? INTERFACES_WAY : 0;
}

/* With one default route gone another may be the way now. */
static unsigned lose_route(struct interfaces *interfaces, struct route *listed)
{
	bool was_default = listed->length == 0;

	routes_remove(&interfaces->routes, listed);
	return was_default ? INTERFACES_WAY : 0;
}

static unsigned take_routes(struct interfaces *interfaces, struct nlmsghdr *header, bool gone)
{
	struct route hops[ROUTES_HOPS], *known;
	size_t count = routes_read(header, hops);
	bool listed = (header->nlmsg_flags & NLM_F_MULTI) != 0;
	unsigned result = 0;

	if (count > 0 && !gone && !listed && (header->nlmsg_flags & NLM_F_REPLACE))
		routes_replace(&interfaces->routes, hops, count);
	for (size_t i = 0; i < count; i++) {
		if (is_loopback(interfaces, hops[i].link))
			continue;
		known = gone ? routes_find(&interfaces->routes, &hops[i]) : NULL;
		if (known != NULL)
			result |= lose_route(interfaces, known);
		else if (!gone)
			result |= gain_route(interfaces, &hops[i], listed);
	}
	return result;
}

/* --- messages --- */

static bool has_room(struct nlmsghdr *header, size_t length)
{
	return header->nlmsg_len >= NLMSG_LENGTH(length);
}

static unsigned take_message(struct interfaces *interfaces, struct nlmsghdr *header)
{
	switch (header->nlmsg_type) {
	case RTM_NEWLINK:
	case RTM_DELLINK:
		return has_room(header, sizeof(struct ifinfomsg))
		               ? take_interface(interfaces, NLMSG_DATA(header),
		                                header->nlmsg_type == RTM_DELLINK)
		               : 0;
	case RTM_NEWADDR:
	case RTM_DELADDR:
		return has_room(header, sizeof(struct ifaddrmsg))
		               ? take_address(interfaces, header, header->nlmsg_type == RTM_DELADDR)
		               : 0;
	case RTM_NEWROUTE:
	case RTM_DELROUTE:
		return has_room(header, sizeof(struct rtmsg))
		               ? take_routes(interfaces, header, header->nlmsg_type == RTM_DELROUTE)
		               : 0;
	case RTM_NEWRULE:
	case RTM_DELRULE: return INTERFACES_WAY;
	default: return 0;
	}
}

unsigned interfaces_take(struct interfaces *interfaces, void *bytes, size_t length)
{
	struct nlmsghdr *header = netlink_message(bytes, length);
	unsigned result = 0;

	for (; header != NULL; header = netlink_next(header, &length))
		result |= take_message(interfaces, header);
	return result;
}

bool interfaces_ask(struct interfaces *interfaces)
{
	return routes_ask(&interfaces->routes);
}

unsigned interfaces_take_end(struct interfaces *interfaces)
{
	struct route *missing;
	unsigned result = 0;

	while ((missing = routes_missing(&interfaces->routes)) != NULL)
		result |= lose_route(interfaces, missing);
	return result;
}

/* --- questions --- */

bool interfaces_have(const struct interfaces *interfaces, const struct address *address)
{
	const struct interface *interface;

	for (size_t i = 0; i < interfaces->address_count; i++) {
		if (!address_equals(&interfaces->address[i].address, address))
			continue;
		interface = find_interface(interfaces, interfaces->address[i].link);
		if (interface == NULL || interface->up)
			return true;
	}
	return false;
}

uint32_t interfaces_of(const struct interfaces *interfaces, const struct address *address)
{
	for (size_t i = 0; i < interfaces->address_count; i++)
		if (address_equals(&interfaces->address[i].address, address))
			return interfaces->address[i].link;
	return 0;
}

bool interfaces_carrier(const struct interfaces *interfaces, uint32_t number)
{
	const struct interface *interface = find_interface(interfaces, number);

	return interface != NULL && interface->carrier;
}

bool interfaces_dropped(const struct interfaces *interfaces, uint32_t number)
{
	const struct interface *interface = find_interface(interfaces, number);

	return interface != NULL && interface->dropped;
}

bool interfaces_downed(const struct interfaces *interfaces, uint32_t number)
{
	const struct interface *interface = find_interface(interfaces, number);

	return interface != NULL && interface->downed;
}

bool interfaces_outside_dropped(const struct interfaces *interfaces)
{
	for (size_t i = 0; i < interfaces->interface_count; i++)
		if (interfaces->interface[i].dropped &&
		    leads_outside(interfaces, interfaces->interface[i].number))
			return true;
	return false;
}

bool interfaces_stand_by(const struct interfaces *interfaces, unsigned char family)
{
	for (size_t i = 0; i < interfaces->routes.count; i++) {
		const struct route *route = &interfaces->routes.list[i];

		if (route->length == 0 &&
		    (family == AF_UNSPEC || route->destination.family == family) &&
		    (route->link == 0 || interfaces_carrier(interfaces, route->link)))
			return true;
	}
	return false;
}

void interfaces_settle(struct interfaces *interfaces)
{
	for (size_t i = 0; i < interfaces->interface_count; i++)
		interfaces->interface[i].downed = interfaces->interface[i].dropped = false;
}

void interfaces_free(struct interfaces *interfaces)
{
	free(interfaces->address);
	free(interfaces->interface);
	routes_free(&interfaces->routes);
	*interfaces = (struct interfaces){ 0 };
}
