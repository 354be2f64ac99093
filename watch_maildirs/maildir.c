#include "maildir.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "mboxes.h"
#include "memory.h"
#include "message.h"
#include "options.h"
#include "presence.h"

/* Where INBOX is; the caller frees. */
static char *inbox_path(const struct options *options)
{
	const char *below = options->layout.inbox;

	if (below == NULL)
		return memory_copy(options->inbox);
	return *below != '\0' ? memory_format("%s/%s", options->base, below)
	                      : memory_copy(options->base);
}

/*
 * Returns 0 when all directories that must be there are there, or an errno
 * with the path that has it, which the caller frees.  INBOX elsewhere than at
 * the base may come later; what is there in its place must be a Maildir.
 */
static int find_problem(const struct options *options, char **path)
{
	static const char *const below[] = { "/new", "/cur" };
	bool is_base = options->layout.inbox != NULL && options->layout.inbox[0] == '\0';
	char *inbox;
	int error;

	*path = memory_copy(options->base);
	error = presence_error(*path);
	if (error != 0 || (is_base && options->layout.style != LAYOUT_MAILDIRPP))
		return error;
	inbox = inbox_path(options);
	error = presence_error(inbox);
	if (!is_base && error == ENOENT) {
		free(inbox);
		return 0;
	}
	free(*path);
	*path = memory_copy(inbox);
	for (size_t i = 0; i < 2 && error == 0; i++) {
		free(*path);
		*path = memory_format("%s%s", inbox, below[i]);
		error = presence_error(*path);
	}
	free(inbox);
	return error;
}

/* Where no Maildir is there may be mboxes: what to say of them; the caller frees. */
static char *describe_mboxes(const char *base)
{
	char *mbox = mboxes_find(base), *words;

	if (mbox == NULL && presence_error(base) == ENOENT)
		mbox = mboxes_find_usual();
	words = mbox != NULL ? memory_format("; %s is an mbox, which watch_mboxes is for", mbox)
	                     : memory_copy("");
	free(mbox);
	return words;
}

static void tell(const struct options *options, const char *path, int error)
{
	char *mboxes = describe_mboxes(options->base);
	bool is_base = strcmp(path, options->base) == 0;
	bool is_inbox = options->layout.inbox != NULL && options->layout.inbox[0] == '\0';

	if (error == ENOENT && is_base && options->store != NULL)
		message_error("%s: %s: the %s of mbsync's store %s (see --wait)", path,
		              strerror(error),
		              is_inbox ? "Inbox, which the first sync makes,"
		                       : "Path, which mbsync does not make,",
		              options->store);
	else if (error == ENOENT && is_base)
		message_error("%s: %s: there is no such Maildir (see --maildir, --wait)%s", path,
		              strerror(error), mboxes);
	else if (error == ENOENT || error == ENOTDIR)
		message_error(
			"%s: %s: not a Maildir, which has cur/ and new/ (see --layout, --inbox, "
			"--wait)%s",
			path, strerror(error), mboxes);
	else
		message_error("%s: %s", path, strerror(error));
	free(mboxes);
}

/* Says so when INBOX is still to come. */
static void tell_inbox(const struct options *options)
{
	char *inbox = inbox_path(options);

	if (presence_error(inbox) == ENOENT)
		message_error("%s: there is no INBOX yet; waiting for it", inbox);
	free(inbox);
}

int maildir_await(const struct options *options, int output)
{
	bool is_told = false;
	char *path = NULL;
	int error;

	while ((error = find_problem(options, &path)) == ENOENT && options->watch.wait) {
		bool is_read = presence_wait(path, output, options->watch.poll_interval,
		                             &is_told);

		free(path);
		if (!is_read)
			return 0;
	}
	if (error != 0)
		tell(options, path, error);
	else
		tell_inbox(options);
	free(path);
	return error != 0 ? 1 : -1;
}
