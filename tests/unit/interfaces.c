#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <arpa/inet.h>
#include <linux/if.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "../../mswatch/network/interfaces.h"
#include "../../mswatch/network/egress.h"

static _Alignas(struct nlmsghdr) char datagram[512];

static struct nlmsghdr *message(unsigned short type, const void *body, size_t length)
{
	struct nlmsghdr *header = (struct nlmsghdr *)datagram;

	memset(datagram, 0, sizeof datagram);
	header->nlmsg_type = type;
	header->nlmsg_len = (uint32_t)NLMSG_LENGTH(length);
	memcpy(NLMSG_DATA(header), body, length);
	return header;
}

static void attribute(struct nlmsghdr *header, unsigned short type, const void *data, size_t length)
{
	struct rtattr *at = (struct rtattr *)(datagram + NLMSG_ALIGN(header->nlmsg_len));

	at->rta_type = type;
	at->rta_len = (unsigned short)RTA_LENGTH(length);
	memcpy(RTA_DATA(at), data, length);
	header->nlmsg_len = (uint32_t)(NLMSG_ALIGN(header->nlmsg_len) + RTA_ALIGN(at->rta_len));
}

/* In memory of just this size, so that a sanitizer or valgrind sees what is read behind it. */
static unsigned take_some(struct interfaces *interfaces, size_t length)
{
	char *copy = malloc(length);
	unsigned result;

	assert_non_null(copy);
	memcpy(copy, datagram, length);
	result = interfaces_take(interfaces, copy, length);
	free(copy);
	return result;
}

static unsigned take(struct interfaces *interfaces)
{
	return take_some(interfaces, ((struct nlmsghdr *)datagram)->nlmsg_len);
}

static unsigned take_interface(struct interfaces *interfaces, unsigned short type, int number,
                               unsigned flags, unsigned char family)
{
	const struct ifinfomsg info = { .ifi_family = family, .ifi_index = number,
		                        .ifi_flags = flags };

	message(type, &info, sizeof info);
	return take(interfaces);
}

static unsigned take_address(struct interfaces *interfaces, unsigned short type, unsigned number,
                             const char *bytes, unsigned char flags)
{
	const struct ifaddrmsg info = { .ifa_family = AF_INET, .ifa_index = number,
		                        .ifa_flags = flags };

	attribute(message(type, &info, sizeof info), IFA_LOCAL, bytes, 4);
	return take(interfaces);
}

static unsigned take_address6(struct interfaces *interfaces, unsigned short type, unsigned number,
                              const char *text, unsigned char flags)
{
	const struct ifaddrmsg info = { .ifa_family = AF_INET6, .ifa_index = number,
		                        .ifa_flags = flags,
		                        .ifa_scope = strncmp(text, "fe80", 4) == 0 ?
		                                     RT_SCOPE_LINK : 0 };
	unsigned char bytes[16];

	assert_int_equal(inet_pton(AF_INET6, text, bytes), 1);
	attribute(message(type, &info, sizeof info), IFA_ADDRESS, bytes, 16);
	return take(interfaces);
}

/* What the kernel says of a route; what is 0 or NULL has no attribute. */
struct told {
	const char *gateway, *destination, *source;
	uint32_t link, table, priority;
	unsigned char family, type, length, protocol;
	unsigned flags;
};

static struct nlmsghdr *tell_route(unsigned short type, unsigned short flags, struct told route)
{
	const unsigned char family = route.family != 0 ? route.family : AF_INET;
	const size_t length = family == AF_INET ? 4 : 16;
	const struct rtmsg info = { .rtm_family = family, .rtm_flags = route.flags,
		                    .rtm_table = RT_TABLE_MAIN, .rtm_dst_len = route.length,
		                    .rtm_protocol = route.protocol != 0 ? route.protocol
		                                                        : RTPROT_BOOT,
		                    .rtm_type = route.type != 0 ? route.type : RTN_UNICAST };
	struct nlmsghdr *header = message(type, &info, sizeof info);

	header->nlmsg_flags = flags;
	if (route.table != 0)
		attribute(header, RTA_TABLE, &route.table, sizeof route.table);
	if (route.priority != 0)
		attribute(header, RTA_PRIORITY, &route.priority, sizeof route.priority);
	if (route.link != 0)
		attribute(header, RTA_OIF, &route.link, sizeof route.link);
	if (route.gateway != NULL)
		attribute(header, RTA_GATEWAY, route.gateway, length);
	if (route.destination != NULL)
		attribute(header, RTA_DST, route.destination, length);
	if (route.source != NULL)
		attribute(header, RTA_PREFSRC, route.source, length);
	return header;
}

static unsigned take_route(struct interfaces *interfaces, unsigned short type, unsigned short flags,
                           struct told route)
{
	tell_route(type, flags, route);
	return take(interfaces);
}

static unsigned add_route(struct interfaces *interfaces, struct told route)
{
	return take_route(interfaces, RTM_NEWROUTE, NLM_F_CREATE, route);
}

#define UP (IFF_UP | IFF_LOWER_UP)

/* Link 2 with 10.0.0.5, and, if told, the default route. */
static void add_ethernet(struct interfaces *interfaces, bool with_route)
{
	take_interface(interfaces, RTM_NEWLINK, 2, UP, AF_UNSPEC);
	take_address(interfaces, RTM_NEWADDR, 2, "\12\0\0\5", 0);
	if (with_route)
		add_route(interfaces, (struct told){ .link = 2, .gateway = "\12\0\0\1" });
	interfaces_settle(interfaces);
}

static bool have(const struct interfaces *interfaces, const char *bytes)
{
	struct address address = { .family = AF_INET };

	memcpy(address.bytes, bytes, 4);
	return interfaces_have(interfaces, &address);
}

static void a_carrier_is_news_and_its_loss_a_loss(void **state)
{
	struct interfaces interfaces = { 0 };

	(void)state;
	add_ethernet(&interfaces, true);
	assert_int_equal(take_interface(&interfaces, RTM_NEWLINK, 2, UP, AF_UNSPEC), 0);
	assert_false(interfaces_dropped(&interfaces, 2));
	assert_int_equal(take_interface(&interfaces, RTM_NEWLINK, 2, IFF_UP, AF_UNSPEC),
	                 INTERFACES_LOST | INTERFACES_SUSPECT);
	assert_true(interfaces_dropped(&interfaces, 2));
	assert_false(interfaces_downed(&interfaces, 2));
	assert_true(interfaces_outside_dropped(&interfaces));
	assert_int_equal(take_interface(&interfaces, RTM_NEWLINK, 2, UP, AF_UNSPEC),
	                 INTERFACES_NEWS | INTERFACES_SUSPECT);
	assert_true(interfaces_dropped(&interfaces, 2));
	interfaces_settle(&interfaces);
	assert_false(interfaces_dropped(&interfaces, 2));
	assert_int_equal(take_interface(&interfaces, RTM_NEWLINK, 2, 0, AF_UNSPEC),
	                 INTERFACES_LOST | INTERFACES_SUSPECT);
	assert_true(interfaces_downed(&interfaces, 2));
	assert_false(have(&interfaces, "\12\0\0\5"));
	take_interface(&interfaces, RTM_NEWLINK, 2, UP, AF_UNSPEC);
	assert_true(have(&interfaces, "\12\0\0\5"));
	assert_int_equal(take_interface(&interfaces, RTM_DELLINK, 2, UP, AF_UNSPEC),
	                 INTERFACES_LOST | INTERFACES_SUSPECT);
	assert_false(have(&interfaces, "\12\0\0\5"));
	assert_int_equal(take_interface(&interfaces, RTM_DELLINK, 2, UP, AF_UNSPEC), 0);
	interfaces_free(&interfaces);
}

static void links_without_an_address_are_nothing(void **state)
{
	static const bool with_route[] = { false, true };
	const struct told container = { .link = 3, .destination = "\12\1\1\1", .length = 32 };
	struct interfaces interfaces = { 0 };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		add_ethernet(&interfaces, with_route[i]);
		assert_int_equal(take_interface(&interfaces, RTM_NEWLINK, 3, IFF_UP, AF_UNSPEC), 0);
		assert_int_equal(take_interface(&interfaces, RTM_NEWLINK, 3, UP, AF_UNSPEC), 0);
		assert_int_equal(take_address6(&interfaces, RTM_NEWADDR, 3, "fe80::1", 0), 0);
		assert_int_equal(take_address(&interfaces, RTM_NEWADDR, 3, "\251\376\1\1", 0), 0);
		assert_int_equal(add_route(&interfaces, container), 0);
		assert_int_equal(take_interface(&interfaces, RTM_NEWLINK, 3, IFF_UP, AF_UNSPEC), 0);
		assert_int_equal(take_address6(&interfaces, RTM_DELADDR, 3, "fe80::1", 0),
		                 INTERFACES_SUSPECT);
		assert_int_equal(take_interface(&interfaces, RTM_DELLINK, 3, 0, AF_UNSPEC),
		                 INTERFACES_SUSPECT);
		interfaces_free(&interfaces);
	}
}

static void networks_within_the_host_are_nothing(void **state)
{
	static const struct told kernels[] = {
		{ .link = 3, .destination = "\254\22\0\0", .length = 16,
		  .protocol = RTPROT_KERNEL },
		{ .link = 3, .destination = "\251\376\0\0", .length = 16 },
		{ .link = 3, .destination = "\340\0\0\0", .length = 4 },
		{ .link = 3, .source = "\251\376\7\7" },
	};
	struct interfaces interfaces = { 0 };

	(void)state;
	add_ethernet(&interfaces, true);
	assert_int_equal(take_interface(&interfaces, RTM_NEWLINK, 3, UP, AF_UNSPEC), 0);
	assert_int_equal(take_address(&interfaces, RTM_NEWADDR, 3, "\254\22\0\1", 0), 0);
	for (size_t i = 0; i < sizeof kernels / sizeof kernels[0]; i++)
		assert_int_equal(add_route(&interfaces, kernels[i]), 0);
	/* One of the host's own connections may be with a container. */
	assert_int_equal(take_interface(&interfaces, RTM_NEWLINK, 3, IFF_UP, AF_UNSPEC),
	                 INTERFACES_SUSPECT);
	assert_false(interfaces_outside_dropped(&interfaces));
	assert_int_equal(take_interface(&interfaces, RTM_NEWLINK, 3, UP, AF_UNSPEC),
	                 INTERFACES_SUSPECT);
	assert_int_equal(take_address(&interfaces, RTM_DELADDR, 3, "\254\22\0\1", 0),
	                 INTERFACES_SUSPECT);
	assert_false(interfaces_ask(&interfaces));
	interfaces_free(&interfaces);
}

static void without_a_default_route_each_address_counts(void **state)
{
	struct interfaces interfaces = { 0 };

	(void)state;
	take_interface(&interfaces, RTM_NEWLINK, 2, UP, AF_UNSPEC);
	assert_int_equal(take_address(&interfaces, RTM_NEWADDR, 2, "\12\0\0\5", IFA_F_TENTATIVE),
	                 0);
	assert_int_equal(take_address(&interfaces, RTM_NEWADDR, 2, "\12\0\0\5", 0),
	                 INTERFACES_NEWS);
	assert_int_equal(take_address(&interfaces, RTM_NEWADDR, 2, "\12\0\0\5", 0), 0);
	assert_int_equal(take_address(&interfaces, RTM_NEWADDR, 3, "\12\0\0\5", 0),
	                 INTERFACES_NEWS);
	assert_int_equal(take_address(&interfaces, RTM_DELADDR, 2, "\12\0\0\5", 0),
	                 INTERFACES_LOST | INTERFACES_SUSPECT);
	assert_true(have(&interfaces, "\12\0\0\5"));
	assert_int_equal(take_address(&interfaces, RTM_NEWADDR, 2, "\12\0\0\5", 0),
	                 INTERFACES_NEWS);
	assert_int_equal(take_address(&interfaces, RTM_DELADDR, 2, "\12\0\0\6", 0), 0);
	interfaces_free(&interfaces);
}

static void a_link_that_begins_to_lead_outside_is_news(void **state)
{
	const struct told split = { .link = 4, .destination = "\12\10\0\0", .length = 16 };
	struct told more = split;
	struct interfaces interfaces = { 0 };

	(void)state;
	more.destination = "\12\11\0\0";
	add_ethernet(&interfaces, true);
	take_interface(&interfaces, RTM_NEWLINK, 4, UP, AF_UNSPEC);
	assert_int_equal(take_address(&interfaces, RTM_NEWADDR, 4, "\12\10\0\2", 0), 0);
	assert_int_equal(add_route(&interfaces, split), INTERFACES_NEWS);
	assert_int_equal(add_route(&interfaces, more), 0);
	assert_int_equal(take_route(&interfaces, RTM_DELROUTE, 0, split), 0);
	assert_int_equal(take_address(&interfaces, RTM_NEWADDR, 4, "\12\10\0\3", 0),
	                 INTERFACES_NEWS);
	assert_int_equal(take_route(&interfaces, RTM_DELROUTE, 0, more), 0);
	assert_int_equal(take_address(&interfaces, RTM_NEWADDR, 4, "\12\10\0\4", 0), 0);
	take_address(&interfaces, RTM_DELADDR, 4, "\12\10\0\2", 0);
	take_address(&interfaces, RTM_DELADDR, 4, "\12\10\0\3", 0);
	take_address(&interfaces, RTM_DELADDR, 4, "\12\10\0\4", 0);
	/* And with the route first. */
	assert_int_equal(add_route(&interfaces, split), 0);
	assert_int_equal(take_address(&interfaces, RTM_NEWADDR, 4, "\12\10\0\2", 0),
	                 INTERFACES_NEWS);
	interfaces_free(&interfaces);
}

static void the_next_temporary_address_is_no_news(void **state)
{
	struct interfaces interfaces = { 0 };

	(void)state;
	add_ethernet(&interfaces, true);
	assert_int_equal(take_address6(&interfaces, RTM_NEWADDR, 2, "fd77::a", IFA_F_TEMPORARY),
	                 INTERFACES_NEWS);
	assert_int_equal(take_address6(&interfaces, RTM_NEWADDR, 2, "fd77::b", IFA_F_TEMPORARY), 0);
	assert_int_equal(take_address6(&interfaces, RTM_NEWADDR, 2, "fd77::c", 0), INTERFACES_NEWS);
	assert_int_equal(take_address6(&interfaces, RTM_DELADDR, 2, "fd77::a", IFA_F_TEMPORARY),
	                 INTERFACES_LOST | INTERFACES_SUSPECT);
	/* The default route over IPv4 does not depend on it. */
	assert_false(interfaces_ask(&interfaces));
	interfaces_free(&interfaces);
}

static void a_bridge_that_loses_a_port_is_nothing(void **state)
{
	struct interfaces interfaces = { 0 };

	(void)state;
	add_ethernet(&interfaces, true);
	assert_int_equal(take_interface(&interfaces, RTM_DELLINK, 2, UP, AF_BRIDGE), 0);
	assert_int_equal(take_interface(&interfaces, RTM_NEWLINK, 2, UP, AF_UNSPEC), 0);
	interfaces_free(&interfaces);
}

static void the_loopback_is_never_news(void **state)
{
	struct interfaces interfaces = { 0 };

	(void)state;
	assert_int_equal(take_interface(&interfaces, RTM_NEWLINK, 1, UP | IFF_LOOPBACK, AF_UNSPEC),
	                 0);
	assert_int_equal(take_address(&interfaces, RTM_NEWADDR, 1, "\177\0\0\1", 0), 0);
	assert_int_equal(take_address(&interfaces, RTM_NEWADDR, 1, "\12\0\0\1", 0), 0);
	assert_true(have(&interfaces, "\12\0\0\1"));
	assert_int_equal(take_address(&interfaces, RTM_DELADDR, 1, "\177\0\0\1", 0),
	                 INTERFACES_SUSPECT);
	assert_int_equal(add_route(&interfaces, (struct told){ .link = 1 }), 0);
	interfaces_free(&interfaces);
}

static void an_address_of_ipv6_is_another(void **state)
{
	const struct ifaddrmsg info = { .ifa_family = AF_INET6, .ifa_index = 2 };
	const struct ifaddrmsg strange = { .ifa_family = AF_APPLETALK, .ifa_index = 2 };
	const char bytes[16] = "\12\0\0\1";
	struct interfaces interfaces = { 0 };

	(void)state;
	assert_int_equal(take_address(&interfaces, RTM_NEWADDR, 2, bytes, 0), INTERFACES_NEWS);
	attribute(message(RTM_NEWADDR, &info, sizeof info), IFA_ADDRESS, bytes, 16);
	assert_int_equal(take(&interfaces), INTERFACES_NEWS);
	assert_int_equal(take(&interfaces), 0);
	attribute(message(RTM_NEWADDR, &info, sizeof info), IFA_ADDRESS, bytes, 4);
	assert_int_equal(take(&interfaces), 0);
	attribute(message(RTM_NEWADDR, &strange, sizeof strange), IFA_LOCAL, bytes, 0);
	assert_int_equal(take(&interfaces), 0);
	interfaces_free(&interfaces);
}

static void only_ways_outside_are_news(void **state)
{
	struct interfaces interfaces = { 0 };

	(void)state;
	add_ethernet(&interfaces, true);
	assert_int_equal(add_route(&interfaces, (struct told){ .link = 2,
	                                                          .destination = "\12\7\0\0",
	                                                          .length = 16 }),
	                 0);
	assert_int_equal(add_route(&interfaces, (struct told){ .link = 3, .type = RTN_BLACKHOLE }),
	                 0);
	assert_int_equal(add_route(&interfaces, (struct told){ .link = 3, .flags = RTM_F_CLONED }),
	                 0);
	assert_int_equal(add_route(&interfaces, (struct told){ .link = 3 }), INTERFACES_WAY);
	interfaces_free(&interfaces);
}

static void each_difference_makes_another_route(void **state)
{
	static const struct told routes[] = {
		{ .link = 2, .gateway = "\12\0\0\1" },
		{ .link = 2, .gateway = "\12\0\0\2" },
		{ .link = 2 },
		{ .link = 3, .gateway = "\12\0\0\1" },
		{ .link = 2, .gateway = "\12\0\0\1", .priority = 100 },
		{ .link = 2, .gateway = "\12\0\0\1", .table = 1000 },
		{ .link = 2, .gateway = "\12\0\0\1\0\0\0\0\0\0\0\0\0\0\0\0", .family = AF_INET6 },
	};
	struct interfaces interfaces = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof routes / sizeof routes[0]; i++)
		assert_int_equal(add_route(&interfaces, routes[i]), INTERFACES_WAY);
	for (size_t i = 0; i < sizeof routes / sizeof routes[0]; i++)
		assert_int_equal(add_route(&interfaces, routes[i]), 0);
	interfaces_free(&interfaces);
}

static void a_route_that_went_is_another_when_it_is_back(void **state)
{
	const struct told one = { .link = 2, .gateway = "\12\0\0\1" };
	const struct told other = { .link = 3, .gateway = "\12\0\0\1" };
	struct interfaces interfaces = { 0 };

	(void)state;
	assert_int_equal(take_route(&interfaces, RTM_DELROUTE, 0, one), 0);
	add_ethernet(&interfaces, true);
	add_route(&interfaces, other);
	assert_int_equal(take_route(&interfaces, RTM_DELROUTE, 0, one), INTERFACES_WAY);
	assert_int_equal(add_route(&interfaces, other), 0);
	assert_int_equal(add_route(&interfaces, one), INTERFACES_WAY);
	/* The kernel tells of no routes that go with their address, or their link. */
	take_address(&interfaces, RTM_DELADDR, 2, "\12\0\0\5", 0);
	assert_int_equal(add_route(&interfaces, other), 0);
	assert_int_equal(add_route(&interfaces, one), INTERFACES_WAY);
	take_interface(&interfaces, RTM_NEWLINK, 2, IFF_UP, AF_UNSPEC);
	assert_int_equal(add_route(&interfaces, other), 0);
	assert_int_equal(add_route(&interfaces, one), INTERFACES_WAY);
	interfaces_free(&interfaces);
}

static void routes_in_doubt_are_listed(void **state)
{
	const struct told one = { .link = 2, .gateway = "\12\0\0\1" };
	const struct told other = { .link = 3, .gateway = "\12\1\0\1", .priority = 600 };
	struct interfaces interfaces = { 0 };

	(void)state;
	add_ethernet(&interfaces, true);
	take_interface(&interfaces, RTM_NEWLINK, 3, UP, AF_UNSPEC);
	add_route(&interfaces, other);
	assert_false(interfaces_ask(&interfaces));
	/* It was one of two addresses: the list shows the route. */
	take_address(&interfaces, RTM_NEWADDR, 2, "\12\0\0\6", 0);
	take_address(&interfaces, RTM_DELADDR, 2, "\12\0\0\6", 0);
	assert_true(interfaces_ask(&interfaces));
	assert_false(interfaces_ask(&interfaces));
	assert_int_equal(take_route(&interfaces, RTM_NEWROUTE, NLM_F_MULTI, one), 0);
	assert_int_equal(interfaces_take_end(&interfaces), 0);
	assert_int_equal(add_route(&interfaces, one), 0);
	/* It was the last: the list does not, and the other default route is the way now. */
	take_address(&interfaces, RTM_DELADDR, 2, "\12\0\0\5", 0);
	assert_true(interfaces_ask(&interfaces));
	assert_int_equal(take_route(&interfaces, RTM_NEWROUTE, NLM_F_MULTI, other), 0);
	assert_int_equal(interfaces_take_end(&interfaces), INTERFACES_WAY);
	assert_int_equal(add_route(&interfaces, one), INTERFACES_WAY);
	/* In doubt again since the list was asked for: that one can't tell. */
	take_interface(&interfaces, RTM_NEWLINK, 2, IFF_UP, AF_UNSPEC);
	assert_true(interfaces_ask(&interfaces));
	take_interface(&interfaces, RTM_NEWLINK, 2, UP, AF_UNSPEC);
	take_interface(&interfaces, RTM_NEWLINK, 2, IFF_UP, AF_UNSPEC);
	assert_int_equal(take_route(&interfaces, RTM_NEWROUTE, NLM_F_MULTI, one), 0);
	assert_int_equal(interfaces_take_end(&interfaces), 0);
	assert_true(interfaces_ask(&interfaces));
	interfaces_free(&interfaces);
}

static void another_default_route_stands_by(void **state)
{
	const struct told one = { .link = 2, .gateway = "\12\0\0\1" };
	const struct told other = { .link = 3, .gateway = "\12\1\0\1", .priority = 600 };
	struct interfaces interfaces = { 0 };

	(void)state;
	add_ethernet(&interfaces, true);
	assert_true(interfaces_stand_by(&interfaces, AF_INET));
	assert_true(interfaces_stand_by(&interfaces, AF_UNSPEC));
	assert_false(interfaces_stand_by(&interfaces, AF_INET6));
	add_route(&interfaces, other);
	assert_int_equal(take_route(&interfaces, RTM_DELROUTE, 0, one), INTERFACES_WAY);
	assert_false(interfaces_stand_by(&interfaces, AF_INET));  /* a link without carrier */
	add_route(&interfaces, one);
	take_interface(&interfaces, RTM_NEWLINK, 3, UP, AF_UNSPEC);
	assert_int_equal(take_route(&interfaces, RTM_DELROUTE, 0, one), INTERFACES_WAY);
	assert_true(interfaces_stand_by(&interfaces, AF_INET));
	assert_int_equal(take_route(&interfaces, RTM_DELROUTE, 0, other), INTERFACES_WAY);
	assert_false(interfaces_stand_by(&interfaces, AF_UNSPEC));
	interfaces_free(&interfaces);
}

static void a_route_replaces_those_of_its_priority(void **state)
{
	const struct told old = { .link = 2, .gateway = "\12\0\0\1", .priority = 100 };
	const struct told new = { .link = 2, .gateway = "\12\0\0\2", .priority = 100 };
	struct told others[] = { old, old, old };
	struct interfaces interfaces = { 0 };

	(void)state;
	others[0].priority = 200;
	others[1].table = 1000;
	others[2].family = AF_INET6;
	others[2].gateway = NULL;
	for (size_t i = 0; i < 3; i++)
		add_route(&interfaces, others[i]);
	add_route(&interfaces, old);
	assert_int_equal(take_route(&interfaces, RTM_NEWROUTE, NLM_F_CREATE, old), 0);
	assert_int_equal(take_route(&interfaces, RTM_NEWROUTE, NLM_F_REPLACE, new), INTERFACES_WAY);
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(add_route(&interfaces, others[i]), 0);
	assert_int_equal(take_route(&interfaces, RTM_NEWROUTE, NLM_F_REPLACE, new), 0);
	assert_int_equal(add_route(&interfaces, old), INTERFACES_WAY);
	/* Itself, and no other. */
	assert_int_equal(take_route(&interfaces, RTM_NEWROUTE, NLM_F_REPLACE, old), 0);
	assert_int_equal(add_route(&interfaces, new), INTERFACES_WAY);
	interfaces_free(&interfaces);
}

/* RTA_MULTIPATH: by two interfaces, each with its gateway. */
static void tell_hops(unsigned short type, const char *first, const char *second)
{
	struct nlmsghdr *header = tell_route(type, NLM_F_CREATE, (struct told){ .gateway = NULL });
	struct { struct rtnexthop hop; struct rtattr head; char gateway[4]; } hops[2] = {
		{ .hop = { .rtnh_len = sizeof hops[0], .rtnh_ifindex = 2 },
		  .head = { .rta_len = RTA_LENGTH(4), .rta_type = RTA_GATEWAY } },
		{ .hop = { .rtnh_len = sizeof hops[0], .rtnh_ifindex = 3 },
		  .head = { .rta_len = RTA_LENGTH(4), .rta_type = RTA_GATEWAY } },
	};

	memcpy(hops[0].gateway, first, 4);
	memcpy(hops[1].gateway, second, 4);
	attribute(header, RTA_MULTIPATH, hops, sizeof hops);
}

static void a_route_over_several_links_leads_by_each(void **state)
{
	struct interfaces interfaces = { 0 };

	(void)state;
	tell_hops(RTM_NEWROUTE, "\12\0\0\1", "\12\1\0\1");
	assert_int_equal(take(&interfaces), INTERFACES_WAY);
	assert_int_equal(take(&interfaces), 0);
	for (size_t i = 0; i <= NLMSG_LENGTH(sizeof(struct rtmsg)) + RTA_LENGTH(32); i++) {
		struct interfaces cut = { 0 };

		tell_hops(RTM_NEWROUTE, "\12\0\0\1", "\12\1\0\1");
		((struct nlmsghdr *)datagram)->nlmsg_len = (unsigned)i;
		take_some(&cut, i);
		interfaces_free(&cut);
	}
	assert_int_equal(take_interface(&interfaces, RTM_NEWLINK, 2, UP, AF_UNSPEC),
	                 INTERFACES_NEWS | INTERFACES_SUSPECT);
	assert_int_equal(take_interface(&interfaces, RTM_NEWLINK, 3, UP, AF_UNSPEC),
	                 INTERFACES_NEWS | INTERFACES_SUSPECT);
	tell_hops(RTM_NEWROUTE, "\12\0\0\1", "\12\1\0\2");
	assert_int_equal(take(&interfaces), INTERFACES_WAY);
	interfaces_free(&interfaces);
}

static void what_there_is_no_room_for_is_everything(void **state)
{
	struct interfaces interfaces = { 0 };
	char bytes[4] = "\12";
	unsigned i;

	(void)state;
	add_ethernet(&interfaces, true);
	for (i = 0; i < 5000; i++) {
		memcpy(bytes + 1, (char[]){ 1, (char)(i >> 8), (char)i }, 3);
		take_address(&interfaces, RTM_NEWADDR, 2, bytes, 0);
	}
	assert_true(interfaces.incomplete);
	assert_int_equal(take_address(&interfaces, RTM_NEWADDR, 3, "\12\2\0\1", 0),
	                 INTERFACES_NEWS | INTERFACES_LOST | INTERFACES_SUSPECT);
	assert_int_equal(take_address(&interfaces, RTM_DELADDR, 3, "\12\2\0\1", 0),
	                 INTERFACES_LOST | INTERFACES_SUSPECT);
	/* A router's whole table: its links lead outside, and that is all there is to know. */
	for (i = 0; i < 5000; i++) {
		memcpy(bytes + 1, (char[]){ 3, (char)(i >> 8), (char)i }, 3);
		assert_int_equal(add_route(&interfaces, (struct told){ .link = 2,
		                                                          .destination = bytes,
		                                                          .length = 32 }), 0);
	}
	interfaces_free(&interfaces);
}

/* A VPN's, or a container's, in a table of its own: who knows whether it is used. */
static void default_routes_and_rules_may_change_the_way(void **state)
{
	static const unsigned short types[] = { RTM_NEWRULE, RTM_DELRULE };
	const struct rtmsg rule = { .rtm_family = AF_INET };
	const struct told own = { .link = 3, .table = 51820 };
	struct interfaces interfaces = { 0 };

	(void)state;
	add_ethernet(&interfaces, true);
	take_interface(&interfaces, RTM_NEWLINK, 3, UP, AF_UNSPEC);
	take_address(&interfaces, RTM_NEWADDR, 3, "\12\1\0\5", 0);
	assert_int_equal(add_route(&interfaces, own), INTERFACES_WAY);
	for (size_t i = 0; i < 2; i++) {
		message(types[i], &rule, sizeof rule);
		assert_int_equal(take(&interfaces), INTERFACES_WAY);
	}
	assert_int_equal(take_route(&interfaces, RTM_DELROUTE, 0, own), INTERFACES_WAY);
	interfaces_free(&interfaces);
}

static void ways_differ_by_link_and_gateway(void **state)
{
	const struct egress way = { .link = 2, .gateway = { .family = AF_INET,
		                                            .bytes = { 10, 0, 0, 1 } } };
	struct egress others[] = { way, way, way };

	(void)state;
	others[0].source = way.gateway;
	others[1].link = 3;
	others[2].gateway.bytes[3] = 2;
	assert_true(egress_equals(&way, &others[0]));
	assert_false(egress_equals(&way, &others[1]));
	assert_false(egress_equals(&way, &others[2]));
}

static void other_messages_are_nothing(void **state)
{
	const struct rtmsg info = { .rtm_family = AF_INET, .rtm_type = RTN_UNICAST };
	struct interfaces interfaces = { 0 };

	(void)state;
	message(RTM_NEWNEIGH, &info, sizeof info);
	assert_int_equal(take(&interfaces), 0);
	message(RTM_NEWROUTE, &info, sizeof info - 1);
	assert_int_equal(take(&interfaces), 0);
	message(RTM_NEWLINK, &info, sizeof info - 1);
	assert_int_equal(take(&interfaces), 0);
	message(RTM_NEWADDR, &info, 4);
	assert_int_equal(take(&interfaces), 0);
	interfaces_free(&interfaces);
}

static void malformed_datagrams_are_passed_over(void **state)
{
	const struct ifaddrmsg info = { .ifa_family = AF_INET, .ifa_index = 2 };
	struct interfaces interfaces = { 0 };
	struct nlmsghdr *header;
	size_t length;

	(void)state;
	for (length = 1; length < NLMSG_LENGTH(sizeof info) + RTA_LENGTH(4); length++) {
		header = message(RTM_NEWADDR, &info, sizeof info);
		attribute(header, IFA_LOCAL, "\12\0\0\1", 4);
		take_some(&interfaces, length);              /* cut short */
		header->nlmsg_len = (unsigned)length;
		take_some(&interfaces, length);              /* and its header says so */
	}
	/* A last attribute, and a last message, without their padding. */
	header = message(RTM_NEWADDR, &info, sizeof info);
	attribute(header, IFA_LABEL, "x", 1);
	header->nlmsg_len -= 3;
	assert_int_equal(take(&interfaces), 0);
	interfaces_free(&interfaces);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_carrier_is_news_and_its_loss_a_loss),
		cmocka_unit_test(links_without_an_address_are_nothing),
		cmocka_unit_test(networks_within_the_host_are_nothing),
		cmocka_unit_test(without_a_default_route_each_address_counts),
		cmocka_unit_test(a_link_that_begins_to_lead_outside_is_news),
		cmocka_unit_test(the_next_temporary_address_is_no_news),
		cmocka_unit_test(a_bridge_that_loses_a_port_is_nothing),
		cmocka_unit_test(the_loopback_is_never_news),
		cmocka_unit_test(an_address_of_ipv6_is_another),
		cmocka_unit_test(only_ways_outside_are_news),
		cmocka_unit_test(each_difference_makes_another_route),
		cmocka_unit_test(a_route_that_went_is_another_when_it_is_back),
		cmocka_unit_test(routes_in_doubt_are_listed),
		cmocka_unit_test(another_default_route_stands_by),
		cmocka_unit_test(a_route_replaces_those_of_its_priority),
		cmocka_unit_test(a_route_over_several_links_leads_by_each),
		cmocka_unit_test(what_there_is_no_room_for_is_everything),
		cmocka_unit_test(default_routes_and_rules_may_change_the_way),
		cmocka_unit_test(ways_differ_by_link_and_gateway),
		cmocka_unit_test(other_messages_are_nothing),
		cmocka_unit_test(malformed_datagrams_are_passed_over),
	};

	return cmocka_run_group_tests_name("interfaces", tests, NULL, NULL);
}
