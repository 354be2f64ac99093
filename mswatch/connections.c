#include "connections.h"

#include <sys/socket.h>

#include "descriptors.h"
#include "inodes.h"
#include "processes.h"
#include "sockets.h"
#include "way.h"

struct suspicion {
	const struct links *links;
	bool any;
};

struct look {
	const struct links *links;
	int ways;               /* way_open() */
	struct inodes inodes;   /* the sockets of the watcher */
	struct connections found;
};

static void suspect(void *context, const struct connection *connection)
{
	struct suspicion *suspicion = context;
	const struct address *source = &connection->source;
	uint32_t link = links_of(suspicion->links, source);

	if (!address_is_loopback(source) &&
	    (!links_have(suspicion->links, source) || links_dropped(suspicion->links, link)))
		suspicion->any = true;
}

/* Packets from an address of one link seldom go by another; but then that one leads outside. */
bool connections_suspect(const struct links *links)
{
	struct suspicion suspicion = { .links = links, .any = links_outside_dropped(links) };
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
	const uint32_t home = links_of(look->links, &connection->source);
	uint32_t link;

	if (!links_have(look->links, &connection->source) || links_downed(look->links, home))
		return true;
	link = way_find(look->ways, &connection->destination, &connection->source);
	return links_dropped(look->links, link != 0 ? link : home);
}

static bool has_way(const struct look *look, const struct connection *connection)
{
	if (!links_have(look->links, &connection->source) && links_stand_by(look->links, AF_UNSPEC))
		return true;
	return links_carrier(look->links, way_find(look->ways, &connection->destination, NULL));
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

struct connections connections_look(const struct links *links, pid_t guard)
{
	struct look look = { .links = links, .ways = way_open() };
	int sockets = sockets_open();

	if (sockets == -1 || look.ways == -1 || find_inodes(&look.inodes, guard) == -1 ||
	    sockets_list(sockets, take, &look) == -1)
		look.found = (struct connections){ CONNECTIONS_NONE, false };
	inodes_free(&look.inodes);
	descriptors_close(&sockets);
	descriptors_close(&look.ways);
	return look.found;
}
