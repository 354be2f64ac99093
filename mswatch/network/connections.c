#include "connections.h"

#include <sys/socket.h>

#include "descriptors.h"
#include "inodes.h"
#include "processes.h"
#include "sockets.h"
#include "egress.h"

struct suspicion {
	const struct interfaces *interfaces;
	bool any;
};

struct look {
	const struct interfaces *interfaces;
	int egress;             /* egress_open() */
	struct inodes inodes;   /* the sockets of the watcher */
	struct connections found;
};

static void suspect(void *context, const struct connection *connection)
{
	struct suspicion *suspicion = context;
	const struct address *source = &connection->source;
	uint32_t link = interfaces_of(suspicion->interfaces, source);

	if (!address_is_loopback(source) && (!interfaces_have(suspicion->interfaces, source) ||
	                                     interfaces_dropped(suspicion->interfaces, link)))
		suspicion->any = true;
}

/* Packets from an address of one link seldom go by another; but then that one leads outside. */
bool connections_suspect(const struct interfaces *interfaces)
{
	struct suspicion suspicion = { .interfaces = interfaces,
		                       .any = interfaces_outside_dropped(interfaces) };
	int sockets = suspicion.any ? -1 : sockets_open();

	if (sockets != -1 && sockets_list(sockets, suspect, &suspicion) == -1)
		suspicion.any = true;
	if (sockets == -1)
		suspicion.any = true;
	descriptors_close(&sockets);
	return suspicion.any;
}

/* A link that is set down takes its addresses and routes with it for the time. */
static bool is_lost(const struct look *look, const struct connection *connection)
{
	const uint32_t home = interfaces_of(look->interfaces, &connection->source);
	uint32_t link;

	if (!interfaces_have(look->interfaces, &connection->source) ||
	    interfaces_downed(look->interfaces, home))
		return true;
	link = egress_find(look->egress, &connection->destination, &connection->source);
	return interfaces_dropped(look->interfaces, link != 0 ? link : home);
}

static bool has_way(const struct look *look, const struct connection *connection)
{
	if (!interfaces_have(look->interfaces, &connection->source) &&
	    interfaces_stand_by(look->interfaces, AF_UNSPEC))
		return true;
	return interfaces_carrier(look->interfaces,
	                          egress_find(look->egress, &connection->destination, NULL));
}

static void take(void *context, const struct connection *connection)
{
	struct look *look = context;

	if (!inodes_hold(&look->inodes, connection->inode) ||
	    address_is_loopback(&connection->source))
		return;
	if (is_lost(look, connection))
		look->found.fate = CONNECTIONS_LOST;
	else if (look->found.fate == CONNECTIONS_NONE)
		look->found.fate = CONNECTIONS_STAND;
	look->found.way = look->found.way || has_way(look, connection);
}

static int find_inodes(struct inodes *inodes, pid_t guard)
{
	struct processes processes;
	int result = processes_find(&processes, guard);

	if (result == 0)
		result = inodes_find(inodes, &processes);
	processes_free(&processes);
	return result;
}

struct connections connections_look(const struct interfaces *interfaces, pid_t guard)
{
	struct look look = { .interfaces = interfaces, .egress = egress_open() };
	int sockets = sockets_open();

	if (sockets == -1 || look.egress == -1 || find_inodes(&look.inodes, guard) == -1 ||
	    sockets_list(sockets, take, &look) == -1)
		look.found = (struct connections){ CONNECTIONS_NONE, false };
	inodes_free(&look.inodes);
	descriptors_close(&sockets);
	descriptors_close(&look.egress);
	return look.found;
}
