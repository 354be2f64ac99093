/* The host that ssh is given: [ssh://][USER@]HOST[:PORT].  Decides, looks nothing up. */
#ifndef MSWATCH_INIT_HOST_H
#define MSWATCH_INIT_HOST_H

#include <stdbool.h>

/* Whether it can be one: no option, and nothing that a shell would take apart. */
bool init_host_is_right(const char *host);

/* Whether the server of that name is the host. */
bool init_host_is(const char *host, const char *server);

/* Whether the server is hardly the host: both have a domain, and not the same one. */
bool init_host_differs(const char *host, const char *server);

#endif
