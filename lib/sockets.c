#include "sockets.h"

#include <errno.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdalign.h>
#include <sys/socket.h>
#include <unistd.h>

#include "retry.h"

/* Closing and half-made connections move no data and belong to no process. */
#define STATES_OF_CONNECTIONS \
	(0xfffU & ~(1U << TCP_LISTEN | 1U << TCP_TIME_WAIT | 1U << TCP_SYN_RECV | 1U))

/* The kernel fills messages of up to 32 KiB where there is room for them. */
#define MESSAGE_ROOM 32768

int sockets_open(void)
{
	return socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
}

static int request_send(int fd, unsigned char family, unsigned number)
{
	struct {
		struct nlmsghdr head;
		struct inet_diag_req_v2 body;
	} request = {
		.head = {
			.nlmsg_len = sizeof request,
			.nlmsg_type = SOCK_DIAG_BY_FAMILY,
			.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP,
			.nlmsg_seq = number,
		},
		.body = {
			.sdiag_family = family,
			.sdiag_protocol = IPPROTO_TCP,
			.idiag_ext = 1U << (INET_DIAG_INFO - 1),
			.idiag_states = STATES_OF_CONNECTIONS,
		},
	};
	struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };

	return RETRY(sendto(fd, &request, sizeof request, MSG_DONTWAIT,
	                    (const struct sockaddr *)&kernel, sizeof kernel)) == -1 ? -1 : 0;
}

/* Anybody may send to a netlink socket (netlink(7)): only the kernel's number 0 is heard. */
static ssize_t message_receive(int fd, void *message, size_t room)
{
	struct sockaddr_nl from = { 0 };
	socklen_t size;
	ssize_t got;

	do {
		size = sizeof from;
		got = RETRY(recvfrom(fd, message, room, MSG_DONTWAIT | MSG_TRUNC,
		                     (struct sockaddr *)&from, &size));
	} while (got >= 0 && from.nl_pid != 0);
	if (got > (ssize_t)room) {
		errno = EMSGSIZE;
		return -1;
	}
	return got;
}

static int family_list(int fd, unsigned char family, diagnosis_take *take, void *context)
{
	alignas(struct nlmsghdr) char message[MESSAGE_ROOM];
	int error = 0;
	ssize_t got;

	/* The rest of a listing that was cut short: until its end the kernel begins no other. */
	while (message_receive(fd, message, sizeof message) >= 0)
		;
	if (request_send(fd, family, family) == -1)
		return -1;
	for (;;) {
		got = message_receive(fd, message, sizeof message);
		if (got == -1)
			return -1;
		switch (diagnosis_read(message, (size_t)got, take, context, &error)) {
		case DIAGNOSIS_MORE: break;
		case DIAGNOSIS_DONE: return 0;
		case DIAGNOSIS_REFUSED: errno = error; return -1;
		case DIAGNOSIS_STRANGE: errno = EPROTO; return -1;
		}
	}
}

/* A kernel without IPv6 does not know the family. */
int sockets_list(int fd, diagnosis_take *take, void *context)
{
	if (family_list(fd, AF_INET, take, context) == -1)
		return -1;
	if (family_list(fd, AF_INET6, take, context) == -1 && errno != ENOENT)
		return -1;
	return 0;
}
