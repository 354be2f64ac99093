/*
 * Where the control channel of a configuration is: a socket in
 * $XDG_RUNTIME_DIR/mswatch, and an abstract one (unix(7)) for where that
 * directory is another one or gone, as below cron(8), ssh or sudo.  Anybody may
 * have taken the abstract name: see who it is that listens.
 */
#ifndef MSWATCH_CONTROL_ADDRESS_H
#define MSWATCH_CONTROL_ADDRESS_H

#include <stdbool.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/un.h>

struct address {
	struct sockaddr_un socket;
	socklen_t length;
	int directory; /* an open descriptor that the path may need, or -1 */
};

/*
 * The path socket's address, for the configuration's real path.  False: there
 * is no directory for it.
 */
bool address_of_path(struct address *address, const char *name);

/* The abstract one's. */
void address_of_abstract(struct address *address, const char *name);

/* Closes what it needs. */
void address_free(struct address *address);

/* Whether the process at the socket's other end is of this user. */
bool address_is_ours(int fd);

/* Its number; 0: it is not known. */
pid_t address_process(int fd);

#endif
