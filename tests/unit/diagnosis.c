#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <errno.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <linux/tcp.h>
#include <string.h>

#include "../../lib/diagnosis.h"
#include "../../lib/processes.h"

/* A message as the kernel would send it. */
static struct {
	_Alignas(8) char bytes[4096];
	size_t length;
} message;

static struct connection seen[8];
static size_t seen_count;
static int error;

static void take(void *context, const struct connection *connection)
{
	assert_null(context);
	assert_true(seen_count < 8);
	seen[seen_count++] = *connection;
}

static int start(void **state)
{
	(void)state;
	memset(&message, 0, sizeof message);
	seen_count = 0;
	error = 0;
	return 0;
}

static void append(const void *part, size_t size)
{
	memcpy(message.bytes + message.length, part, size);
	message.length += NLMSG_ALIGN(size);
}

static void append_head(uint16_t type, size_t body)
{
	struct nlmsghdr head = { .nlmsg_len = (uint32_t)(sizeof head + body), .nlmsg_type = type };

	append(&head, sizeof head);
}

/* One connection, with an attribute that nobody asked for before its counters. */
static void append_connection(uint32_t inode, uint64_t acked, uint64_t received, size_t info_size)
{
	struct inet_diag_msg body = { .idiag_family = AF_INET, .idiag_inode = inode,
		                      .id.idiag_cookie = { inode, 7 },
		                      .id.idiag_src = { htonl(0x0a000001) } };
	struct tcp_info info = { .tcpi_bytes_acked = acked, .tcpi_bytes_received = received };
	struct rtattr other = { .rta_type = INET_DIAG_SHUTDOWN, .rta_len = sizeof other + 1 };
	struct rtattr head = { .rta_type = INET_DIAG_INFO,
		               .rta_len = (unsigned short)(sizeof head + info_size) };

	append_head(SOCK_DIAG_BY_FAMILY, sizeof body + 8 + sizeof head + info_size);
	append(&body, sizeof body);
	append(&other, sizeof other);
	append("\3\0\0", 4);
	append(&head, sizeof head);
	append(&info, info_size);
}

static enum diagnosis read_all(void)
{
	return diagnosis_read(message.bytes, message.length, take, NULL, &error);
}

static void connections_are_read(void **state)
{
	(void)state;
	append_connection(11, 1, 0, sizeof(struct tcp_info));
	append_connection(12, 101, 50, sizeof(struct tcp_info));
	assert_int_equal(read_all(), DIAGNOSIS_MORE);
	assert_int_equal(seen_count, 2);
	assert_int_equal(seen[0].inode, 11);
	assert_int_equal(seen[0].bytes, 0);
	assert_int_equal(seen[1].bytes, 150);
	assert_true(seen[1].cookie == (7ULL << 32 | 12));
}

static void the_end_is_seen(void **state)
{
	const int32_t fine = 0, denied = -EPERM, absurd = INT32_MIN;

	append_connection(11, 1, 0, sizeof(struct tcp_info));
	append_head(NLMSG_DONE, sizeof fine);
	append(&fine, sizeof fine);
	assert_int_equal(read_all(), DIAGNOSIS_DONE);
	assert_int_equal(seen_count, 1);
	start(state);
	append_head(NLMSG_ERROR, sizeof denied);
	append(&denied, sizeof denied);
	assert_int_equal(read_all(), DIAGNOSIS_REFUSED);
	assert_int_equal(error, EPERM);
	start(state);
	append_head(NLMSG_ERROR, sizeof absurd);
	append(&absurd, sizeof absurd);
	assert_int_equal(read_all(), DIAGNOSIS_REFUSED);
	assert_int_equal(error, EINVAL);
}

static void old_kernels_are_strange(void **state)
{
	(void)state;
	append_connection(11, 1, 0, offsetof(struct tcp_info, tcpi_pacing_rate));
	assert_int_equal(read_all(), DIAGNOSIS_STRANGE);
	assert_int_equal(seen_count, 0);
}

static void closing_connections_have_no_counters(void **state)
{
	const struct inet_diag_msg body = { .idiag_inode = 0 };

	(void)state;
	append_head(SOCK_DIAG_BY_FAMILY, sizeof body);
	append(&body, sizeof body);
	assert_int_equal(read_all(), DIAGNOSIS_MORE);
	assert_int_equal(seen_count, 1);
	assert_int_equal(seen[0].bytes, 0);
}

static struct address read_source(unsigned char family, const char *text)
{
	struct inet_diag_msg body = { .idiag_family = family };

	assert_int_equal(inet_pton(family, text, body.id.idiag_src), 1);
	message.length = seen_count = 0;
	append_head(SOCK_DIAG_BY_FAMILY, sizeof body);
	append(&body, sizeof body);
	assert_int_equal(read_all(), DIAGNOSIS_MORE);
	return seen[0].source;
}

static void addresses_are_read(void **state)
{
	struct address first, plain, mapped, other;

	(void)state;
	append_connection(11, 1, 0, sizeof(struct tcp_info));
	assert_int_equal(read_all(), DIAGNOSIS_MORE);
	first = seen[0].source;
	plain = read_source(AF_INET, "10.0.0.1");
	assert_true(address_equals(&first, &plain));
	assert_int_equal(plain.family, AF_INET);
	mapped = read_source(AF_INET6, "::ffff:10.0.0.1");
	assert_true(address_equals(&mapped, &plain));
	other = read_source(AF_INET6, "fe80::1");
	assert_false(address_equals(&other, &plain));
	assert_true(address_is_link_local(&other));
	assert_false(address_is_loopback(&other));
	other = read_source(AF_INET6, "::1");
	assert_true(address_is_loopback(&other));
	other = read_source(AF_INET, "127.0.1.1");
	assert_true(address_is_loopback(&other));
}

/* Every shorter message, and every byte changed, is survived; sanitizers and valgrind watch. */
static void damaged_messages_are_survived(void **state)
{
	size_t whole, i;

	(void)state;
	append_connection(11, 5, 5, sizeof(struct tcp_info));
	append_head(NLMSG_DONE, 0);
	whole = message.length;
	for (i = 0; i < whole; i++) {
		char copy[sizeof message.bytes];

		memcpy(copy, message.bytes, i);
		seen_count = 0;
		(void)diagnosis_read(copy, i, take, NULL, &error);
	}
	for (i = 0; i < whole * 256; i++) {
		char before = message.bytes[i / 256];

		message.bytes[i / 256] = (char)(i % 256);
		seen_count = 0;
		(void)read_all();
		message.bytes[i / 256] = before;
	}
	assert_int_equal(read_all(), DIAGNOSIS_DONE);
}

static void process_lines_are_read(void **state)
{
	struct process process;

	(void)state;
	assert_true(process_parse("42 (a) b) (c)) S 7 40 40 0 -1 4194304 100 0 0 0 1 2 0 0 20 0 1 "
	                          "0 123456789012 8 9", &process));
	assert_int_equal(process.pid, 42);
	assert_int_equal(process.parent, 7);
	assert_int_equal(process.group, 40);
	assert_int_equal(process.used, 3);
	assert_true(process.started == 123456789012);
	assert_false(process_parse("42 (a S 7 40", &process));
	assert_false(process_parse("42 (a) S 7", &process));
	assert_false(process_parse("", &process));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(connections_are_read, start),
		cmocka_unit_test_setup(the_end_is_seen, start),
		cmocka_unit_test_setup(old_kernels_are_strange, start),
		cmocka_unit_test_setup(closing_connections_have_no_counters, start),
		cmocka_unit_test_setup(addresses_are_read, start),
		cmocka_unit_test_setup(damaged_messages_are_survived, start),
		cmocka_unit_test_setup(process_lines_are_read, start),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
