#include "base.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "memory.h"
#include "message.h"
#include "options.h"
#include "presence.h"

/* Whether INBOX's directory must be there; it may be one that can't be listed. */
static bool is_inbox_missing(const struct options *options)
{
	struct stat status;

	if (options->inbox == NULL || options->naming.inbox != NULL || !options->is_inbox_asked)
		return false;
	if (stat(options->inbox_directory, &status) == -1)
		return true;
	errno = ENOTDIR;
	return !S_ISDIR(status.st_mode);
}

/* Returns 0 when all directories that must be there are there, or an errno with the path. */
static int find_problem(const struct options *options, const char **path)
{
	int error = presence_error(options->base);

	*path = options->base;
	if (error != 0 || !is_inbox_missing(options))
		return error;
	*path = options->inbox_directory;
	return errno;
}

static bool is_maildir(const char *base)
{
	char *cur = memory_format("%s/cur", base), *new = memory_format("%s/new", base);
	bool is = presence_error(cur) == 0 && presence_error(new) == 0;

	free(cur);
	free(new);
	return is;
}

/*
 * Without a directory for it there is no INBOX, unless one was asked for.  False,
 * with a message, when that can't be told.
 */
static bool inbox_check(struct options *options)
{
	struct stat status;
	bool is_told;

	if (options->inbox == NULL || options->naming.inbox != NULL ||
	    stat(options->inbox_directory, &status) == 0)
		return true;
	is_told = errno == ENOENT || errno == ENOTDIR || errno == EACCES;
	message_error(is_told ? "%s: %s: INBOX is not watched (see --inbox)" : "%s: %s",
	              options->inbox_directory, strerror(errno));
	if (is_told) {
		free(options->inbox);
		options->inbox = NULL;
	}
	return is_told;
}

int base_await(struct options *options, int output)
{
	bool is_told = false;
	const char *path;
	int error;

	while ((error = find_problem(options, &path)) == ENOENT && options->watch.wait)
		if (!presence_wait(path, output, options->watch.poll_interval, &is_told))
			return 0;
	if (error == ENOENT)
		message_error("%s: %s: there is no such directory (see --mboxes, --inbox, --wait)",
		              path, strerror(error));
	else if (error != 0)
		message_error("%s: %s: mboxes are files in a directory (see --mboxes, --inbox)",
		              path, strerror(error));
	if (error != 0)
		return 1;
	if (is_maildir(options->base)) {
		message_error("%s: a Maildir, no directory of mboxes: watch_maildirs is for that",
		              options->base);
		return 1;
	}
	return inbox_check(options) ? -1 : 1;
}
