#include "maildir.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"
#include "message.h"
#include "options.h"
#include "presence.h"

/*
 * Returns 0 when all directories that must be there are there, or an errno
 * with the path that has it, which the caller frees.
 */
static int find_problem(const struct options *options, char **path)
{
	static const char *const below[] = { "", "/new", "/cur" };
	const char *inbox = options->layout.inbox;
	bool is_needed = options->layout.style == LAYOUT_MAILDIRPP || inbox == NULL ||
	                 inbox[0] != '\0';
	int error;

	*path = memory_copy(options->base);
	error = presence_error(*path);
	for (size_t i = 0; i < 3 && is_needed && error == 0; i++) {
		free(*path);
		*path = inbox == NULL ? memory_format("%s%s", options->inbox, below[i])
		                      : memory_format("%s%s%s%s", options->base,
		                                      inbox[0] != '\0' ? "/" : "", inbox, below[i]);
		error = presence_error(*path);
	}
	return error;
}

int maildir_await(const struct options *options, int output)
{
	char *path = NULL;
	int error;

	while ((error = find_problem(options, &path)) == ENOENT && options->wait) {
		bool is_read = presence_wait(path, output, options->poll_interval);

		free(path);
		if (!is_read)
			return 0;
	}
	if (error == ENOENT && strcmp(path, options->base) == 0)
		message_error("%s: %s: there is no such Maildir (see --maildir, --wait)", path,
		              strerror(error));
	else if (error == ENOENT || error == ENOTDIR)
		message_error("%s: %s: not a Maildir, which has cur/ and new/ (see --layout, "
		              "--inbox, --wait)", path, strerror(error));
	else if (error != 0)
		message_error("%s: %s", path, strerror(error));
	free(path);
	return error != 0 ? 1 : -1;
}
