/*
 * Steps through a datagram of netlink(7) messages and their attributes,
 * never beyond its end; the kernel's macros do it with mixed signs.
 */
#ifndef MSWATCH_NETLINK_H
#define MSWATCH_NETLINK_H

#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <stddef.h>

/* The message at bytes, if a whole one is in what is left of them; or NULL. */
static inline struct nlmsghdr *netlink_message(void *bytes, size_t left)
{
	struct nlmsghdr *header = bytes;

	if (left < sizeof *header || header->nlmsg_len < sizeof *header ||
	    header->nlmsg_len > left)
		return NULL;
	return header;
}

/* The message behind this one, or NULL; takes this one off what is left. */
static inline struct nlmsghdr *netlink_next(struct nlmsghdr *header, size_t *left)
{
	size_t step = NLMSG_ALIGN((size_t)header->nlmsg_len);

	*left = step < *left ? *left - step : 0;
	return *left > 0 ? netlink_message((char *)header + step, *left) : NULL;
}

/* The same for the attributes of a message (rtnetlink(7)). */
static inline struct rtattr *netlink_attribute(void *bytes, size_t left)
{
	struct rtattr *attribute = bytes;

	if (left < sizeof *attribute || attribute->rta_len < sizeof *attribute ||
	    attribute->rta_len > left)
		return NULL;
	return attribute;
}

static inline struct rtattr *netlink_next_attribute(struct rtattr *attribute, size_t *left)
{
	size_t step = RTA_ALIGN((size_t)attribute->rta_len);

	*left = step < *left ? *left - step : 0;
	return *left > 0 ? netlink_attribute((char *)attribute + step, *left) : NULL;
}

/* The data of an attribute of this type, and its length; NULL when there is none. */
static inline void *netlink_find_any(void *bytes, size_t left, unsigned short type,
                                     size_t *length)
{
	struct rtattr *attribute = netlink_attribute(bytes, left);

	for (; attribute != NULL; attribute = netlink_next_attribute(attribute, &left))
		if ((attribute->rta_type & NLA_TYPE_MASK) == type) {
			*length = RTA_PAYLOAD(attribute);
			return RTA_DATA(attribute);
		}
	return NULL;
}

/* The data of an attribute of this type and length, or NULL. */
static inline const void *netlink_find(void *bytes, size_t left, unsigned short type, size_t length)
{
	size_t found = 0;
	const void *data = netlink_find_any(bytes, left, type, &found);

	return found == length ? data : NULL;
}

#endif
