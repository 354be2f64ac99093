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
	header->nlmsg_len = NLMSG_ALIGN(header->nlmsg_len) + RTA_ALIGN(at->rta_len);
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

static void only_default_routes_are_news(void **state)
{
	struct links links = { 0 };

	(void)state;
	assert_int_equal(take_route(&links, 0, 2), LINKS_NEWS);
	assert_int_equal(take_route(&links, 24, 2), 0);
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
		cmocka_unit_test(only_default_routes_are_news),
		cmocka_unit_test(malformed_datagrams_are_passed_over),
	};

	return cmocka_run_group_tests_name("links", tests, NULL, NULL);
}
