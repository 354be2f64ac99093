#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <linux/if.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "../../mswatch/links.h"

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
static unsigned take_some(struct links *links, size_t length)
{
	char *copy = malloc(length);
	unsigned result;

	assert_non_null(copy);
	memcpy(copy, datagram, length);
	result = links_take(links, copy, length);
	free(copy);
	return result;
}

static unsigned take(struct links *links)
{
	return take_some(links, ((struct nlmsghdr *)datagram)->nlmsg_len);
}

static unsigned take_link(struct links *links, unsigned short type, int number, unsigned flags,
                          unsigned char family)
{
	const struct ifinfomsg info = { .ifi_family = family, .ifi_index = number, .ifi_flags = flags };

	message(type, &info, sizeof info);
	return take(links);
}

static unsigned take_address(struct links *links, unsigned short type, unsigned number,
                             const char *bytes, unsigned char flags)
{
	const struct ifaddrmsg info = { .ifa_family = AF_INET, .ifa_index = number, .ifa_flags = flags };

	attribute(message(type, &info, sizeof info), IFA_LOCAL, bytes, 4);
	return take(links);
}

static unsigned take_route(struct links *links, unsigned char length, int number)
{
	const struct rtmsg info = { .rtm_family = AF_INET, .rtm_dst_len = length, .rtm_type = RTN_UNICAST };

	attribute(message(RTM_NEWROUTE, &info, sizeof info), RTA_OIF, &number, sizeof number);
	return take(links);
}

/* A default route; what is 0 or NULL has no attribute. */
struct route {
	const char *gateway;
	uint32_t link, table, priority;
	unsigned char family, type;
	unsigned flags;
};

static unsigned take_default(struct links *links, unsigned short type, unsigned short flags,
                             struct route route)
{
	const unsigned char family = route.family != 0 ? route.family : AF_INET;
	const struct rtmsg info = { .rtm_family = family, .rtm_flags = route.flags,
		                    .rtm_table = RT_TABLE_MAIN,
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
		attribute(header, RTA_GATEWAY, route.gateway, family == AF_INET ? 4 : 16);
	return take(links);
}

static unsigned add_default(struct links *links, struct route route)
{
	return take_default(links, RTM_NEWROUTE, NLM_F_CREATE, route);
}

#define UP (IFF_UP | IFF_LOWER_UP)

static void a_carrier_is_news_and_its_loss_a_loss(void **state)
{
	struct links links = { 0 };

	(void)state;
	assert_int_equal(take_link(&links, RTM_NEWLINK, 2, IFF_UP, AF_UNSPEC), 0);
	assert_int_equal(take_link(&links, RTM_NEWLINK, 2, UP, AF_UNSPEC), LINKS_NEWS);
	assert_int_equal(take_link(&links, RTM_NEWLINK, 2, UP, AF_UNSPEC), 0);
	assert_int_equal(take_link(&links, RTM_NEWLINK, 2, IFF_UP, AF_UNSPEC), LINKS_LOST);
	assert_int_equal(take_link(&links, RTM_NEWLINK, 2, UP, AF_UNSPEC), LINKS_NEWS);
	assert_int_equal(take_link(&links, RTM_DELLINK, 2, UP, AF_UNSPEC), LINKS_LOST);
	assert_int_equal(take_link(&links, RTM_DELLINK, 2, UP, AF_UNSPEC), 0);
	links_free(&links);
}

static void a_bridge_that_loses_a_port_is_nothing(void **state)
{
	struct links links = { 0 };

	(void)state;
	take_link(&links, RTM_NEWLINK, 2, UP, AF_UNSPEC);
	assert_int_equal(take_link(&links, RTM_DELLINK, 2, UP, AF_BRIDGE), 0);
	assert_int_equal(take_link(&links, RTM_NEWLINK, 2, UP, AF_UNSPEC), 0);
	links_free(&links);
}

static void the_loopback_is_never_news(void **state)
{
	struct links links = { 0 };

	(void)state;
	assert_int_equal(take_link(&links, RTM_NEWLINK, 1, UP | IFF_LOOPBACK, AF_UNSPEC), 0);
	assert_int_equal(take_address(&links, RTM_NEWADDR, 1, "\177\0\0\1", 0), 0);
	assert_int_equal(take_address(&links, RTM_DELADDR, 1, "\177\0\0\1", 0), 0);
	assert_int_equal(take_route(&links, 0, 1), 0);
	links_free(&links);
}

static void an_address_is_news_once(void **state)
{
	struct links links = { 0 };

	(void)state;
	assert_int_equal(take_address(&links, RTM_NEWADDR, 2, "\12\0\0\1", IFA_F_TENTATIVE), 0);
	assert_int_equal(take_address(&links, RTM_NEWADDR, 2, "\12\0\0\1", 0), LINKS_NEWS);
	assert_int_equal(take_address(&links, RTM_NEWADDR, 2, "\12\0\0\1", 0), 0);
	assert_int_equal(take_address(&links, RTM_NEWADDR, 3, "\12\0\0\1", 0), LINKS_NEWS);
	assert_int_equal(take_address(&links, RTM_DELADDR, 2, "\12\0\0\1", 0), LINKS_LOST);
	assert_int_equal(take_address(&links, RTM_NEWADDR, 2, "\12\0\0\1", 0), LINKS_NEWS);
	links_free(&links);
}

static void an_address_of_ipv6_is_another(void **state)
{
	const struct ifaddrmsg info = { .ifa_family = AF_INET6, .ifa_index = 2 };
	const struct ifaddrmsg strange = { .ifa_family = AF_APPLETALK, .ifa_index = 2 };
	const char bytes[16] = "\12\0\0\1";
	struct links links = { 0 };

	(void)state;
	assert_int_equal(take_address(&links, RTM_NEWADDR, 2, bytes, 0), LINKS_NEWS);
	attribute(message(RTM_NEWADDR, &info, sizeof info), IFA_ADDRESS, bytes, 16);
	assert_int_equal(take(&links), LINKS_NEWS);
	assert_int_equal(take(&links), 0);
	attribute(message(RTM_NEWADDR, &info, sizeof info), IFA_ADDRESS, bytes, 4);
	assert_int_equal(take(&links), 0);
	attribute(message(RTM_NEWADDR, &strange, sizeof strange), IFA_LOCAL, bytes, 0);
	assert_int_equal(take(&links), 0);
	links_free(&links);
}

static void only_default_routes_are_news(void **state)
{
	struct links links = { 0 };

	(void)state;
	assert_int_equal(take_route(&links, 0, 2), LINKS_NEWS);
	assert_int_equal(take_route(&links, 24, 2), 0);
	assert_int_equal(add_default(&links, (struct route){ .link = 3, .type = RTN_BLACKHOLE }), 0);
	assert_int_equal(add_default(&links, (struct route){ .link = 3, .flags = RTM_F_CLONED }), 0);
	assert_int_equal(add_default(&links, (struct route){ .link = 3 }), LINKS_NEWS);
	links_free(&links);
}

static void each_difference_makes_another_route(void **state)
{
	static const struct route routes[] = {
		{ .link = 2, .gateway = "\12\0\0\1" },
		{ .link = 2, .gateway = "\12\0\0\2" },
		{ .link = 2 },
		{ .link = 3, .gateway = "\12\0\0\1" },
		{ .link = 2, .gateway = "\12\0\0\1", .priority = 100 },
		{ .link = 2, .gateway = "\12\0\0\1", .table = 1000 },
		{ .link = 2, .gateway = "\12\0\0\1\0\0\0\0\0\0\0\0\0\0\0\0", .family = AF_INET6 },
	};
	struct links links = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof routes / sizeof routes[0]; i++)
		assert_int_equal(add_default(&links, routes[i]), LINKS_NEWS);
	for (size_t i = 0; i < sizeof routes / sizeof routes[0]; i++)
		assert_int_equal(add_default(&links, routes[i]), 0);
	links_free(&links);
}

static void a_route_that_went_is_news_when_it_is_back(void **state)
{
	const struct route one = { .link = 2, .gateway = "\12\0\0\1" };
	const struct route other = { .link = 3, .gateway = "\12\0\0\1" };
	struct links links = { 0 };

	(void)state;
	assert_int_equal(take_default(&links, RTM_DELROUTE, 0, one), 0);
	add_default(&links, one);
	add_default(&links, other);
	assert_int_equal(take_default(&links, RTM_DELROUTE, 0, one), 0);
	assert_int_equal(add_default(&links, other), 0);
	assert_int_equal(add_default(&links, one), LINKS_NEWS);
	/* The kernel tells of no routes that go with their address, or their link. */
	take_address(&links, RTM_DELADDR, 2, "\12\0\0\5", 0);
	assert_int_equal(add_default(&links, other), 0);
	assert_int_equal(add_default(&links, one), LINKS_NEWS);
	take_link(&links, RTM_NEWLINK, 2, IFF_UP, AF_UNSPEC);
	assert_int_equal(add_default(&links, other), 0);
	assert_int_equal(add_default(&links, one), LINKS_NEWS);
	links_free(&links);
}

static void a_route_replaces_those_of_its_priority(void **state)
{
	const struct route old = { .link = 2, .gateway = "\12\0\0\1", .priority = 100 };
	const struct route new = { .link = 2, .gateway = "\12\0\0\2", .priority = 100 };
	struct route others[] = { old, old, old };
	struct links links = { 0 };

	(void)state;
	others[0].priority = 200;
	others[1].table = 1000;
	others[2].family = AF_INET6;
	others[2].gateway = NULL;
	for (size_t i = 0; i < 3; i++)
		add_default(&links, others[i]);
	add_default(&links, old);
	assert_int_equal(take_default(&links, RTM_NEWROUTE, NLM_F_CREATE, old), 0);
	assert_int_equal(take_default(&links, RTM_NEWROUTE, NLM_F_REPLACE, new), LINKS_NEWS);
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(add_default(&links, others[i]), 0);
	assert_int_equal(take_default(&links, RTM_NEWROUTE, NLM_F_REPLACE, new), 0);
	assert_int_equal(add_default(&links, old), LINKS_NEWS);
	links_free(&links);
}

static void a_route_over_several_links_is_always_news(void **state)
{
	const struct route route = { .gateway = NULL };
	struct links links = { 0 };

	(void)state;
	assert_int_equal(add_default(&links, route), LINKS_NEWS);
	assert_int_equal(add_default(&links, route), LINKS_NEWS);
	assert_int_equal(take_default(&links, RTM_DELROUTE, 0, route), 0);
	links_free(&links);
}

static void other_messages_are_nothing(void **state)
{
	const struct rtmsg info = { .rtm_family = AF_INET, .rtm_type = RTN_UNICAST };
	struct links links = { 0 };

	(void)state;
	message(RTM_NEWNEIGH, &info, sizeof info);
	assert_int_equal(take(&links), 0);
	message(RTM_NEWROUTE, &info, sizeof info - 1);
	assert_int_equal(take(&links), 0);
	message(RTM_NEWLINK, &info, sizeof info - 1);
	assert_int_equal(take(&links), 0);
	message(RTM_NEWADDR, &info, 4);
	assert_int_equal(take(&links), 0);
	links_free(&links);
}

static void malformed_datagrams_are_passed_over(void **state)
{
	const struct ifaddrmsg info = { .ifa_family = AF_INET, .ifa_index = 2 };
	struct links links = { 0 };
	struct nlmsghdr *header;
	size_t length;

	(void)state;
	for (length = 1; length < NLMSG_LENGTH(sizeof info) + RTA_LENGTH(4); length++) {
		header = message(RTM_NEWADDR, &info, sizeof info);
		attribute(header, IFA_LOCAL, "\12\0\0\1", 4);
		take_some(&links, length);              /* cut short */
		header->nlmsg_len = (unsigned)length;
		take_some(&links, length);              /* and its header says so */
	}
	/* A last attribute, and a last message, without their padding. */
	header = message(RTM_NEWADDR, &info, sizeof info);
	attribute(header, IFA_LABEL, "x", 1);
	header->nlmsg_len -= 3;
	assert_int_equal(take(&links), 0);
	links_free(&links);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_carrier_is_news_and_its_loss_a_loss),
		cmocka_unit_test(a_bridge_that_loses_a_port_is_nothing),
		cmocka_unit_test(the_loopback_is_never_news),
		cmocka_unit_test(an_address_is_news_once),
		cmocka_unit_test(an_address_of_ipv6_is_another),
		cmocka_unit_test(only_default_routes_are_news),
		cmocka_unit_test(each_difference_makes_another_route),
		cmocka_unit_test(a_route_that_went_is_news_when_it_is_back),
		cmocka_unit_test(a_route_replaces_those_of_its_priority),
		cmocka_unit_test(a_route_over_several_links_is_always_news),
		cmocka_unit_test(other_messages_are_nothing),
		cmocka_unit_test(malformed_datagrams_are_passed_over),
	};

	return cmocka_run_group_tests_name("links", tests, NULL, NULL);
}
