#include "init_host.h"

#include <ctype.h>
#include <stddef.h>
#include <string.h>
#include <strings.h>

/* What ssh refuses in a host, or a shell would understand otherwise. */
static bool is_odd(char c)
{
	return iscntrl((unsigned char)c) || strchr(" '`\"$\\;&<>|(){}*?~#!", c) != NULL;
}

bool init_host_is_right(const char *host)
{
	bool is_right = *host != '\0' && *host != '-';

	for (; *host != '\0'; host++)
		is_right = is_right && !is_odd(*host);
	return is_right;
}

/* Where the host begins in [ssh://][user@]HOST[:port], and its length. */
static const char *host_part(const char *host, size_t *length)
{
	static const char scheme[] = "ssh://";
	bool is_uri = strncmp(host, scheme, strlen(scheme)) == 0;
	const char *at;

	host += is_uri ? strlen(scheme) : 0;
	at = strrchr(host, '@');
	host = at != NULL ? at + 1 : host;
	*length = is_uri ? strcspn(host, ":/") : strlen(host);
	return host;
}

/* The last two parts of a name that has them; NULL: of an address, or a name without. */
static const char *domain(const char *name, size_t length)
{
	size_t at = length, dots = 0;

	while (at > 0 && dots < 2) {
		at--;
		if (name[at] == ':')
			return NULL;
		dots += name[at] == '.';
		if (dots == 1 && name[at] == '.' && at + 1 < length &&
		    isdigit((unsigned char)name[at + 1]))
			return NULL;
	}
	if (dots == 0)
		return NULL;
	return name + at + (dots == 2);
}

bool init_host_is(const char *host, const char *server)
{
	size_t length;

	host = host_part(host, &length);
	return strlen(server) == length && strncasecmp(server, host, length) == 0;
}

bool init_host_differs(const char *host, const char *server)
{
	const char *one, *other;
	size_t length;

	host = host_part(host, &length);
	one = domain(host, length);
	other = domain(server, strlen(server));
	if (one == NULL || other == NULL)
		return false;
	length -= (size_t)(one - host);
	return length != strlen(other) || strncasecmp(one, other, length) != 0;
}
