#include "address.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "../lockfile.h"
#include "descriptors.h"
#include "hash.h"

bool address_of_path(struct address *address, const char *name)
{
	const char *base = getenv("XDG_RUNTIME_DIR");
	uint64_t hash = hash_text(name);
	char *path = address->socket.sun_path;
	size_t room = sizeof address->socket.sun_path;
	int length;

	*address = (struct address){ .socket.sun_family = AF_UNIX,
		                     .directory = lockfile_runtime_directory() };
	if (address->directory == -1)
		return false;
	length = snprintf(path, room, "%s/mswatch/%016" PRIx64 ".socket", base, hash);
	if (length < (int)room)
		address_free(address);
	else
		snprintf(path, room, "/proc/self/fd/%d/%016" PRIx64 ".socket", address->directory,
		         hash);
	address->length = sizeof address->socket;
	return true;
}

void address_of_abstract(struct address *address, const char *name)
{
	char *path = address->socket.sun_path;
	int length;

	*address = (struct address){ .socket.sun_family = AF_UNIX, .directory = -1 };
	length = snprintf(path + 1, sizeof address->socket.sun_path - 1, "mswatch/%lu/%016" PRIx64,
	                  (unsigned long)geteuid(), hash_text(name));
	address->length = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + (size_t)length);
}

void address_free(struct address *address)
{
	descriptors_close(&address->directory);
}

static bool find_peer(int fd, struct ucred *peer)
{
	socklen_t length = sizeof *peer;

	return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, peer, &length) == 0;
}

bool address_is_ours(int fd)
{
	struct ucred peer;

	return find_peer(fd, &peer) && peer.uid == geteuid();
}

pid_t address_process(int fd)
{
	struct ucred peer;

	return find_peer(fd, &peer) ? peer.pid : 0;
}
